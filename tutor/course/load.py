"""The loader: a folder of lessons becomes a `Course`.

Everyone who needs lessons calls it. It runs nothing of what it reads, since lessons may come from
anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from tutor.course.code_rules import check_program
from tutor.course.document import read_document
from tutor.course.model import Course, Lesson, Step
from tutor.course.problems import CourseError, Problem, suggestion
from tutor.course.step_header import find_step_file
from tutor.course.steps import read_step
from tutor.course.tables import ProblemCollector, fields_of, problem_at, read_table
from tutor.course.terms import TERM_KEY, read_terms

FORMAT = 1
"""The newest lesson format that this version reads."""

_FOLDER = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


class CourseKeys(Struct, frozen=True):
    """Keys of the file that makes a folder a course."""

    format: int
    """Version of the lesson format, 1 so far. A tutor that is too old for it says so."""
    title: str
    """Title of the course, in the outline and in `nntutor list`."""
    order: tuple[str, ...]
    """Names of the lessons' folders, in the order in which the lessons are taught."""
    prelude: str = ""
    """Code that runs before the given code of each step, as a rule imports. It is not shown."""


class LessonKeys(Struct, frozen=True):
    """Keys of the file that makes a folder a lesson."""

    format: int
    """Version of the lesson format, 1 so far. A tutor that is too old for it says so."""
    title: str
    """Title of the lesson, in the outline and in `nntutor list`."""
    summary: str = ""
    """What the lesson is about, in a sentence for those who read the file."""
    concepts: tuple[str, ...] = ()
    """Terms that the lesson teaches, each by its `name`. A step of the course should have each."""


_ARRAYS: dict[type[Struct], tuple[str, ...]] = {LessonKeys: (TERM_KEY,)}
"""Keys that hold arrays of tables, which are read by themselves."""


def load_course(lessons: Path) -> tuple[Course, tuple[Problem, ...]]:
    """Return what can be used of a course, and all problems in the order of the course.

    A step with a problem is left out. A lesson without a usable title has the name of its folder,
    and one of a newer format is left out.
    """
    return CourseReading(lessons).finish()


def load_step(lessons: Path, step_id: str) -> Step | None:
    """Return one step without reading the others, None if anything is wrong with it.

    Only its own file, lesson.toml and course.toml are read, however many steps there are. What is
    wrong is told by a reading of the whole course.
    """
    file = find_step_file(lessons, step_id)
    if file is None:
        return None
    try:
        course = _read_head(
            ProblemCollector(read_document(lessons / "course.toml", lessons)), CourseKeys
        )
        lesson = _read_head(
            ProblemCollector(read_document(file.with_name("lesson.toml"), lessons)), LessonKeys
        )
    except CourseError:
        return None
    if course is None or lesson is None or file.parent.name not in course.get("order", ()):
        return None
    return read_step(file, file.parent.name, course.get("prelude", ""), {})[0]


class CourseReading:
    """A reading of the whole course that can be interrupted after each step.

    So the app may draw and take keys while a long course is read.
    """

    def __init__(self, lessons: Path) -> None:
        self._lessons = lessons
        self._course = Course(title="")
        self._problems: tuple[Problem, ...] = ()
        self._steps = self._read()

    def __iter__(self) -> Iterator[None]:
        """Return the iterator that reads one more step each time."""
        return self._steps

    def finish(self) -> tuple[Course, tuple[Problem, ...]]:
        """Read what is left, and return the usable course and all problems."""
        for _ in self._steps:
            pass
        return self._course, self._problems

    def _read(self) -> Iterator[None]:
        try:
            findings = ProblemCollector(read_document(self._lessons / "course.toml", self._lessons))
        except CourseError as error:
            self._problems = error.problems
            return
        values = _read_head(findings, CourseKeys)
        if values is None:
            self._problems = tuple(findings.sorted())
            return
        title, prelude = values.get("title", ""), values.get("prelude", "")
        check_program(prelude, ("prelude",), findings)
        reader = _LessonReader(self._lessons, prelude)
        for name in _lesson_names(values.get("order", ()), self._lessons, findings):
            yield from reader.read(name)
        reader.check_former_ids()
        self._course = Course(title=title, prelude=prelude, lessons=tuple(reader.lessons))
        self._problems = (*findings.sorted(), *reader.problems)


