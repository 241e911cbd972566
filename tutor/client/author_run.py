"""A run of the lesson's author: several programs in one process, with nobody looking on."""

from __future__ import annotations

from tutor.client.run import OnOverdue, Run
from tutor.wire.commands import ObserveAll
from tutor.wire.control import Used
from tutor.wire.events import BatchObserved, Done, FromLearner, Observation, Paused


class AuthorRun(Run):
    """Programs of a lesson's author, all in one process."""

    def __init__(self, command: ObserveAll, on_overdue: OnOverdue) -> None:
        super().__init__(command, on_overdue)
        self._programs = len(command.programs)
        self._batch: list[Observation] = []

    def on_event(self, event: FromLearner) -> None:
        """Implements Listener."""
        match event:
            case BatchObserved(index=index) if index == len(self._batch) < self._programs:
                self._batch.append(_observation(event))
                self._executed = event.executed
            case Done() if self.complete and self._batch:
                self._finish()

    def _show(self, stream: int, text: str) -> None:
        """Nobody looks on; the engine tells what each program printed."""

    def _on_paused(self, paused: Paused) -> None:
        """Nobody asks it to pause."""

    def on_usage(self, used: Used) -> None:
        """Implements Listener. Nobody looks on."""

    @property
    def complete(self) -> bool:
        """Whether every program has come to its own end."""
        return len(self._batch) == self._programs

    def observations(self) -> tuple[Observation, ...]:
        """One for each program; the run's own ending for those it did not come to."""
        assert self.observation
        missing = self._programs - len(self._batch)
        return (*self._batch, *[self.observation] * missing)


def _observation(event: BatchObserved) -> Observation:
    return Observation(
        event.executed.outcome,
        executed=event.executed,
        answers=event.answers,
        output=event.output,
        milliseconds=event.executed.milliseconds,
    )
