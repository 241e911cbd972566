"""A timer that rings when a deadline has passed, and that can be made to stand still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Alarm:
    """Rings once for each time that it was set."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback = callback
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._remaining: float | None = None
        """Seconds, while it stands still."""

    def set(self, seconds: float) -> None:
        """From now on; what was set before is forgotten."""
        self.clear()
        self._handle = self._loop.call_later(seconds, self._callback)

    def clear(self) -> None:
        """It will not ring."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._remaining = None

    def pause(self) -> None:
        """Until `go_on`, no time passes for it."""
        if self._handle is not None:
            remaining = self._handle.when() - self._loop.time()
            self.clear()
            self._remaining = remaining

    def extend(self, seconds: float) -> None:
        """It rings so much later, if it is set."""
        if self._remaining is not None:
            self._remaining += seconds
        elif self._handle is not None:
            self.set(self._handle.when() - self._loop.time() + seconds)

    def resume(self) -> None:
        """With what was left."""
        if self._remaining is not None:
            self.set(max(self._remaining, 0.0))
