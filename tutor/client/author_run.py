"""A run of programs by a lesson's author: several in one process, without events."""

from __future__ import annotations

from msgspec import structs

from tutor.client.run import OnOverdue, Run
from tutor.wire.commands import ObserveAll
from tutor.wire.control import Used
from tutor.wire.events import (
    BatchObserved,
    Done,
    FromLearner,
    LibraryLoaded,
    LibraryLoading,
    Observation,
    Paused,
)


class AuthorRun(Run):
    """A run of several programs by a lesson's author in one process, one after the other."""

    def __init__(self, command: ObserveAll, on_overdue: OnOverdue) -> None:
        super().__init__(command, on_overdue)
        self._programs = len(command.programs)
        self._batch: list[Observation] = []

    def on_event(self, event: FromLearner) -> None:
        """Take the observation of each program in turn, then `Done`; drop any other message."""
        match event:
            case BatchObserved(index=index) if index == len(self._batch) < self._programs:
                self._batch.append(_observation(event))
                self._executed = event.executed
            case Done() if self.complete and self._batch:
                self._finish()
            case LibraryLoading():
                self._imports.begin()
            case LibraryLoaded():
                self._imports.end()

    def _show(self, stream: int, text: str) -> None:
        """Do nothing: each `BatchObserved` holds what its program printed."""

    def _on_paused(self, paused: Paused) -> None:
        """Do nothing: such a run is never paused."""

    def on_usage(self, used: Used) -> None:
        """Do nothing: nobody watches such a run."""

    @property
    def complete(self) -> bool:
        """Return True if every program was observed, so that nothing ended the run early."""
        return len(self._batch) == self._programs

    def observations(self) -> tuple[Observation, ...]:
        """Return one observation for each program.

        A program that was not reached has that of the run itself, without the earlier ones' output:
        an `executed` of None marks it as unknown.
        """
        assert self.observation
        missing = self._programs - len(self._batch)
        unseen = structs.replace(self.observation, executed=None)
        return (*self._batch, *[unseen] * missing)


def _observation(event: BatchObserved) -> Observation:
    return Observation(
        event.executed.outcome,
        executed=event.executed,
        answers=event.answers,
        output=event.output,
        milliseconds=event.executed.milliseconds,
    )
