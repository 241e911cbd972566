"""A runner that runs no program of the author twice, even for different rules of the linter.

A wrong program is judged as an answer, compared with answers, and used to test each check and
variation. Its run as an answer also answers the other questions.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import structs

from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, ObserveAll, Program, Question
from tutor.wire.events import Answer, Observation


class _Known(NamedTuple):
    """A finished run, and the answers to its questions, by expression."""

    observation: Observation
    answers: dict[str, Answer]


class RememberingRunner:
    """A runner for the rules on one step, whose programs share limits and files."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._known: dict[Program, _Known] = {}

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run the program anew."""
        return await self._runner.observe(command, questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Return the known observations if all are known, else run the programs."""
        known = [self._remembered(each, command.questions) for each in command.programs]
        if command.programs and all(known):
            return tuple(each for each in known if each is not None)
        observations = await self._runner.observe_all(command)
        for program, observation in zip(command.programs, observations, strict=False):
            self._remember(program, observation, command.questions)
        return observations

    def _remembered(self, program: Program, questions: tuple[Question, ...]) -> Observation | None:
        """Return the program's run with answers to these questions; None if one is missing."""
        known = self._known.get(program)
        if known is None:
            return None
        answers = tuple(
            known.answers[each.expression] for each in questions if each.expression in known.answers
        )
        if len(answers) < len(questions):
            return None
        return structs.replace(known.observation, answers=answers)

    def _remember(
        self, program: Program, observation: Observation, questions: tuple[Question, ...]
    ) -> None:
        if observation.executed is None or len(observation.answers) != len(questions):
            return
        known = self._known.setdefault(program, _Known(observation, {}))
        pairs = zip(questions, observation.answers, strict=True)
        known.answers.update({question.expression: answer for question, answer in pairs})
