"""Queue typed keys until a widget can handle them.

Without this, keys pressed during the start would be lost or act on the wrong screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from textual import events

EarlyEvent: TypeAlias = events.Key | events.Paste | events.MouseDown | events.MouseUp


class TypeAhead:
    """A queue of input events that arrived too early."""

    def __init__(self, must_wait: Callable[[], bool]) -> None:
        """Make an empty queue; `must_wait` returns True while an event would be lost."""
        self._must_wait = must_wait
        self._held: list[EarlyEvent] = []

    def hold(self, event: EarlyEvent) -> bool:
        """Queue the event; return False if it can be handled now."""
        if not self._must_wait():
            return False
        self._held.append(event)
        return True

    def release(self) -> list[EarlyEvent]:
        """Remove and return the queued events in order; `hold` may queue them again."""
        held, self._held = self._held, []
        return held
