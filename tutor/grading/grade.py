"""Judge an answer to a code step, for the app, `nntutor grade` and `nntutor check` alike.

Each of them brings its own runner. Here a file of several exercises is split, and every text of the
verdict is made safe to print.
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
    """Return the verdict on the program as an answer to the step.

    `others` are the givens of the course's other steps: where one of them stands in the program,
    another exercise begins. Nothing that a program or a step does is raised: an exception of the
    checker itself becomes a `tutor-fault` verdict.
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
    """Return the verdict without characters that could command a terminal.

    Its texts quote values and messages of the program, which may hold escape codes.
    """
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
    """Judge the sections that may answer this step, or the whole file if it is one exercise."""
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
    """Judge a section alone; after a NameError, once more with the code above it.

    With `live`, the first of these runs is streamed.
    """
    verdict = await judge_program(step, section.alone, runner, live=live)
    if verdict.error == "NameError":
        verdict = await judge_program(step, section.so_far, runner, live=False)
    return structs.replace(verdict, notes=(*verdict.notes, _judged_lines(section)))


def _judged_lines(section: Section) -> str:
    return (
        f"Lines {section.first} to {section.last} were judged: the others belong to other "
        "exercises."
    )
