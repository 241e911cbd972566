"""A timer for a deadline, which can be paused, extended and set again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Alarm:
    """A timer that calls its callback once for each time that it is set."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback = callback
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._remaining: float | None = None
        """Seconds left of a paused timer; None while it runs or is not set."""

    def set(self, seconds: float) -> None:
        """Call the callback in that many seconds, in place of an earlier setting."""
        self.clear()
        self._handle = self._loop.call_later(seconds, self._callback)

    def clear(self) -> None:
        """Cancel the timer, whether it runs or is paused."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._remaining = None

    def pause(self) -> None:
        """Stop the timer's clock until `resume`; do nothing if it does not run."""
        if self._handle is not None:
            remaining = self._handle.when() - self._loop.time()
            self.clear()
            self._remaining = remaining

    def extend(self, seconds: float) -> None:
        """Let the timer end that many seconds later, if it runs or is paused."""
        if self._remaining is not None:
            self._remaining += seconds
        elif self._handle is not None:
            self.set(self._handle.when() - self._loop.time() + seconds)

    def resume(self) -> None:
        """Continue a paused timer with the time that was left."""
        if self._remaining is not None:
            self.set(max(self._remaining, 0.0))
