"""The thinning of a batch of events, so that a screen has less to draw for the same content."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.client.captured_output import FloodFilter
from tutor.wire.events import InventoryTaken, OutputWritten, PlotsDrawn, RunEvent


def thin(events: list[RunEvent], filters: tuple[FloodFilter, FloodFilter]) -> tuple[RunEvent, ...]:
    """Return fewer events that say the same, as `merge` does, and the texts of a flood shortened.

    `filters` are those for stdout and stderr.
    """
    return tuple(_thin_text(event, filters) for event in merge(events))


def merge(events: Sequence[RunEvent]) -> list[RunEvent]:
    """Return fewer events that say the same: texts joined, and only the last inventory."""
    last_inventory = next((e for e in reversed(events) if isinstance(e, InventoryTaken)), None)
    last_plots = next((e for e in reversed(events) if isinstance(e, PlotsDrawn)), None)
    joined: list[RunEvent] = []
    for event in events:
        previous = joined[-1] if joined else None
        if isinstance(event, OutputWritten):
            if isinstance(previous, OutputWritten) and previous.stream == event.stream:
                joined[-1] = OutputWritten(event.stream, previous.text + event.text)
            else:
                joined.append(event)
        elif isinstance(event, InventoryTaken | PlotsDrawn):
            joined += [event] if event is last_inventory or event is last_plots else []
        else:
            joined.append(event)
    return joined


def _thin_text(event: RunEvent, filters: tuple[FloodFilter, FloodFilter]) -> RunEvent:
    if not isinstance(event, OutputWritten):
        return event
    return OutputWritten(event.stream, filters[event.stream == "stderr"].thin(event.text))
