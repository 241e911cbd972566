"""Detection of an idle worker, for `tutor.client.client`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A timer that a clock has set."""

    def cancel(self) -> object:
        """Cancel the timer, so that it calls nothing."""
        ...


class Clock(Protocol):
    """The part of an event loop that is needed here; tests have a clock of their own."""

    def time(self) -> float:
        """Return the time in seconds, from any beginning."""
        ...

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer:
        """Call the callback after that many seconds."""
        ...


class Idleness:
    """Calls `on_idle` once when `touch` was not called for some time.

    Each key of the learner calls `touch`, so that sets no timer: the running one compares the time
    of the last call when it ends, and is set again for the rest.
    """

    def __init__(
        self,
        seconds: float | None,
        is_busy: Callable[[], bool],
        on_idle: Callable[[], None],
        clock: Clock | None = None,
    ) -> None:
        """Prepare a watch, which begins at the first `touch`.

        With None for `seconds` it never calls. While `is_busy` returns True, no time counts as
        idle. The default clock is the event loop.
        """
        self._seconds = seconds
        self._is_busy = is_busy
        self._on_idle = on_idle
        self._clock = clock
        self._last_touch = 0.0
        self._timer: Timer | None = None

    def touch(self) -> None:
        """Restart the idle time."""
        if self._seconds is None:
            return
        if self._clock is None:
            self._clock = asyncio.get_running_loop()
        self._last_touch = self._clock.time()
        if self._timer is None:
            self._timer = self._clock.call_later(self._seconds, self._check)

    def cancel(self) -> None:
        """Stop waiting, until the next `touch`."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _check(self) -> None:
        assert self._clock is not None
        assert self._seconds is not None
        self._timer = None
        if self._is_busy():
            self._last_touch = self._clock.time()
        remaining = self._last_touch + self._seconds - self._clock.time()
        if remaining > 0:
            self._timer = self._clock.call_later(remaining, self._check)
        else:
            self._on_idle()
