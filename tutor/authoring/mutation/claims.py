"""Find other programs that get a wrong program's message though they compute something else.

It tries mutants of the wrong program and of the solution, until it has enough examples. Another
module reports the problem of the step.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from msgspec import Struct

from tutor.authoring.mutation.asked import STEP_COUNT, AskedValues, difference, what_is_asked
from tutor.authoring.mutation.batching_runner import BatchingRunner
from tutor.authoring.mutation.mutants import mutants_of
from tutor.authoring.mutation.rules import mutants_of_step
from tutor.authoring.mutation.trial import observe_under
from tutor.authoring.verdict_rules import has_words_of
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Misconception
from tutor.course.task import split_constant
from tutor.grading.grade import grade
from tutor.grading.misconceptions import are_alike, compared_checks
from tutor.grading.plan import check_expressions, scenarios
from tutor.grading.scenario_result import RunAnswers, ScenarioResult
from tutor.grading.verdict import Runner
from tutor.wire.commands import Question

_GROUP = 10
"""Mutants that are tried together."""


class _Claiming(Struct, frozen=True):
    """A wrong program, with the facts by which an answer is matched to it."""

    item: Misconception
    asked: AskedValues
    checks: tuple[Check, ...]
    questions: tuple[Question, ...]
    runs: tuple[RunAnswers, ...]
    """Its runs under each scenario, with answers for the checks and for the task."""
    solution: tuple[RunAnswers, ...]


async def find_claims(
    step: CodeStep, item: Misconception, runner: Runner, most: int
) -> tuple[str, ...]:
    """Return some mutants that get the item's message but compute something else.

    Each is named by its change and by the program that it changes.
    """
    batching = BatchingRunner(runner)
    claiming = await _observe_claiming(step, item, batching)
    neighbours = list(_neighbours(step, item))
    found: list[str] = []
    for start in range(0, len(neighbours), _GROUP):
        group = neighbours[start : start + _GROUP]
        claimed = await asyncio.gather(
            *(_is_claimed(step, source, claiming, batching) for _, source in group)
        )
        found += [name for (name, _), is_one in zip(group, claimed, strict=True) if is_one]
        if len(found) >= most:
            break
    return tuple(found[:most])


def _neighbours(step: CodeStep, item: Misconception) -> Iterator[tuple[str, str]]:
    """Yield change and source of mutants, except those of free numbers."""
    free = {split_constant(each.constant)[1] for each in step.free}
    for whose, mutants in (
        ("its", mutants_of(item.wrong)),
        ("the solution's", mutants_of_step(step)),
    ):
        for mutant in mutants:
            if mutant.constant not in free:
                yield f"{whose} {mutant.change}", mutant.source


async def _observe_claiming(step: CodeStep, item: Misconception, runner: Runner) -> _Claiming:
    own = scenarios(step)
    (first,) = await observe_under(step, step.solution, own[:1], (STEP_COUNT,), runner)
    asked = what_is_asked(step, first)
    checks = tuple(Question(text) for text in check_expressions(step.checks))
    questions = tuple(dict.fromkeys((*checks, *asked.questions)))
    solution, runs = await asyncio.gather(
        observe_under(step, step.solution, own, questions, runner),
        observe_under(step, item.wrong, own, questions, runner),
    )
    compared = compared_checks(
        step,
        [(ScenarioResult(*each), each[1]) for each in zip(own, runs, solution, strict=True)],
    )
    return _Claiming(item, asked, tuple(compared), questions, runs, solution)


async def _is_claimed(step: CodeStep, source: str, claiming: _Claiming, runner: Runner) -> bool:
    """Return True if a program gets the message, but differs in what the task asks for.

    Most differ in the checks at once, so that they cost only one run.
    """
    own = scenarios(step)
    runs: tuple[RunAnswers, ...] = ()
    for part in (own[:1], own[1:]):
        runs += await observe_under(step, source, part, claiming.questions, runner)
        if not _is_alike(step, runs, claiming):
            return False
    pairs = zip(runs, claiming.runs, strict=True)
    if not any(difference(claiming.asked, run, wrong) for run, wrong in pairs):
        return False
    return has_words_of(claiming.item, await grade(step, source, runner))


def _is_alike(step: CodeStep, runs: Sequence[RunAnswers], claiming: _Claiming) -> bool:
    pairs = [
        (ScenarioResult(scenario, run, solution), wrong)
        for scenario, run, solution, wrong in zip(
            scenarios(step), runs, claiming.solution, claiming.runs, strict=False
        )
    ]
    return all(run.finished for run in runs) and are_alike(step, claiming.checks, pairs)
