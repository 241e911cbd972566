"""Rules of the linter for order steps: those of the equivalent code step."""

from __future__ import annotations

from tutor.authoring.program_rules import check_programs
from tutor.authoring.step_findings import StepFindings
from tutor.authoring.text_rules import check_exercise
from tutor.course.model import OrderStep
from tutor.grading.order import as_code
from tutor.grading.verdict import Runner

KEYS = {"scaffold": "lines", "solution": "lines", "wrong": "order"}
"""Keys of a code step, and the keys of an order step from which they are made."""


async def check_order(step: OrderStep, runner: Runner, findings: StepFindings) -> None:
    """Apply the rules to the programs that the lines make."""
    code = as_code(step)
    own = StepFindings(step, KEYS)
    check_exercise(code, own)
    await check_programs(code, runner, own)
    findings.problems += own.problems
