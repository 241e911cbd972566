"""Keep what is typed before anything on screen can take it.

Without this, keys that are pressed during the start would be lost or act on the wrong screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from textual import events

EarlyEvent: TypeAlias = events.Key | events.Paste | events.MouseDown | events.MouseUp


class TypeAhead:
    """A queue of events of the learner that arrived too early."""

    def __init__(self, must_wait: Callable[[], bool]) -> None:
        """Make an empty queue; `must_wait` returns True while an event would be lost."""
        self._must_wait = must_wait
        self._held: list[EarlyEvent] = []

    def hold(self, event: EarlyEvent) -> bool:
        """Keep the event for later; return False if it need not wait."""
        if not self._must_wait():
            return False
        self._held.append(event)
        return True

    def release(self) -> list[EarlyEvent]:
        """Remove and return the kept events in their order; `hold` may keep them once more."""
        held, self._held = self._held, []
        return held
