"""A runner for judging without a screen, as outside the app.

The live events of a run cost as much as a small program, and here they would be dropped. Training
steps are still counted: the verdict on a program that exceeded its time reports its progress.
"""

from __future__ import annotations

from msgspec import structs

from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation


class UnseenRunner:
    """A runner whose runs report only their end and their number of training steps."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run one program of the learner; a live run reports its training steps alone."""
        if command.live:
            command = structs.replace(command, live=False, counts_steps=True, views=())
        return await self._runner.observe(command, questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Run programs of the lesson's author."""
        return await self._runner.observe_all(command)
