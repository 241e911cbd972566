"""A runner for judging where nobody sees the programs run, as outside the app.

What is told of a live run costs as much as a small program, and here it would be dropped. The steps
are still counted: a verdict on a program that was out of time says how far it had come.
"""

from __future__ import annotations

from msgspec import structs

from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation


class UnseenRunner:
    """A runner by which nothing is told of a run but how it ended and how many steps it made."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run one program of the learner; a live run tells its steps alone."""
        if command.live:
            command = structs.replace(command, live=False, counts_steps=True, views=())
        return await self._runner.observe(command, questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Run programs of the lesson's author."""
        return await self._runner.observe_all(command)
