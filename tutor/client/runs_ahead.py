"""Runs of the learner's program that were begun before anybody asked for them.

A request for the same program and questions gets such a run in place of a new one, finished or not;
each run only once. Nothing of it is shown or counted before.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from tutor.client.learner_run import LearnerRun
from tutor.client.transcript import Transcript
from tutor.wire.commands import Execute, Question

MOST_S = 1.0
"""Maximum seconds of a run that nobody has asked for."""


class RunAhead(NamedTuple):
    """A run, and the file of its output if it is to be watched."""

    run: LearnerRun
    transcript: Transcript | None

    @property
    def is_usable(self) -> bool:
        """Return True if the run is as good as a new one: nothing outside has ended it."""
        observation = self.run.observation
        return observation is None or observation.outcome not in ("lost", "stopped")

    def end(self) -> None:
        """End the run, and remove its output."""
        self.run.leave()
        self.run.forget()
        if self.transcript is not None:
            self.transcript.remove()


class RunsAhead:
    """The runs that nobody has asked for yet, by program and questions."""

    def __init__(self) -> None:
        self._runs: dict[tuple[Execute, tuple[Question, ...]], RunAhead] = {}

    def keep(self, command: Execute, questions: tuple[Question, ...], ahead: RunAhead) -> None:
        """Store a run that has just begun; it is ended if it takes too long."""
        key = command, questions
        if key in self._runs:
            self._runs[key].end()
        self._runs[key] = ahead
        asyncio.get_running_loop().call_later(MOST_S, self._end_if_it_lasts, key, ahead)

    def take(self, command: Execute, questions: tuple[Question, ...]) -> RunAhead | None:
        """Return the run with the same program and questions, and forget it.

        None if there is no usable one: then all others are ended, since something else is run.
        """
        ahead = self._runs.pop((command, questions), None)
        if ahead is not None and ahead.is_usable:
            return ahead
        if ahead is not None:
            ahead.end()
        self.end_all()
        return None

    def end_all(self) -> None:
        """End and forget all of them."""
        while self._runs:
            _, ahead = self._runs.popitem()
            ahead.end()

    def _end_if_it_lasts(self, key: tuple[Execute, tuple[Question, ...]], ahead: RunAhead) -> None:
        if self._runs.get(key) is ahead and not ahead.run.over.is_set():
            self._runs.pop(key).end()
