"""Notices that nothing was asked of the worker for some time. Used by `client`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """One that was set by a clock."""

    def cancel(self) -> object:
        """It will not go off."""
        ...


class Clock(Protocol):
    """What is needed of an event loop; a test has one of its own."""

    def time(self) -> float:
        """Seconds, from whenever."""
        ...

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer:
        """Calls it after so many seconds."""
        ...


class Idleness:
    """Calls `on_idle` once nothing has stirred for so long, and then waits for the next to stir.

    Each key stirs, so that costs no timer: one is set, and set anew when it was set too early.
    """

    def __init__(
        self,
        seconds: float | None,
        is_busy: Callable[[], bool],
        on_idle: Callable[[], None],
        clock: Clock | None = None,
    ) -> None:
        """With None for `seconds` nothing is ever idle; by default the clock is the event loop."""
        self._seconds = seconds
        self._is_busy = is_busy
        self._on_idle = on_idle
        self._clock = clock
        self._last_touch = 0.0
        self._timer: Timer | None = None

    def touch(self) -> None:
        """Something was done."""
        if self._seconds is None:
            return
        if self._clock is None:
            self._clock = asyncio.get_running_loop()
        self._last_touch = self._clock.time()
        if self._timer is None:
            self._timer = self._clock.call_later(self._seconds, self._check)

    def cancel(self) -> None:
        """Until the next to stir nobody is waited for."""
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
