"""What the engine needs of the outside: the channel of its run. Tests bring a list instead."""

from __future__ import annotations

from typing import Protocol

from tutor.wire.commands import Command
from tutor.wire.events import FromLearner


class EventChannel(Protocol):
    """The learner process's end of its channel, as far as the engine uses it."""

    def send(self, event: FromLearner) -> None:
        """Blocks until the whole event is on its way."""
        ...

    def offer(self, event: FromLearner) -> bool:
        """Never blocks; False if the event was dropped, whole."""
        ...

    def report(self, event: FromLearner) -> None:
        """As `send`, of a program that goes on afterwards."""
        ...

    def receive(self) -> Command:
        """Blocks until the next command."""
        ...

    def is_waiting(self) -> bool:
        """Whether `receive` would give something at once."""
        ...
