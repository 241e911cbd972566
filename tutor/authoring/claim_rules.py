"""Rules of the linter for a wrong program's message: only answers with its mistake may get it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from tutor.authoring.evidence import ProgramEvidence
from tutor.authoring.hardcoded import hardcoded_program
from tutor.authoring.mutation.claims import find_claims
from tutor.authoring.step_findings import StepFindings
from tutor.authoring.text_rules import checked_names
from tutor.course.model import CodeStep
from tutor.course.step_tables import Misconception
from tutor.grading.compare import is_same
from tutor.grading.grade import grade
from tutor.grading.misconceptions import compared_checks
from tutor.grading.numbers import numbers_of
from tutor.grading.scenario_result import RunAnswers, ScenarioResult, checks_under
from tutor.grading.submission import names_typed_in, read_submission
from tutor.grading.verdict import Runner
from tutor.wire.values import MappingValue, SequenceValue, Value

# Hardcoded values
#
# A misconception is found by the values of its wrong program. If these are the same under all
# givens, an answer that only hardcodes the values has them, too, but did not make the mistake.


async def check_claims(
    step: CodeStep, evidence: ProgramEvidence, runner: Runner, findings: StepFindings
) -> None:
    """Add a problem for each wrong program whose message hardcoded values get, too."""
    for index, item in enumerate(step.misconceptions):
        runs = evidence.wrongs.get(item.wrong, ())
        names = _constant_names(step, runs)
        if not names or set(names) <= names_typed_in(step, read_submission(step, item.wrong)):
            continue
        typed = hardcoded_program(step, names, runs[0].bound())
        if typed is None:
            continue
        verdict = await grade(step, typed, runner)
        if verdict.kind == "reject" and verdict.slug == item.id:
            lines = typed.removeprefix(step.solution).strip().replace("\n", "; ")
            message = (
                f"answers with its values typed in get its message, too (`{lines[:80]}`): vary a "
                "given that changes them, or use `when`"
            )
            findings.error(("misconception", index, "wrong"), message)


def _constant_names(step: CodeStep, runs: Sequence[RunAnswers]) -> tuple[str, ...]:
    """Return the checked names that have the same value in all runs."""
    bound = [run.bound() for run in runs]
    return tuple(
        name
        for name in checked_names(step)
        if len(bound) > 1 and all(name in each for each in bound)
        if all(is_same(each[name], bound[0][name]) for each in bound)
    )


# Wrong programs that are found by too little: two numbers are enough
#
# Many answers share a single number, or a false condition, for other reasons.

ENOUGH = 2
"""Numbers that no right answer has, and that an answer does not share by chance."""

_SHOWN = 2
"""Maximum other programs that a problem names."""


async def check_telling(
    step: CodeStep, evidence: ProgramEvidence, runner: Runner, findings: StepFindings
) -> None:
    """Add a problem for each wrong program found by too little, and for needless marks."""
    for index, item in enumerate(step.misconceptions):
        numbers = _numbers_of(step, item, evidence)
        if numbers is None or len(numbers) >= ENOUGH:
            if item.true_of_all:
                message = (
                    "is not needed: it is for a wrong program that is recognised by fewer than "
                    "two numbers"
                )
                findings.warning(("misconception", index, "true_of_all"), message)
        elif not item.true_of_all.strip():
            claims = await find_claims(step, item, runner, _SHOWN)
            findings.error(("misconception", index, "wrong"), _not_recognised(numbers, claims))


def _numbers_of(
    step: CodeStep, item: Misconception, evidence: ProgramEvidence
) -> frozenset[str] | None:
    """Return the numbers that identify a wrong program; None if it is identified otherwise."""
    runs = evidence.wrongs.get(item.wrong, ())
    names = checked_names(step)
    sound = all(run.finished and run.bound().keys() >= set(names) for run in runs)
    if not sound or not evidence.misses(step, runs):
        return None
    return telling_numbers(step, evidence, item.wrong)


def _not_recognised(numbers: Collection[str], claims: Sequence[str]) -> str:
    told = f"by `{next(iter(numbers))}` alone" if numbers else "by no number"
    others = f", and others get its message, too ({'; '.join(claims)})" if claims else ""
    return (
        f"is recognised {told}{others}: use `when`, vary a given that changes its values, or say "
        "in `true_of_all` why the message is true for all of them"
    )


# The numbers by which an answer is matched to a wrong program


def telling_numbers(step: CodeStep, evidence: ProgramEvidence, wrong: str) -> frozenset[str]:
    """Return the numbers and words in which a wrong program differs from the solution.

    An answer is matched by these. They come from the compared checks, each counted once; booleans
    do not count.
    """
    pairs = [
        (ScenarioResult(scenario, run, solution), run)
        for scenario, run, solution in zip(
            evidence.scenarios, evidence.wrongs[wrong], evidence.solution, strict=False
        )
    ]
    checks = [check for check in compared_checks(step, pairs) if not check.true]
    return frozenset(
        each
        for check in checks
        for result, run in pairs
        if check in checks_under(step, result.scenario)
        for each in _other_parts(run, result.solution, check.same)
    )


def _other_parts(wrong: RunAnswers, solution: RunAnswers, expression: str) -> Iterator[str]:
    """Yield the parts of the wrong program's value that differ from the solution's."""
    answer = wrong.answer(expression)
    if answer is None:
        return
    if answer.error is not None:
        yield f"{answer.error.type_name}: {answer.error.message}"
        return
    mine, theirs = (tuple(_parts(value)) for value in (answer.value, solution.value(expression)))
    if len(mine) != len(theirs):
        yield from mine
        return
    for part, right in zip(mine, theirs, strict=True):
        if part != right:
            yield part


def _parts(value: Value) -> Iterator[str]:
    """Yield each number in a value, and each word."""
    numbers = numbers_of(value)
    if numbers is not None and numbers.kind == "bool":
        return
    if numbers is not None:
        yield from (f"{each + 0.0:.4g}" for each in numbers.elements)
    elif isinstance(value, SequenceValue):
        for item in value.items:
            yield from _parts(item)
    elif isinstance(value, MappingValue):
        for _, item in value.items:
            yield from _parts(item)
    else:
        yield repr(value)
