"""Rules of the linter for steps that begin with the answers to earlier ones.

The solution must be right with each answer that the author declares right there, and each used step
must be needed.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator

from tutor.authoring.mutation.batching_runner import BatchingRunner
from tutor.authoring.step_findings import StepFindings
from tutor.course.code import parse_program
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, UsedAnswer
from tutor.course.used_answers import with_own
from tutor.grading.earlier_answers import SLUG
from tutor.grading.grade import grade
from tutor.grading.plan import check_expressions
from tutor.grading.verdict import Runner, Verdict


async def check_used(step: CodeStep, runner: Runner, findings: StepFindings) -> None:
    """Apply the rules to each step that is used, directly or through another used step."""
    for index, step_id in enumerate(step.uses):
        used = next(each for each in step.used if each.step == step_id)
        if not _is_read(step, used):
            message = f"neither the given code nor the solution reads a name of `{step_id}`"
            findings.error(("uses", index), message)
    others = [
        (used, number, program)
        for used in step.used
        for number, program in enumerate(used.also_right, 1)
    ]
    runner = BatchingRunner(runner)
    verdicts = await asyncio.gather(
        *(_verdict_with(step, used, program, runner) for used, _, program in others)
    )
    for (used, number, _), verdict in zip(others, verdicts, strict=True):
        if not verdict.accepted or verdict.slug == SLUG:
            said = " ".join(verdict.message.split())
            message = (
                f"with also_right[{number}] of `{used.step}` the solution is not right: {said}"
            )
            findings.error(("uses",), message)


def _is_read(step: CodeStep, used: UsedAnswer) -> bool:
    """Return True if the step, or another answer that it uses, reads a name of this one."""
    others = (each.code for each in step.used if each is not used)
    programs = (step.given, step.solution, *others, *check_expressions(step.checks))
    read = {name for program in programs for name in _names_read(program)}
    return bool(read & set(bound_names(used.code)))


def _names_read(program: str) -> Iterator[str]:
    for node in ast.walk(parse_program(program.strip())):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


async def _verdict_with(step: CodeStep, used: UsedAnswer, program: str, runner: Runner) -> Verdict:
    """Return the verdict on the solution with a program as the answer to one used step."""
    tried = with_own(step, lambda each: program if each.step == used.step else "")
    return await grade(tried, step.solution, runner)
