"""What is called with a limit of time is interrupted in the call, and nowhere else."""

from __future__ import annotations

import signal
import sys

from tutor.worker import guard


def test_time_that_is_up_during_the_call_ends_it() -> None:
    def endless() -> int:
        signal.raise_signal(signal.SIGALRM)
        return 1

    assert guard.call_in_time(endless) is None
    assert guard.call_in_time(lambda: 1) == 1


def test_time_that_is_up_a_moment_late_interrupts_nothing() -> None:
    guard._time_is_up(signal.SIGALRM, sys._getframe())
    guard._time_is_up(signal.SIGALRM, None)
