"""Keep what is typed before anything on screen can take it.

Without this, keys that are pressed during the start would be lost or act on the wrong screen.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import events


class TypeAhead:
    """A queue of key and paste events that arrived too early. An app has one."""

    def __init__(self, must_wait: Callable[[], bool]) -> None:
        """Make an empty queue; `must_wait` returns True while a key would be lost."""
        self._must_wait = must_wait
        self._held: list[events.Key | events.Paste] = []

    def hold(self, event: events.Key | events.Paste) -> bool:
        """Keep the event for later; return False if it need not wait."""
        if not self._must_wait():
            return False
        self._held.append(event)
        return True

    def release(self) -> list[events.Key | events.Paste]:
        """Remove and return the kept events in their order; `hold` may keep them once more."""
        held, self._held = self._held, []
        return held
