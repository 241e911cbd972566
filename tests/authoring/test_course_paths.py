"""Paths are checked as parts of their own course, wherever that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import READ, step_file, write_course
from tutor.authoring.course_paths import WrongPath, group_by_course


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    return write_course(tmp_path / "lessons", read=READ)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return write_course(tmp_path / "other", read=READ)


def a_step(course: Path) -> Path:
    return step_file(course, "hello")


def test_without_paths_all_lessons_are_meant(lessons: Path) -> None:
    assert group_by_course((), lessons, named=False) == {lessons: ()}


def test_paths_are_told_apart_by_their_course(lessons: Path, other: Path) -> None:
    here, there = a_step(lessons), a_step(other)
    paths = (there, here, here.parent, there.parent, other)
    assert group_by_course(paths, lessons, named=False) == {
        other: (there, there.parent, other),
        lessons: (here, here.parent),
    }


def test_a_course_that_is_named_is_the_only_one(lessons: Path, other: Path) -> None:
    assert group_by_course((other,), lessons, named=True) == {lessons: (other,)}


def test_a_relative_path_is_one_like_any_other(
    lessons: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(a_step(other).parent)
    step = Path(a_step(other).name)
    assert group_by_course((step, Path()), lessons, named=False) == {other: (step, Path())}


def test_what_belongs_to_no_course_is_refused_with_what_to_do(
    lessons: Path, tmp_path: Path
) -> None:
    for path in (tmp_path, lessons.parent, Path("/")):
        with pytest.raises(WrongPath, match=r"belongs to no course: .* --lessons DIR"):
            group_by_course((path,), lessons, named=False)
    with pytest.raises(WrongPath, match="does not exist"):
        group_by_course((tmp_path / "gone",), lessons, named=False)
    (tmp_path / "answer.py").write_text("")
    with pytest.raises(WrongPath, match="nntutor grade STEP"):
        group_by_course((tmp_path / "answer.py",), lessons, named=True)
