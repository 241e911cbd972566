"""The interface between the engine and the rest of its process: the channel of its run.

`channel.Channel` is the real one. Tests pass one that collects events in a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tutor.wire.commands import Command
from tutor.wire.events import FromLearner


class EventChannel(Protocol):
    """The learner process's end of its channel, as far as the engine uses it."""

    def send(self, event: FromLearner) -> None:
        """Block until the whole event is written, while no program is running."""
        ...

    def send_all(self, events: Iterable[FromLearner]) -> None:
        """Send the events as `send` does, in few writes; they may be created lazily."""
        ...

    def offer(self, event: FromLearner) -> bool:
        """Write the event without blocking; return False if it was dropped, whole."""
        ...

    def offer_all(self, events: Iterable[FromLearner]) -> int:
        """Offer the events in as few writes as may be; return how many were not dropped."""
        ...

    def report(self, event: FromLearner) -> None:
        """Block until the whole event is written; the program goes on afterwards."""
        ...

    def receive(self) -> Command:
        """Block until there is a command, and return it."""
        ...

    def is_waiting(self) -> bool:
        """Return True if `receive` would not block."""
        ...
