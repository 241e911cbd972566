"""The courses to which the paths given to `nntutor check` belong, for cli."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tutor.paths import COURSE_FILE


class WrongPath(Exception):
    """Raised for a path that cannot be checked; the message says what to do."""


def group_by_course(
    paths: Sequence[Path], lessons: Path, *, named: bool
) -> dict[Path, tuple[Path, ...]]:
    """Group paths by the folder of their course; () means the whole course.

    Without any path, that is all of `lessons`. A path outside of it belongs to the course whose
    course.toml is in that folder or above it; but if `named`, the user has named `lessons`, and all
    paths belong there. Raises WrongPath if a path is a program, does not exist, or has no course.
    """
    if not paths:
        return {lessons: ()}
    groups: dict[Path, list[Path]] = {}
    for path in paths:
        _refuse_unusable(path)
        groups.setdefault(_course_of(path, lessons, named=named), []).append(path)
    return {course: tuple(inside) for course, inside in groups.items()}


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


def _refuse_unusable(path: Path) -> None:
    if path.suffix == ".py":
        raise WrongPath(
            f"{path} is a program, not a lesson. To judge it: `nntutor grade STEP {path}`."
        )
    if not path.exists():
        raise WrongPath(f"{path} does not exist.")
