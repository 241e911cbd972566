"""Rules of the linter for order steps: those of the code step that each amounts to, and decoys."""

from __future__ import annotations

from tutor.authoring.program_rules import check_programs
from tutor.authoring.step_findings import StepFindings
from tutor.authoring.text_rules import check_exercise
from tutor.course.line_order import lines_of, program_of
from tutor.course.model import OrderStep
from tutor.grading.order import as_code, grade_order
from tutor.grading.verdict import Runner

_KEYS = {"scaffold": "lines", "solution": "lines", "wrong": "order"}
"""Keys of a code step, and those of an order step from which they are made."""


async def check_order(step: OrderStep, runner: Runner, findings: StepFindings) -> None:
    """Apply the rules to the programs that the lines make."""
    code = as_code(step)
    own = StepFindings(step, _KEYS)
    check_exercise(code, own)
    await check_programs(code, runner, own)
    findings.problems += own.problems
    await _check_decoys(step, runner, findings)


async def _check_decoys(step: OrderStep, runner: Runner, findings: StepFindings) -> None:
    """Check that each decoy is harmful at some place, so that it is no part of the solution."""
    count = len(lines_of(step)) - len(step.decoys)
    for index in range(len(step.decoys)):
        number = count + index + 1
        for place in range(count + 1):
            numbers = [*range(1, place + 1), number, *range(place + 1, count + 1)]
            verdict = await grade_order(step, program_of(step, numbers), runner)
            if not verdict.accepted:
                break
        else:
            findings.error(("decoy", index), "does no harm anywhere in the solution")
