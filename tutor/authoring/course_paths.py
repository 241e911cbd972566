"""Which courses the paths given to `nntutor check` belong to. For cli."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tutor.paths import COURSE_FILE


class WrongPath(Exception):
    """A path that cannot be checked; the message says what to do."""


def group_by_course(
    paths: Sequence[Path], lessons: Path, *, named: bool
) -> dict[Path, tuple[Path, ...]]:
    """The paths by their folder of lessons; without paths, all of `lessons`. Raises WrongPath.

    A path outside of `lessons` is one of another course: of the folder that holds its course.toml.
    With `named` the learner has named `lessons`, and there is no other.
    """
    if not paths:
        return {lessons: ()}
    found: dict[Path, list[Path]] = {}
    for path in paths:
        _refuse_program(path)
        found.setdefault(_course_of(path, lessons, named=named), []).append(path)
    return {course: tuple(inside) for course, inside in found.items()}


def _course_of(path: Path, lessons: Path, *, named: bool) -> Path:
    if named or path.resolve().is_relative_to(lessons.resolve()):
        return lessons
    absolute = Path(os.path.abspath(path))
    for folder in (absolute, *absolute.parents)[:3]:  # a course, a lesson in it, or a step in that
        if (folder / COURSE_FILE).is_file():
            return folder
    raise WrongPath(
        f"{path} belongs to no course: there is no {COURSE_FILE} in it or in the folder above a "
        f"lesson. Write one that names the lessons (`format = 1`, `title`, `order`), or name the "
        "course with --lessons DIR."
    )


def _refuse_program(path: Path) -> None:
    if path.suffix == ".py":
        raise WrongPath(
            f"{path} is a program, not a lesson. To judge it: `nntutor grade STEP {path}`."
        )
    if not path.exists():
        raise WrongPath(f"{path} does not exist.")
