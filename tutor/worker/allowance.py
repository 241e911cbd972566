"""Limits the share of a training's time that reporting about it may take."""

from __future__ import annotations

import time
from collections.abc import Callable

SLEEPING = 0.1
"""Processor seconds per elapsed second below which a program mostly sleeps."""


class Allowance:
    """The time that one kind of work may take of the thread that trains.

    It is a share of processor time, since a training gets only part of the elapsed time while other
    programs run. While a program mostly sleeps, so that the learner can watch its steps, it is a
    share of elapsed time. A training loses about twice what is measured: what the work pushes out
    of the processor's caches, the next step has to fetch again.
    """

    def __init__(
        self,
        share: float,
        free: float = 0.0,
        clock: Callable[[], float] = time.thread_time,
        elapsed: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Grant `free` seconds at once, and `share` of all seconds from now on."""
        self.share = share
        self.free = free
        self.now = clock
        """Reads the clock of processor time; call it before work that `spend` will count."""
        self._elapsed = elapsed
        self._last = clock(), elapsed()
        self._granted = self._spent = 0.0

    def spend(self, since: float) -> float:
        """Count work that began at `since` and ends now; return its seconds."""
        seconds = self.now() - since
        self._spent += seconds
        return seconds

    def wait(self) -> float:
        """Return the seconds until more work is allowed, 0 for now.

        On a busy machine the real wait is longer, never shorter.
        """
        before, self._last = self._last, (self.now(), self._elapsed())
        worked, passed = self._last[0] - before[0], self._last[1] - before[1]
        self._granted += self.share * (worked if worked > SLEEPING * passed else passed)
        return max(0.0, (self._spent - self.free - self._granted) / self.share)
