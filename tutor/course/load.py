"""Reads a folder of lessons into a `Course`. For everyone who needs the lessons.

Needs no torch and no textual, and runs nothing of what it reads.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from msgspec import Struct

from tutor.course.code_rules import check_program
from tutor.course.document import read_document
from tutor.course.model import Course, Lesson, Step
from tutor.course.problems import CourseError, Problem, nearest
from tutor.course.steps import read_step
from tutor.course.tables import Findings, fields_of, problem_at, read_table

FORMAT = 1
"""The newest lesson format that this version reads."""

_FOLDER = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


class _CourseKeys(Struct, frozen=True):
    """Keys of course.toml."""

    format: int
    title: str
    order: tuple[str, ...]
    prelude: str = ""


class _LessonKeys(Struct, frozen=True):
    """Keys of lesson.toml."""

    format: int
    title: str
    summary: str = ""
    concepts: tuple[str, ...] = ()


def load_course(lessons: Path) -> Course:
    """The course of a folder that holds course.toml. Raises CourseError with all problems."""
    course, problems = load_course_leniently(lessons)
    if problems:
        raise CourseError(problems)
    return course


def load_course_leniently(lessons: Path) -> tuple[Course, tuple[Problem, ...]]:
    """What can be used of a course, and all problems, in the order of the course.

    A step with a problem is left out. A lesson whose lesson.toml has one is called by its folder.
    """
    try:
        findings = Findings(read_document(lessons / "course.toml"))
    except CourseError as error:
        return Course(title=""), error.problems
    values = _head(findings, _CourseKeys)
    if values is None:
        return Course(title=""), tuple(findings.sorted())
    check_program(values.get("prelude", ""), ("prelude",), findings)
    reading = _Reading(lessons, values.get("prelude", ""))
    names = _names_in_order(values.get("order", ()), lessons, findings)
    read = [lesson for name in names if (lesson := reading.lesson(name)) is not None]
    reading.check_renamed(read)
    course = Course(
        title=values.get("title", ""), prelude=values.get("prelude", ""), lessons=tuple(read)
    )
    return course, (*findings.sorted(), *reading.problems)


def _head(findings: Findings, keys: type[Struct]) -> dict[str, Any] | None:
    """The values of course.toml or lesson.toml; None if its format is a newer one."""
    table = findings.document.table
    number = table.get("format")
    if isinstance(number, int) and number > FORMAT:
        message = f"is {number}, and this version reads up to {FORMAT}: please update nntutor"
        findings.add(("format",), message)
        return None
    values = read_table(table, fields_of(keys), findings)
    if values.get("format", FORMAT) != FORMAT:
        findings.add(("format",), f"should be {FORMAT}")
    if not values.get("title", " ").strip():
        findings.add(("title",), "is empty")
    return values


def _names_in_order(order: tuple[str, ...], lessons: Path, findings: Findings) -> list[str]:
    """The lesson folders that the course names and that are there."""
    names: list[str] = []
    for index, name in enumerate(order):
        path = ("order", index)
        if not _FOLDER.fullmatch(name):
            findings.add(path, f"`{name}` should be a folder made of a-z, 0-9 and hyphens")
        elif name in names:
            findings.add(path, f"`{name}` is named twice")
        elif not (lessons / name).is_dir():
            known = [folder.parent.name for folder in lessons.glob("*/lesson.toml")]
            findings.add(path, f"there is no folder `{name}`{nearest(name, known)}")
        else:
            names.append(name)
    if not order:
        findings.add(("order",), "names no lesson")
    return names


class _Reading:
    """One reading of all lessons of a course, and the problems met so far."""

    def __init__(self, lessons: Path, prelude: str) -> None:
        self.problems: list[Problem] = []
        self._lessons = lessons
        self._prelude = prelude
        self._ids: dict[str, Path] = {}
        """Step ids met so far, and in which file."""

    def lesson(self, name: str) -> Lesson | None:
        """None if it is of a newer format; its steps are not looked at then."""
        file = self._lessons / name / "lesson.toml"
        values: dict[str, Any] | None = {}
        try:
            findings = Findings(read_document(file))
        except CourseError as error:
            self.problems += error.problems
        else:
            values = _head(findings, _LessonKeys)
            self.problems += findings.sorted()
        if values is None:
            return None
        values.pop("format", None)
        steps = self._steps(file)
        return Lesson(id=name, steps=steps, **{"title": name, **values})

    def check_renamed(self, lessons: list[Lesson]) -> None:
        """A former id (`was`) belongs to one step alone."""
        former: dict[str, Path] = {}
        for step in (step for lesson in lessons for step in lesson.steps if step.was):
            other = self._ids.get(step.was) or former.get(step.was)
            former[step.was] = step.file
            if other is not None:
                message = f"`{step.was}` belongs to {other.parent.name}/{other.name}"
                self.problems.append(problem_at(step.file, ("was",), message))

    def _steps(self, lesson_file: Path) -> tuple[Step, ...]:
        folder = lesson_file.parent
        files = sorted(file for file in folder.glob("*.toml") if file.name != lesson_file.name)
        if not files:
            message = "the lesson has no steps: files called `<number>-<id>.toml`"
            self.problems.append(Problem(lesson_file, 1, "file", message))
        steps = [self._step(file) for file in files]
        return tuple(step for step in steps if step is not None)

    def _step(self, file: Path) -> Step | None:
        step, problems = read_step(file, file.parent.name, self._prelude, self._ids)
        self.problems += problems
        return step