def _read_head(findings: ProblemCollector, keys: type[Struct]) -> dict[str, Any] | None:
    """Return the values of course.toml or lesson.toml, None if its format is a newer one."""
    table = findings.document.table
    version = table.get("format")
    if isinstance(version, int) and version > FORMAT:
        message = f"is {version}, and this version reads up to {FORMAT}: please update nntutor"
        findings.add(("format",), message)
        return None
    values = read_table(table, fields_of(keys), findings, read_elsewhere=_ARRAYS.get(keys, ()))
    if values.get("format", FORMAT) != FORMAT:
        findings.add(("format",), f"should be {FORMAT}")
    if not values.get("title", " ").strip():
        findings.add(("title",), "is empty")
    return values


def _lesson_names(order: tuple[str, ...], lessons: Path, findings: ProblemCollector) -> list[str]:
    """Return the names in `order` whose folders exist, each once."""
    names: list[str] = []
    for index, name in enumerate(order):
        path = ("order", index)
        if not _FOLDER.fullmatch(name):
            findings.add(path, f"`{name}` should be a folder made of a-z, 0-9 and hyphens")
        elif name in names:
            findings.add(path, f"`{name}` is named twice")
        elif not (lessons / name).is_dir():
            known = [folder.parent.name for folder in lessons.glob("*/lesson.toml")]
            findings.add(path, f"there is no folder `{name}`{suggestion(name, known)}")
        else:
            names.append(name)
    if not order:
        findings.add(("order",), "names no lesson")
    return names


class _LessonReader:
    """Reader of the lessons of a course, with the lessons and problems so far."""

    def __init__(self, folder: Path, prelude: str) -> None:
        self.lessons: list[Lesson] = []
        self.problems: list[Problem] = []
        self._folder = folder
        self._prelude = prelude
        self._ids: dict[str, Path] = {}
        """Ids of the steps so far, each with its file."""

    def read(self, name: str) -> Iterator[None]:
        """Read a lesson, pausing after each step.

        A lesson of a newer format is left out with its steps: they may have keys that would all be
        reported as wrong.
        """
        file = self._folder / name / "lesson.toml"
        values: dict[str, Any] | None = {}
        try:
            findings = ProblemCollector(read_document(file, self._folder))
        except CourseError as error:
            self.problems += error.problems
        else:
            values = _read_head(findings, LessonKeys)
            if values is not None:
                values["terms"] = read_terms(findings)
            self.problems += findings.sorted()
        if values is None:
            return
        values.pop("format", None)
        steps: list[Step] = []
        for each in self._step_files(file):
            self._add_step(each, steps)
            yield
        parts = {"title": name, **values}
        self.lessons.append(Lesson(id=name, file=file, steps=tuple(steps), **parts))

    def check_former_ids(self) -> None:
        """Report each former id (`was`) that another step has, or has had, too."""
        former: dict[str, Path] = {}
        for step in (step for lesson in self.lessons for step in lesson.steps if step.was):
            other = self._ids.get(step.was) or former.get(step.was)
            former[step.was] = step.file
            if other is not None:
                message = f"`{step.was}` belongs to {other.parent.name}/{other.name}"
                self.problems.append(problem_at(step.file, ("was",), message))

    def _step_files(self, lesson_file: Path) -> list[Path]:
        folder = lesson_file.parent
        files = sorted(file for file in folder.glob("*.toml") if file.name != lesson_file.name)
        if not files:
            message = "the lesson has no steps: files called `<number>-<id>.toml`"
            self.problems.append(Problem(lesson_file, 1, "file", message))
        return files

    def _add_step(self, file: Path, steps: list[Step]) -> None:
        step, problems = read_step(file, file.parent.name, self._prelude, self._ids)
        self.problems += problems
        if step is not None:
            steps.append(step)
