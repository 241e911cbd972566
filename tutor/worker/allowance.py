"""Limits the share of a training's time that reporting about it may take.

Snapshots and hooks have a share of processor time, since a training gets only part of the elapsed
time while other programs run. Live views have a share of elapsed time, since a program that sleeps
between its steps, so that the learner can watch them, uses almost no processor time.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Allowance:
    """The time that one kind of work may take of the thread that trains.

    A training loses about twice what is measured: what the work pushes out of the processor's
    caches, the next step has to fetch again.
    """

    def __init__(
        self, share: float, free: float = 0.0, clock: Callable[[], float] = time.thread_time
    ) -> None:
        """Grant `free` seconds at once, and `share` of all seconds from now on."""
        self.share = share
        self.free = free
        self.now = clock
        """Reads the clock; call it before work that `spend` will count."""
        self._started = clock()
        self._spent = 0.0

    def spend(self, since: float) -> float:
        """Count work that began at `since` and ends now; return its seconds."""
        seconds = self.now() - since
        self._spent += seconds
        return seconds

    def wait(self, coming: float = 0.0) -> float:
        """Return the seconds until work of `coming` seconds is allowed, 0 for now.

        On a busy machine the real wait is longer, never shorter.
        """
        granted = self.free + self.share * (self.now() - self._started)
        return max(0.0, (self._spent + coming - granted) / self.share)
