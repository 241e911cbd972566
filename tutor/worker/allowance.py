"""How much of a training's time may go into what is told of it.

What is taken at many steps has a share of the processor time: beside other programs a training has
only a part of the time that passes. What is shown as it goes has a share of that, since a program
that sleeps between its steps, for somebody to watch them, uses nearly no processor time.
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
        """Grant `free` seconds at once, and that share of all that pass from now on."""
        self.share = share
        self.free = free
        self.now = clock
        """Returns the time at which work begins that `spend` is to count."""
        self._started = clock()
        self._spent = 0.0

    def spend(self, since: float) -> float:
        """Count work that began at that time and ends now; return the seconds that it took."""
        seconds = self.now() - since
        self._spent += seconds
        return seconds

    def wait(self, coming: float = 0.0) -> float:
        """Return in how many seconds there may be more, after `coming` seconds of work; 0: now.

        On a busy machine it takes longer, but never less.
        """
        granted = self.free + self.share * (self.now() - self._started)
        return max(0.0, (self._spent + coming - granted) / self.share)
