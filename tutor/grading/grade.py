"""Judges an answer to a code step: what of a file belongs to it, and what a learner may be shown.

For the app, `nntutor grade` and `nntutor check`, all with a runner of their own.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from msgspec import structs

from tutor.course.model import CodeStep
from tutor.grading.judge import judge_program, tutor_fault
from tutor.grading.length import too_long
from tutor.grading.plan import author_commands, learner_command
from tutor.grading.sections import Section, sections
from tutor.grading.submission import Submission, read_submission
from tutor.grading.verdict import CheckResult, Runner, Verdict
from tutor.text import printable

__all__ = ["author_commands", "grade", "learner_command"]


async def grade(step: CodeStep, source: str, runner: Runner, others: Sequence[str] = ()) -> Verdict:
    """Whether the program answers the step. Never raises for what a program or a step does.

    `others` are the givens of the course's other steps: where one stands in the program, another
    exercise begins.
    """
    if words := too_long(source):
        return Verdict("reject", "too-long", words)
    started = time.perf_counter()
    try:
        verdict = await _judge_file(step, read_submission(step, source), runner, others)
    except Exception as error:
        verdict = tutor_fault(f"the checker raised {type(error).__name__}: {error}")
    milliseconds = (time.perf_counter() - started) * 1e3
    return structs.replace(_printable(verdict), milliseconds=milliseconds)


def _printable(verdict: Verdict) -> Verdict:
    """Values and messages of the program are in its texts: none may command a terminal."""
    return structs.replace(
        verdict,
        message=printable(verdict.message),
        evidence=tuple(printable(line) for line in verdict.evidence),
        notes=tuple(printable(note) for note in verdict.notes),
        checks=tuple(_printable_check(check) for check in verdict.checks),
    )


def _printable_check(check: CheckResult) -> CheckResult:
    return structs.replace(
        check,
        name=printable(check.name),
        message=printable(check.message),
        expected=printable(check.expected),
        got=printable(check.got),
    )


async def _judge_file(
    step: CodeStep, submission: Submission, runner: Runner, others: Sequence[str]
) -> Verdict:
    """On the part that belongs to this step, if it is a file of several, else on the whole."""
    parts = sections(step, submission, others)
    if not parts:
        return await judge_program(step, submission, runner)
    verdicts: list[Verdict] = []
    for section in parts:
        verdict = await _judge_section(step, section, runner, live=not verdicts)
        if verdict.kind != "reject":
            return verdict
        verdicts.append(verdict)
    return verdicts[0]


async def _judge_section(
    step: CodeStep, section: Section, runner: Runner, *, live: bool
) -> Verdict:
    verdict = await judge_program(step, section.alone, runner, live=live)
    if verdict.error == "NameError":
        verdict = await judge_program(step, section.so_far, runner, live=False)
    return structs.replace(verdict, notes=(*verdict.notes, _judged_lines(section)))


def _judged_lines(section: Section) -> str:
    return (
        f"Lines {section.first} to {section.last} were judged: the others belong to other "
        "exercises."
    )
