"""Evidence from the programs of a code step: the checks that each program misses, and where.

For the linter. Each program runs once under each scenario, and the rules on checks, variations and
wrong programs all use these runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import TypeAlias

from msgspec import Struct

from tutor.course.model import CodeStep
from tutor.grading.plan import (
    Scenario,
    everywhere_command,
    scenarios,
    solution_command,
    tried_first,
)
from tutor.grading.scenario_result import RunAnswers, ScenarioResult, judge_check, run_answers
from tutor.grading.verdict import Runner
from tutor.grading.wrong_programs import observe_first, observe_rest
from tutor.wire.commands import ObserveAll

Miss: TypeAlias = tuple[int, int | None]
"""Index of a scenario, and index of the check that is missed there.

The check is None if the program did not finish."""


class ProgramEvidence(Struct, frozen=True):
    """Runs of solution and wrong programs under each scenario, in the order of `scenarios`."""

    scenarios: tuple[Scenario, ...]
    """The base givens first, then the variations in the order of the file."""
    solution: tuple[RunAnswers, ...]
    wrongs: Mapping[str, tuple[RunAnswers, ...]]
    """Runs of each wrong program, by its source."""

    def misses(self, step: CodeStep, runs: Iterable[RunAnswers]) -> frozenset[Miss]:
        """Return the checks a program misses, except those that only give a note."""
        return frozenset(
            miss
            for number, (run, solution) in enumerate(zip(runs, self.solution, strict=False))
            if not self.scenarios[number].note
            for miss in _misses(step, number, ScenarioResult(self.scenarios[number], run, solution))
        )


async def gather_evidence(step: CodeStep, runner: Runner) -> ProgramEvidence:
    """Run the solution and all wrong programs under every scenario."""
    all_scenarios = scenarios(step)
    solution = await observe_all(solution_command(step), runner)
    first = await observe_first(step, runner)
    wrongs = await observe_rest(step, first, first, runner)
    return ProgramEvidence(all_scenarios, solution[: len(all_scenarios)], wrongs)


async def refused_programs(step: CodeStep, programs: Set[str], runner: Runner) -> frozenset[str]:
    """Return the refused ones of some wrong programs; stop each once it is refused."""
    all_scenarios, early = scenarios(step), tried_first(step)
    solution = await observe_all(solution_command(step), runner)
    right = tuple(run for each, run in zip(all_scenarios, solution, strict=False) if each in early)
    first = await observe_first(step, runner)
    evidence = ProgramEvidence(early, right, first)
    refused = {each for each in programs if evidence.misses(step, first[each])}
    rest = await observe_rest(step, first, [*programs - refused], runner)
    evidence = ProgramEvidence(all_scenarios, solution[: len(all_scenarios)], rest)
    return frozenset(refused | {each for each in rest if evidence.misses(step, rest[each])})


async def observe_program(step: CodeStep, program: str, runner: Runner) -> tuple[RunAnswers, ...]:
    """Run another program under every scenario and return its runs."""
    return await observe_all(everywhere_command(step, program), runner)


async def observe_all(command: ObserveAll, runner: Runner) -> tuple[RunAnswers, ...]:
    """Return the run of each program of the command, fewer if the worker gave no answer."""
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
