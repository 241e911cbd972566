"""What is typed while nothing can take it yet, kept in its order."""

from __future__ import annotations

from collections.abc import Callable

from textual import events


class TypeAhead:
    """One per app."""

    def __init__(self, must_wait: Callable[[], bool]) -> None:
        """`must_wait`: whether a key would be lost now."""
        self._must_wait = must_wait
        self._held: list[events.Key | events.Paste] = []

    def hold(self, event: events.Key | events.Paste) -> bool:
        """Whether the event was kept for later."""
        if not self._must_wait():
            return False
        self._held.append(event)
        return True

    def release(self) -> list[events.Key | events.Paste]:
        """All that was kept. What still has to wait may be kept again."""
        held, self._held = self._held, []
        return held
