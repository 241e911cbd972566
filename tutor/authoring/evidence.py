"""What the programs of a step showed when they were run: who misses which check, and where.

For the linter, which draws all its conclusions about checks and variations from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct

from tutor.course.model import CodeStep
from tutor.grading.plan import (
    Scenario,
    check_expressions,
    limits_of,
    scenarios,
    solution_command,
    wrong_programs,
    wrongs_command,
)
from tutor.grading.scenario_result import RunAnswers, ScenarioResult, judge_check, run_answers
from tutor.grading.verdict import Runner
from tutor.wire.commands import ObserveAll, Program, Question

Miss: TypeAlias = tuple[int, int | None]
"""Numbers of a scenario and of a check of the step; None where the program did not finish."""


class ProgramEvidence(Struct, frozen=True):
    """Runs under each scenario, in the order of `scenarios`: the base first."""

    scenarios: tuple[Scenario, ...]
    solution: tuple[RunAnswers, ...]
    wrongs: Mapping[str, tuple[RunAnswers, ...]]
    """By program."""

    def misses(self, step: CodeStep, runs: Iterable[RunAnswers]) -> frozenset[Miss]:
        """Where a program is refused. What only leads to a note is left out."""
        return frozenset(
            miss
            for number, (run, solution) in enumerate(zip(runs, self.solution, strict=False))
            if not self.scenarios[number].note
            for miss in _misses(step, number, ScenarioResult(self.scenarios[number], run, solution))
        )


async def gather_evidence(step: CodeStep, runner: Runner) -> ProgramEvidence:
    """Runs solution and wrong programs under every scenario."""
    all_scenarios = scenarios(step)
    solution = await observe_all(solution_command(step), runner)
    command = wrongs_command(step)
    runs = await observe_all(command, runner) if command else ()
    size = len(all_scenarios)
    wrongs = {
        program: runs[number * size : (number + 1) * size]
        for number, program in enumerate(wrong_programs(step))
    }
    return ProgramEvidence(all_scenarios, solution[:size], wrongs)


async def observe_program(step: CodeStep, program: str, runner: Runner) -> tuple[RunAnswers, ...]:
    """One more program of the author under every scenario."""
    programs = tuple(
        Program(step.prelude, scenario.given, program, scenario.seed)
        for scenario in scenarios(step)
    )
    questions = tuple(Question(text) for text in check_expressions(step.checks))
    return await observe_all(ObserveAll(programs, questions, limits_of(step)), runner)


async def observe_all(command: ObserveAll, runner: Runner) -> tuple[RunAnswers, ...]:
    """One run for each program of the command."""
    observations = await runner.observe_all(command)
    return tuple(run_answers(observation, command.questions) for observation in observations)


def _misses(step: CodeStep, number: int, result: ScenarioResult) -> Iterable[Miss]:
    if result.learner.observation.outcome != "finished":
        yield number, None
        return
    for index, check in enumerate(step.checks):
        counts = result.scenario.is_base or not check.base_only
        if counts and not check.note and not judge_check(check, result).holds:
            yield number, index
