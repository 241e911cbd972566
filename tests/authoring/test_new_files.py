"""New lessons and steps: valid from the start, unfinished where the author has to write."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.lessons import COURSE, LESSON, QUIZ, READ, sound_course, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.check import check
from tutor.authoring.new_files import SCHEMA_FOLDER, CannotMake, make_lesson, make_step
from tutor.authoring.unfinished import UNFINISHED
from tutor.client.client import WorkerClient
from tutor.course.kinds import KINDS
from tutor.course.model import StepKind
from tutor.course.problems import Problem
from tutor.grading.verdict import Runner


async def found(lessons: Path, runner: Runner | None = None) -> tuple[Problem, ...]:
    return await check(lessons, (), runner or PythonRunner(), lambda *_: None)


def keys_with_the_word(file: Path) -> int:
    """How often the word stands in a file: once in each text that is still to be written."""
    text = file.read_text(encoding="utf-8")
    return len(re.findall(rf'"[^"]*?{UNFINISHED}[^"]*"', text.replace('"""', '"')))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_new_step_is_valid_and_says_what_is_missing(tmp_path: Path, kind: StepKind) -> None:
    make_lesson(tmp_path, "first")
    file = make_step(tmp_path, "first", "new-step", kind)
    assert [step.id for step in sound_course(tmp_path).steps()] == ["new-step"]
    problems = await found(tmp_path)
    assert {problem.severity for problem in problems} == {"unfinished"}
    of_step = [problem for problem in problems if problem.file == file]
    assert len(of_step) == keys_with_the_word(file) > 1
    lines = file.read_text(encoding="utf-8").splitlines()
    for problem in of_step:
        assert lines[problem.line - 1].startswith(re.sub(r"\w+\[\d\]\.|\[\d\]", "", problem.key))
        assert len(problem.message.split()) > 3
        assert str(problem).startswith(f"{file}:{problem.line}: {problem.key}: unfinished: ")


def test_a_new_file_names_the_keys_that_outline_and_last_page_show(tmp_path: Path) -> None:
    (lesson,) = (file for file in make_lesson(tmp_path, "first") if file.name == "lesson.toml")
    assert "outcomes" in tomllib.loads(lesson.read_text(encoding="utf-8"))
    for kind in KINDS:
        file = make_step(tmp_path, "first", f"a-{kind}", kind)
        assert 1 <= tomllib.loads(file.read_text(encoding="utf-8"))["minutes"] <= 15


@pytest.mark.process
async def test_written_to_its_end_a_new_course_has_no_problem(tmp_path: Path) -> None:
    make_lesson(tmp_path, "first")
    for kind in KINDS:
        make_step(tmp_path, "first", f"a-{kind}", kind)
    for number, file in enumerate(sorted(tmp_path.rglob("*.toml"))):
        text = file.read_text(encoding="utf-8")
        for word in range(text.count(UNFINISHED)):  # no two options may be the same
            text = text.replace(UNFINISHED, f"Words {number} {word}", 1).replace("# Words", "#")
        file.write_text(text, encoding="utf-8")
    client = WorkerClient()
    await client.start()
    try:
        assert await found(tmp_path, client) == ()
    finally:
        await client.close()


def test_a_new_course_has_the_schemas_of_its_files(tmp_path: Path) -> None:
    written = make_lesson(tmp_path, "first")
    assert all(file.is_file() for file in written)
    rules = tomllib.loads((tmp_path / ".taplo.toml").read_text(encoding="utf-8"))["rule"]
    for rule in rules:
        assert (tmp_path / rule["schema"]["path"]).is_file()
    assert {file.name for file in (tmp_path / SCHEMA_FOLDER).iterdir()} == {
        Path(rule["schema"]["path"]).name for rule in rules
    }


@pytest.mark.parametrize(
    ("order", "extended"),
    [
        ('["first"]', '["first", "second"]'),
        ('["first" ]', '["first", "second" ]'),
        ('[\n    "first",\n]', '[\n    "first",\n    "second",\n]'),
        ('[\n    "first"\n]', '[\n    "first",\n    "second"\n]'),
        ('["second"]', '["second"]'),
    ],
)
def test_a_lesson_is_added_to_the_order_of_the_course(
    tmp_path: Path, order: str, extended: str
) -> None:
    course = "# ours\n" + COURSE.replace('["first"]', order) + "prelude = 'import math'  # short\n"
    write_course(tmp_path, course=course, step=READ)
    make_lesson(tmp_path, "second")
    assert (tmp_path / "course.toml").read_text() == course.replace(order, extended)


@pytest.mark.parametrize("order", ['[\n    "first", # [\n]', '["fi[rst"]', "3"])
def test_an_order_that_cannot_be_extended_is_left_to_the_author(tmp_path: Path, order: str) -> None:
    course = COURSE.replace('["first"]', order)
    write_course(tmp_path, course=course, step=READ)
    with pytest.raises(CannotMake, match=r"Add `second` to `order` in .* by hand"):
        make_lesson(tmp_path, "second")
    assert (tmp_path / "course.toml").read_text() == course
    assert not (tmp_path / "second").exists()


def test_steps_are_numbered_with_room_between_them(tmp_path: Path) -> None:
    make_lesson(tmp_path, "first")
    made = [make_step(tmp_path, "first", step_id, "read") for step_id in ("a", "b")]
    made += [make_step(tmp_path, "first", step_id, "read", "a") for step_id in ("c", "d")]
    made += [make_step(tmp_path, "first", "e", "read", "b")]
    assert [file.name for file in made] == [
        "010-a.toml", "020-b.toml", "015-c.toml", "012-d.toml", "030-e.toml",
    ]  # fmt: skip
    make_step(tmp_path, "first", "f", "read", "a")
    with pytest.raises(CannotMake, match="No number is free between 10 and 11"):
        make_step(tmp_path, "first", "g", "read", "a")


def test_what_cannot_be_made_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    write_course(tmp_path, lesson=LESSON, one=READ, two=QUIZ)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.toml")}
    refused: list[tuple[Callable[[], object], str]] = [
        (lambda: make_lesson(tmp_path, "first"), "There is a lesson `first` already"),
        (lambda: make_lesson(tmp_path, "First!"), "should be made of a-z"),
        (lambda: make_step(tmp_path, "first", "../x", "read"), "should be made of a-z"),
        (lambda: make_step(tmp_path, "first", "which", "read"), "There is a step `which` already"),
        (lambda: make_step(tmp_path, "frist", "new", "read"), "did you mean `first`?"),
        (lambda: make_step(tmp_path, "other", "new", "read"), "`nntutor new lesson other`"),
        (lambda: make_step(tmp_path, "first", "new", "read", "helo"), "did you mean `hello`?"),
    ]
    for make, told in refused:
        with pytest.raises(CannotMake, match=re.escape(told)):
            make()
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.toml")} == before
