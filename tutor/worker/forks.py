"""Slows down a program that forks without end, until its warden has seen it.

Each fork copies the page tables of a process with torch in it. Dozens of processes that fork at
once keep every processor busy in the kernel, and no other process, not even the warden, can run.
So the whole run has a budget, in memory that its forks share. A process that forks when it is used
up has to wait. Only forks made by Python are slowed down, since accidental loops use these.
"""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Callable

_EXCESS = 16
"""Forks above the limit of tasks that cost nothing: the warden must get to see the excess."""
_PER_SECOND = 20.0
"""Forks by which the budget is refilled."""
_MAX_PAUSE_S = 1.0
"""Maximum seconds that one fork waits."""


def limit_rate(tasks: int) -> None:
    """Limit the rate of forks from now on, in this process and all that it forks."""
    os.register_at_fork(before=make_limiter(tasks, time.monotonic, time.sleep))


def make_limiter(
    tasks: int, clock: Callable[[], float], sleep: Callable[[float], None]
) -> Callable[[], None]:
    """Return the function to call before each fork, which sleeps if the budget is used up.

    There is no lock: two processes that fork at once may lose a count, which does no harm.
    """
    max_budget = float(tasks + _EXCESS)
    shared = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("d")
    shared[0], shared[1] = max_budget, clock()

    def before_fork() -> None:
        now = clock()
        budget = min(shared[0] + (now - shared[1]) * _PER_SECOND, max_budget) - 1
        shared[0], shared[1] = budget, now
        if budget < 0:
            sleep(min(-budget / _PER_SECOND, _MAX_PAUSE_S))

    return before_fork
