"""The unfinished keys of a new file, which contain the word UNFINISHED.

`nntutor new` makes such files. They are valid, so that the author may look at them in the app; the
linter describes the missing content of each key, and runs no program of the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from tutor.authoring.format_reference import docs_with_bases
from tutor.course.course_files import CourseKeys, LessonKeys
from tutor.course.document import read_document
from tutor.course.kinds import row_of
from tutor.course.model import Step
from tutor.course.problems import CourseError, Problem
from tutor.course.tables import problem_at
from tutor.toml_text import KeyPath

UNFINISHED = "UNFINISHED"
"""Word in each text that is still to be written."""


def unfinished_in_step(step: Step) -> tuple[Problem, ...]:
    """Return a problem for each key of the step's file that is still to be written."""
    kind = row_of(step)
    parts = {key: part for key, (_, part) in kind.arrays.items()}
    return _unfinished(step.file, kind.step, parts)


def unfinished_in_heads(lessons: Path) -> tuple[Problem, ...]:
    """Return a problem for each such key of course.toml, and of each folder's lesson.toml."""
    heads = [*lessons.glob("course.toml"), *sorted(lessons.glob("*/lesson.toml"))]
    return tuple(
        problem
        for file in heads
        for problem in _unfinished(file, LessonKeys if file.parent != lessons else CourseKeys, {})
    )


def _unfinished(
    file: Path, struct: type[Struct], parts: Mapping[str, type[Struct]]
) -> tuple[Problem, ...]:
    try:
        table = read_document(file, file.parent.parent).table
    except CourseError:  # the loader has reported it
        return ()
    docs = docs_with_bases(struct)
    problems = []
    for path in _paths(table, ()):
        part = parts.get(str(path[0]))
        inner = docs_with_bases(part) if part is not None else docs
        name = next((key for key in reversed(path) if key in inner), "")
        message = " ".join(inner.get(str(name), "Is still to be written.").split())
        problems.append(problem_at(file, path, message, "unfinished"))
    return tuple(problems)


def _paths(value: Any, path: KeyPath) -> Iterator[KeyPath]:  # noqa: ANN401 - whatever TOML holds
    """Yield the path of each text that has the word."""
    match value:
        case str():
            if UNFINISHED in value:
                yield path
        case dict():
            for key, item in value.items():
                yield from _paths(item, (*path, key))
        case list():
            for index, item in enumerate(value):
                yield from _paths(item, (*path, index))
