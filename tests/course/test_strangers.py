"""Lessons from strangers: no file leads elsewhere, hangs the app, or takes all its memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.lessons import CODE, READ, step_alone, write_course
from tutor.course.load import load_course
from tutor.course.outline_reading import OutlineReading
from tutor.course.step_header import read_step_header
from tutor.course.tables import MAX_PARTS, MAX_PROBLEMS

STEP = "first/01-hello.toml"
SECRET = READ.replace("Hello", "Secret")

OUT = "is a link to a place outside the folder of lessons"


def problems_of(folder: Path) -> list[str]:
    """The problems of the whole course, which are those of its outline, too."""
    _, problems = load_course(folder)
    reading = OutlineReading(folder)
    for _ in reading.pieces():
        pass
    assert set(reading.problems) <= set(problems)
    return [str(problem).removeprefix(f"{folder}/") for problem in problems]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    folder.mkdir()
    write_course(folder, read=READ)
    return folder


def outside(course: Path) -> Path:
    """A course beside it, in which everything is right."""
    other = course.with_name("other")
    other.mkdir()
    write_course(other, read=SECRET)
    return other


@pytest.mark.parametrize("name", [STEP, "first/lesson.toml", "course.toml"])
def test_a_file_that_is_a_link_to_elsewhere_is_refused(course: Path, name: str) -> None:
    target = outside(course) / name
    (course / name).unlink()
    (course / name).symlink_to(os.path.relpath(target, (course / name).parent))
    assert f"{name}:1: file: {OUT}" in problems_of(course)
    assert read_step_header(course, None) is None
    assert (step_alone(course, "hello") is None) == (name != "first/lesson.toml")


def test_a_folder_that_is_a_link_to_elsewhere_is_refused(course: Path) -> None:
    (course / "first").rename(course.with_name("away"))
    (course / "first").symlink_to("../away")
    assert f"{STEP}:1: file: {OUT}" in problems_of(course)
    assert read_step_header(course, None) is None


def test_links_within_the_folder_and_to_the_folder_are_followed(course: Path) -> None:
    (course / STEP).rename(course / "kept.toml")
    (course / STEP).symlink_to("../kept.toml")
    by_link = course.with_name("by-link")
    by_link.symlink_to(course)
    assert problems_of(by_link) == []
    assert read_step_header(by_link, None) is not None


def test_links_in_a_circle_are_refused(course: Path) -> None:
    (course / STEP).unlink()
    (course / STEP).symlink_to("02-hello.toml")
    (course / "first/02-hello.toml").symlink_to("01-hello.toml")
    assert f"{STEP}:1: file: {OUT}" in problems_of(course)


@pytest.mark.parametrize("name", ["..", "../other/first", "/etc", "first/../first", "."])
def test_the_order_leads_nowhere_else(course: Path, name: str) -> None:
    outside(course)
    text = (course / "course.toml").read_text().replace('"first"', f'"{name}"')
    (course / "course.toml").write_text(text)
    assert any("should be a folder made of" in problem for problem in problems_of(course))
    assert read_step_header(course, None) is None or name == "first/../first"


@pytest.mark.parametrize("name", [STEP, "first/lesson.toml", "course.toml"])
def test_a_pipe_is_not_waited_for(course: Path, name: str) -> None:
    (course / name).unlink()
    os.mkfifo(course / name)
    assert any("cannot be read: Not a regular file" in problem for problem in problems_of(course))
    assert read_step_header(course, None) is None


def dotted(parts: int) -> str:
    return READ + ".".join(["a"] * parts) + " = 1\n"


def quoted(parts: int) -> str:
    return READ + " . ".join(['"\\""', "'b'"] * (parts // 2)) + " = 1\n"


def header(parts: int) -> str:
    return READ + "[[" + ".".join(["a"] * parts) + "]]\n"


def inline(parts: int) -> str:
    return READ + "x = { " + ".".join(["a"] * parts) + " = 1 }\n"


@pytest.mark.parametrize("write", [dotted, quoted, header, inline])
def test_a_key_of_too_many_parts_is_refused_unparsed(
    course: Path, write: Callable[[int], str]
) -> None:
    (course / STEP).write_text(write(100_000))
    (problem,) = problems_of(course)
    assert problem.startswith(f"{STEP}:{READ.count(chr(10)) + 1}: TOML: A key has more than 64")
    assert read_step_header(course, "hello") is None
    (course / STEP).write_text(write(20))
    assert "TOML" not in problems_of(course)[0]


def test_of_too_many_problems_some_are_told(course: Path) -> None:
    (course / STEP).write_text(READ + "".join(f"k{number} = 1\n" for number in range(5_000)))
    told = problems_of(course)
    assert len(told) == MAX_PROBLEMS + 1
    assert told[-1] == f"{STEP}:1: file: has 4,900 more problems, which are not listed"


def test_of_too_many_tables_some_are_read(tmp_path: Path) -> None:
    checks = "[[check]]\nsume = 'y'\n" * 20_000
    write_course(tmp_path, code=CODE + checks)
    told = problems_of(tmp_path)
    assert len(told) == MAX_PROBLEMS + 1
    assert any(f"tables: at most {MAX_PARTS} are read" in problem for problem in told)


@pytest.mark.parametrize(
    "program",
    ["(" * 200_000, "x = " + "-" * 200_000 + "1"],
    ids=["brackets", "signs"],
)
def test_a_program_that_is_nested_too_deeply_is_a_problem(tmp_path: Path, program: str) -> None:
    write_course(tmp_path, code=CODE.replace('["y = x + x"]', f"['{program}']"))
    (problem,) = problems_of(tmp_path)
    assert "also_right[1]: does not compile" in problem
