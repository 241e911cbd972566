"""The work of `nntutor answers` and `nntutor report`, without a command line.

Lines for the user go to `warn`; the results are returned as bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from tutor.classroom.choosing import Which, answers_in_time, chosen, in_time
from tutor.classroom.class_tables import (
    By,
    table_by_learner,
    table_by_misconception,
    table_by_step,
)
from tutor.classroom.collecting import Problems, Received
from tutor.classroom.grades import Grade, judged_anew, read_grades
from tutor.classroom.hand_in import course_digest
from tutor.classroom.learners import Learner, learners_in
from tutor.classroom.pseudonyms import anonymous
from tutor.classroom.table_text import csv_bytes, markdown_bytes
from tutor.course.model import Course
from tutor.grading.wording import counted

Warn = Callable[[str], None]

NONE_FOUND = "No hand-ins were found."


class LineToGrade(Struct, frozen=True):
    """A line for `nntutor grade --jsonl`."""

    id: str
    step: str
    code: str


class ReportOptions(Struct, frozen=True, kw_only=True):
    """Options of `nntutor report`."""

    by: By = "learner"
    markdown: bool = False
    verdicts: bytes | None = None
    """Lines of `nntutor grade`, if any."""
    key: bytes | None = None
    """Key of the pseudonyms; None to show the learners' names."""


def answer_lines(
    paths: Sequence[Path], which: Which, until: datetime | None, warn: Warn
) -> tuple[bytes, bool]:
    """Return lines for `nntutor grade`, and True if all files could be read whole."""
    problems, late = Problems(), Problems()

    def choose(received: list[Received]) -> Sequence[Received]:
        return in_time(received, until, late) if until else received

    lines: list[bytes] = []
    is_empty = True
    for each in learners_in(paths, problems, choose=choose):
        is_empty = False
        learner = answers_in_time(each, until)
        lines += [
            msgspec.json.encode(LineToGrade(learner.answer_id(answer), answer.step, answer.code))
            for answer in chosen(learner, which)
        ]
    unread = problems.sentences()
    for problem in (*unread, *late.sentences()) or ([NONE_FOUND] if is_empty else []):
        warn(problem)
    return b"".join(line + b"\n" for line in lines), not unread


def report_bytes(
    paths: Sequence[Path], course: Course, options: ReportOptions, warn: Warn
) -> tuple[bytes, bool]:
    """Return a table of the class, and True if all files could be read whole."""
    problems = Problems()
    grades, unread = read_grades(options.verdicts) if options.verdicts is not None else ({}, ())
    digest = course_digest(course)
    others = 0
    is_empty = True

    def learners() -> Iterator[Learner]:
        nonlocal others, is_empty
        for each in learners_in(paths, problems, course, with_code=False):
            is_empty = False
            others += bool(each.course_digests - {digest})
            yield judged_anew(each, grades)

    text = _table_bytes(learners(), course, grades, options)
    if others:
        warn(f"{counted(others, 'learner')} had other versions of the lessons than these.")
    told = (*problems.sentences(), *unread)
    for problem in told or ([NONE_FOUND] if is_empty else []):
        warn(problem)
    return text, not told


def _table_bytes(
    learners: Iterable[Learner], course: Course, grades: dict[str, Grade], options: ReportOptions
) -> bytes:
    if options.by == "learner":
        table = table_by_learner(learners, course, grades)
        table = anonymous(table, options.key) if options.key is not None else table
    elif options.by == "step":
        table = table_by_step(learners, course)
    else:
        table = table_by_misconception(learners, course)
    return markdown_bytes(table) if options.markdown else csv_bytes(table)
