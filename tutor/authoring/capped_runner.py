"""A runner for judging within the limits of the config, as the app judges.

The administrator of a class's machines sets them, and they hold for graded answers as well.
"""

from __future__ import annotations

from tutor.config import Caps
from tutor.grading.verdict import Runner
from tutor.session.streaming import capped
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation


class CappedRunner:
    """A runner that gives an answer its step's limits, but no more than the config's."""

    def __init__(self, runner: Runner, caps: Caps) -> None:
        self._runner = runner
        self._caps = caps

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run one program of the learner within the limits."""
        return await self._runner.observe(capped(command, self._caps), questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Run programs of the lesson's author, under the lesson's limits alone."""
        return await self._runner.observe_all(command)
