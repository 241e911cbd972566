"""The files of a course besides its steps: course.toml, and lesson.toml in each lesson's folder.

For the loader and the reading of the outline. Files of a newer format are reported by their version
and not read.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from msgspec import Struct

from tutor.course.document import read_document
from tutor.course.problems import CourseError, Problem, suggestion
from tutor.course.tables import ProblemCollector, fields_of, read_table
from tutor.course.terms import TERM_KEY, read_terms

FORMAT = 1
"""The newest lesson format that this version reads."""

_FOLDER = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


class CourseKeys(Struct, frozen=True):
    """Keys of the file that makes a folder a course."""

    format: int
    """Version of the lesson format, 1 so far. A tutor that is too old for it reports that."""
    title: str
    """Title of the course, in the outline and in `nntutor list`."""
    order: tuple[str, ...]
    """Names of the lessons' folders, in the order in which the lessons are taught."""
    prelude: str = ""
    """Code that runs before the given code of each step, as a rule imports. It is not shown."""
    after: str = ""
    """Text at the end of the course, in Markdown: what to do next."""


class LessonKeys(Struct, frozen=True):
    """Keys of the file that makes a folder a lesson."""

    format: int
    """Version of the lesson format, 1 so far. A tutor that is too old for it reports that."""
    title: str
    """Title of the lesson, in the outline and in `nntutor list`."""
    summary: str = ""
    """Topic of the lesson, in a sentence for readers of the file."""
    needs: tuple[str, ...] = ()
    """Names of the folders of earlier lessons that this one builds on. The outline shows those that
    are not done yet."""
    offer: str = ""
    """A question such as `New to tensors?`. Learners who answer yes should begin with this lesson:
    the start offers it to newcomers, the outline until it is begun."""
    outcomes: tuple[str, ...] = ()
    """Skills after the lesson, in Markdown: each completes a sentence that begins with `You can
    now`. The end of the course lists them."""
    concepts: tuple[str, ...] = ()
    """Terms that the lesson teaches, each by its `name`. A step of the course should have each."""


_ARRAYS: dict[type[Struct], tuple[str, ...]] = {LessonKeys: (TERM_KEY,)}
"""Keys with arrays of tables, which are read separately."""


class CourseHead(Struct, frozen=True):
    """The content of course.toml, as far as it could be read."""

    title: str
    prelude: str
    lessons: tuple[str, ...]
    """Names of the existing lesson folders, each once, in order."""
    after: str = ""


def read_course_head(lessons: Path) -> tuple[CourseHead | None, ProblemCollector]:
    """Read course.toml; return None if its format is newer, and its problems.

    Raises CourseError if it cannot be read at all.
    """
    findings = ProblemCollector(read_document(lessons / "course.toml", lessons))
    values = _read_head(findings, CourseKeys)
    if values is None:
        return None, findings
    names = _lesson_names(values.get("order", ()), lessons, findings)
    title, prelude, after = (values.get(key, "") for key in ("title", "prelude", "after"))
    return CourseHead(title, prelude, tuple(names), after), findings


def read_lesson_head(lessons: Path, name: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Read a lesson.toml; return its values with its terms, and its problems.

    None in place of the values if its format is newer. An unreadable file has no values.
    """
    try:
        findings = ProblemCollector(read_document(lessons / name / "lesson.toml", lessons))
    except CourseError as error:
        return {}, list(error.problems)
    values = _read_head(findings, LessonKeys)
    if values is not None:
        values.pop("format", None)
        values["terms"] = read_terms(findings)
    return values, findings.sorted()


def has_no_steps(lesson_file: Path) -> Problem:
    """Return the problem of a lesson without steps."""
    message = "the lesson has no steps: files called `<number>-<id>.toml`"
    return Problem(lesson_file, 1, "file", message)


def _read_head(findings: ProblemCollector, keys: type[Struct]) -> dict[str, Any] | None:
    """Return the values of course.toml or lesson.toml; None if its format is newer."""
    table = findings.document.table
    version = table.get("format")
    if isinstance(version, int) and version > FORMAT:
        message = f"is {version}, but this version reads only up to {FORMAT}: please update nntutor"
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
