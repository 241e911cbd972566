"""Find the numbers by which an answer is matched to a wrong program.

For the linter; the runs are evidence that other rules have gathered.
"""

from __future__ import annotations

from collections.abc import Iterator

from tutor.authoring.evidence import ProgramEvidence
from tutor.course.model import CodeStep
from tutor.grading.misconceptions import compared_checks
from tutor.grading.numbers import numbers_of
from tutor.grading.scenario_result import RunAnswers, ScenarioResult, checks_under
from tutor.wire.values import MappingValue, SequenceValue, Value


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
