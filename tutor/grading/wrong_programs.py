"""Get the runs of a step's wrong programs that an answer may match, and run no others.

If a variation of the step comes first, all of them run under it, and under the other givens only
those that match the answer there. So only one or two of them cost a whole training, and every
verdict is the same as with all runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from tutor.course.model import CodeStep
from tutor.grading.misconceptions import may_be_alike
from tutor.grading.observed_attempt import ObservedAttempt, pair_runs
from tutor.grading.plan import (
    rest_command,
    scenarios,
    tried_first,
    wrong_programs,
    wrongs_at_base_command,
    wrongs_command,
)
from tutor.grading.scenario_result import RunAnswers
from tutor.grading.verdict import Runner
from tutor.wire.commands import ObserveAll


async def observe_wrong_programs(
    step: CodeStep, attempt: ObservedAttempt, runner: Runner
) -> Mapping[str, Sequence[RunAnswers]]:
    """Return the runs of the wrong programs that the attempt may match, under its scenarios.

    If no variation comes first, these are all programs of the step.
    """
    first = await observe_first(step, runner)
    likely = [wrong for wrong, runs in first.items() if _is_likely(step, attempt, runs)]
    runs = await observe_rest(step, first, likely, runner)
    planned = scenarios(step)
    kept = [planned.index(result.scenario) for result in attempt.results]
    return {wrong: [runs[wrong][index] for index in kept] for wrong in likely}


async def observe_at_base(step: CodeStep, runner: Runner) -> Mapping[str, RunAnswers]:
    """Return the run of every wrong program under the step's own givens."""
    if scenarios(step)[0] in tried_first(step):
        return {wrong: runs[0] for wrong, runs in (await observe_first(step, runner)).items()}
    runs = await _observed(wrongs_at_base_command(step), runner)
    return dict(zip(wrong_programs(step), runs, strict=True))


async def observe_first(step: CodeStep, runner: Runner) -> Mapping[str, tuple[RunAnswers, ...]]:
    """Run every wrong program under the scenarios that come first: all, if none does."""
    command = wrongs_command(step)
    if command is None:
        return {}
    runs = await _observed(command, runner)
    width = len(tried_first(step))
    return {
        wrong: runs[row * width : (row + 1) * width]
        for row, wrong in enumerate(wrong_programs(step))
    }


async def observe_rest(
    step: CodeStep,
    first: Mapping[str, tuple[RunAnswers, ...]],
    wanted: Iterable[str],
    runner: Runner,
) -> Mapping[str, tuple[RunAnswers, ...]]:
    """Return the runs of the wanted programs under every scenario, in the order of the step.

    `first` are their runs under those that come first; the others are made here.
    """
    early = tried_first(step)
    if len(early) == len(scenarios(step)):
        return {wrong: first[wrong] for wrong in wanted}
    wanted = tuple(wanted)
    commands = (rest_command(step, wrong) for wrong in wanted)
    rests = await asyncio.gather(*(_observed(command, runner) for command in commands))
    found: dict[str, tuple[RunAnswers, ...]] = {}
    for wrong, rest in zip(wanted, rests, strict=True):
        early_runs, late_runs = iter(first[wrong]), iter(rest)
        found[wrong] = tuple(
            next(early_runs if each in early else late_runs) for each in scenarios(step)
        )
    return found


def _is_likely(step: CodeStep, attempt: ObservedAttempt, first: Sequence[RunAnswers]) -> bool:
    """Return False if the attempt certainly does not match a program with these first runs.

    An attempt that raised has one run only; it matches programs that raise, which they do
    everywhere.
    """
    early = tried_first(step)
    if len(early) == len(scenarios(step)):
        return True
    under = {result.scenario.label: result for result in attempt.results}
    if attempt.base.learner.error is not None:
        return any(run.error is not None for run in first)
    return all(
        scenario.label not in under or may_be_alike(step, under[scenario.label], run)
        for scenario, run in zip(early, first, strict=True)
    )


async def _observed(command: ObserveAll, runner: Runner) -> tuple[RunAnswers, ...]:
    return pair_runs(command, tuple(await runner.observe_all(command)))
