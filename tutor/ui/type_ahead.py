"""What is typed while the lesson still opens, kept in its order until something can take it."""

from __future__ import annotations

from textual import events


class TypeAhead:
    """One per app."""

    def __init__(self) -> None:
        self._held: list[events.Key | events.Paste] = []
        self._over = False

    def holds(self, event: events.Event) -> bool:
        """Whether the event was kept for later."""
        if self._over or not isinstance(event, events.Key | events.Paste):
            return False
        self._held.append(event)
        return True

    def release(self) -> list[events.Key | events.Paste]:
        """All that was kept. From now on nothing is."""
        self._over = True
        held, self._held = self._held, []
        return held
