"""Holds a program back that forks without end, until its warden has seen it.

For the learner process. Each fork copies the page tables of a process with torch in it. Dozens of
processes that fork at once keep all processors in the kernel, and the warden with everybody else
from its turn. So there is a budget for the whole run, kept in memory that forks share; who forks
when it is used up, waits. Only forks that Python makes are held back: that is how it happens by
accident.
"""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Callable

_EXCESS = 16
"""So that the warden sees more tasks than there may be."""
_PER_SECOND = 20.0
_MAX_PAUSE_S = 1.0
"""Seconds that one fork waits at most."""


def limit_rate(tasks: int) -> None:
    """From now on, for this process and all that it forks."""
    os.register_at_fork(before=make_limiter(tasks, time.monotonic, time.sleep))


def make_limiter(
    tasks: int, clock: Callable[[], float], sleep: Callable[[float], None]
) -> Callable[[], None]:
    """What is to be called before each fork. Two processes at once may lose a count: no matter."""
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
