"""The batches in which a run's events are read, so that a screen has less to draw.

Without a minimum time between two batches, and without thinning, a program that prints or reports
without end would leave the app no time for a key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tutor.client.captured_output import FloodFilter
from tutor.wire.events import InventoryTaken, OutputWritten, PlotsDrawn, ProgressShown, RunEvent

_SECONDS = 1 / 30
"""Minimum time between two batches."""


class EventBatches:
    """The unread events of one run."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._filters = (FloodFilter(), FloodFilter())
        self._events: list[RunEvent] = []
        self._wake = asyncio.Event()
        self._last = 0.0
        """Loop time of the last batch."""
        self._timer: asyncio.TimerHandle | None = None

    def add(self, event: RunEvent, *, urgent: bool = False) -> None:
        """Keep an event for the next batch, which comes at once if the event is urgent."""
        self._events.append(event)
        if urgent:
            self._deliver()
        elif self._timer is None:
            wait = max(self._last + _SECONDS - self._loop.time(), 0.0)
            self._timer = self._loop.call_later(wait, self._deliver)

    async def next(self) -> tuple[RunEvent, ...]:
        """Wait for events: at most 30 times a second, but at once for an urgent one."""
        await self._wake.wait()
        while not self._events:
            self._wake.clear()
            await self._wake.wait()
        self._wake.clear()
        self._cancel_timer()
        self._last = self._loop.time()
        events, self._events = self._events, []
        return _thin(events, self._filters)

    def _deliver(self) -> None:
        self._cancel_timer()
        self._wake.set()

    def _cancel_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None


_REPLACING = (InventoryTaken, PlotsDrawn, ProgressShown)
"""Kinds of events of which each replaces the one before."""


def merge(events: Sequence[RunEvent]) -> list[RunEvent]:
    """Return equivalent, fewer events: texts joined, and only the last inventory."""
    newest = {type(event): event for event in events if isinstance(event, _REPLACING)}
    joined: list[RunEvent] = []
    for event in events:
        previous = joined[-1] if joined else None
        if isinstance(event, OutputWritten):
            if isinstance(previous, OutputWritten) and previous.stream == event.stream:
                joined[-1] = OutputWritten(event.stream, previous.text + event.text)
            else:
                joined.append(event)
        elif isinstance(event, _REPLACING):
            joined += [event] if event is newest[type(event)] else []
        else:
            joined.append(event)
    return joined


def _thin(events: list[RunEvent], filters: tuple[FloodFilter, FloodFilter]) -> tuple[RunEvent, ...]:
    """Merge the events, and shorten the texts of a flood.

    `filters` are those for stdout and stderr.
    """
    return tuple(_thin_text(event, filters) for event in merge(events))


def _thin_text(event: RunEvent, filters: tuple[FloodFilter, FloodFilter]) -> RunEvent:
    if not isinstance(event, OutputWritten):
        return event
    return OutputWritten(event.stream, filters[event.stream == "stderr"].thin(event.text))
