"""Judge an answer to a code step, for the app, `nntutor grade` and `nntutor check` alike.

Each of them passes its own runner. This module splits a file of several exercises, and makes every
text of the verdict safe to print.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from msgspec import structs

from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, Exercise
from tutor.grading.earlier_answers import may_hang_on_earlier_answers, with_solutions
from tutor.grading.files_of_others import with_files_of_others
from tutor.grading.judge import judge_program, tutor_fault
from tutor.grading.left_out_givens import refuse_for_left_out
from tutor.grading.length import too_long
from tutor.grading.narrower_sections import narrower_sections, sections_without_own_givens
from tutor.grading.plan import author_commands, has_own_answers, learner_command, reference
from tutor.grading.sections import Section, asked_names, binds_wanted, sections
from tutor.grading.submission import Submission, read_submission
from tutor.grading.unwrapping import unwrapped
from tutor.grading.verdict import CheckResult, Runner, Verdict
from tutor.text import printable

__all__ = ["author_commands", "grade", "learner_command"]


async def grade(
    step: CodeStep, source: str, runner: Runner, others: Sequence[Exercise] = ()
) -> Verdict:
    """Return the verdict on the program as an answer to the step.

    `others` are the exercises of the course's other steps: another exercise begins where the
    program contains the givens of one of them. Nothing that a program or a step does is raised: an
    exception of the checker itself becomes a `tutor-fault` verdict.
    """
    if words := too_long(source):
        return Verdict("reject", "too-long", words)
    started = time.perf_counter()
    try:
        names = asked_names(step).union(bound_names(step.given))
        submission = read_submission(step, unwrapped(source, names))
        verdict = await _judge_file(step, submission, runner, others)
        if has_own_answers(step) and may_hang_on_earlier_answers(verdict):
            by_solutions = await _judge_file(reference(step), submission, runner, others)
            verdict = with_solutions(step, verdict, by_solutions)
    except Exception as error:
        verdict = tutor_fault(f"the checker raised {type(error).__name__}: {error}")
    milliseconds = (time.perf_counter() - started) * 1e3
    return structs.replace(_printable(verdict), milliseconds=milliseconds)


def _printable(verdict: Verdict) -> Verdict:
    """Return the verdict without characters that could command a terminal.

    Its texts quote values and messages of the program, which may contain escape codes.
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
    step: CodeStep, submission: Submission, runner: Runner, others: Sequence[Exercise]
) -> Verdict:
    """Judge the sections that may answer this step, or the whole file if it is one exercise.

    If all are refused, narrower sections are tried. If one is wrong under variations only, or
    because of the learner's own givens, the step's givens replace these. If one is right only
    without the learner's own givens, the verdict is about these; else, if all are refused, about
    the nearest one, preferring those that surely belong to the step. Without another exercise in
    the file, a narrower section is only accepted: what it leaves out may be the mistake.
    """
    verdicts: list[Verdict] = []
    refusals: list[Verdict] = []
    sure: list[Verdict] = []
    for_givens: Verdict | None = None
    seen: set[str] = set()
    runner = with_files_of_others(step, submission, runner, others)
    for section in _sections_to_try(step, submission, others, verdicts):
        if section.submission.source in seen:
            continue
        seen.add(section.submission.source)
        verdict = await judge_program(step, section.submission, runner, live=len(seen) == 1)
        if verdict.accepted:
            refused = await refuse_for_left_out(step, submission, section, others, verdict, runner)
            if refused is None:
                verdict = _about(section, submission, verdict)
                return structs.replace(verdict, program=section.submission.source)
            for_givens = for_givens or refused
            continue
        verdict = _about(section, submission, verdict)
        if _ends_all(verdict):
            return verdict
        verdicts.append(verdict)
        if section.can_refuse:
            refusals.append(verdict)
        if section.can_refuse and section.is_sure:
            sure.append(verdict)
    return for_givens or max(sure or refusals, key=_nearness)


def _sections_to_try(
    step: CodeStep,
    submission: Submission,
    others: Sequence[Exercise],
    refused: Sequence[Verdict],
) -> Iterator[Section]:
    """Yield the sections, and the whole file if none of them binds a requested name.

    `refused` are the verdicts on those yielded so far.
    """
    found = sections(step, submission, others)
    yield from found
    if not any(binds_wanted(step, section) for section in found):
        yield Section(submission, 0, 0)
    yield from narrower_sections(step, submission, others)
    if any(verdict.slug == "changes-the-given" for verdict in refused):
        yield from sections(step, submission, others, with_own_givens=False)
    if any(map(_fails_elsewhere, refused)):
        yield from sections_without_own_givens(step, submission, others)


def _fails_elsewhere(verdict: Verdict) -> bool:
    """Return True if the program is right under the base givens, and fails under variations."""
    base = [check.passed for check in verdict.checks if not check.variation]
    varied = [check.passed for check in verdict.checks if check.variation]
    return bool(base) and all(base) and not (all(varied) and verdict.error is None)


def _ends_all(verdict: Verdict) -> bool:
    """Return True if no other section can change the verdict.

    It is a fault, the learner stopped the run, functions of a library were replaced, or there is no
    graphics card for the program.
    """
    ends = verdict.kind == "tutor-fault" or verdict.slug == "cheats-the-checker"
    is_unrun = verdict.kind == "not-attempted" and verdict.slug == "no-such-device"
    return ends or is_unrun or verdict.outcome == "stopped"


def _nearness(verdict: Verdict) -> tuple[bool, bool, float]:
    """Return a sort key for refused sections; larger is nearer to a right answer."""
    base = [check.passed for check in verdict.checks if not check.variation]
    share = sum(base) / len(base) if base else 0.0
    return verdict.kind == "reject", verdict.error is None, share


def _about(section: Section, submission: Submission, verdict: Verdict) -> Verdict:
    """Return the verdict with the lines that it is about, unless that is the whole file."""
    if section.submission is submission or section.covers(submission):
        return verdict
    lines = (section.first, section.last)
    note = (
        f"Lines {section.first} to {section.last} were judged, with the lines above that they "
        "need. All other lines were left out."
    )
    return structs.replace(verdict, notes=(*verdict.notes, note), lines=lines)
