"""Detects that the app stood still: it was stopped by a signal, or busy with something else.

A program may wait for the app then, for its questions or for room in a pipe, and is not charged for
that time. Detection does not depend on the program.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tutor.client.idleness import Clock, Timer

BEAT = 0.5
"""Seconds between two beats; each wakes the app."""
STALL = 1.0
"""Seconds since the last beat after which the app counts as having stood still."""


class StallWatch:
    """A beat of the event loop during a run; calls `on_stall` when one comes late."""

    def __init__(self, on_stall: Callable[[float], None], clock: Clock | None = None) -> None:
        """`on_stall` is called with the seconds since the previous beat."""
        self._on_stall = on_stall
        self._clock = clock or asyncio.get_running_loop()
        self._last = 0.0
        self._timer: Timer | None = None

    def begin(self) -> None:
        self.end()
        self._last = self._clock.time()
        self._timer = self._clock.call_later(BEAT, self._beat)

    def end(self) -> None:
        """Stop beating, until `begin` is called."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def check(self) -> bool:
        """Return True if the app stood still until now, after a call of `on_stall`."""
        if self._timer is None:
            return False
        now = self._clock.time()
        seconds, self._last = now - self._last, now
        if seconds >= STALL:
            self._on_stall(seconds)
        return seconds >= STALL

    def _beat(self) -> None:
        self.check()
        self._timer = self._clock.call_later(BEAT, self._beat)
