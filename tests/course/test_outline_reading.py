"""The outline of a course against what the loader says of it, and what is read for it when."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import (
    CODE,
    COURSE,
    LESSON,
    QUIZ,
    READ,
    chapter,
    sound_course,
    step_alone,
    step_file,
    write_course,
)
from tutor.course import document, outline_reading
from tutor.course.load import load_course
from tutor.course.model import CourseOutline
from tutor.course.outline_reading import OutlineReading
from tutor.files import read_bytes

LESSONS = Path(__file__).parents[2] / "lessons"
DEEP = CODE.replace("[[check]]", "[[chekc]]")
"""A step whose head is right, and which cannot be used all the same."""


def read_whole(lessons: Path) -> OutlineReading:
    reading = OutlineReading(lessons)
    for _ in reading.pieces():
        pass
    return reading


def titles(course: CourseOutline) -> dict[str, str]:
    return {step.id: step.title for step in course.steps()}


def problems_of(reading: OutlineReading, root: Path) -> list[str]:
    return [str(problem).removeprefix(f"{root}/") for problem in reading.problems]


def numbered(count: int) -> dict[str, str]:
    """Steps to be read, hello-0 and so on."""
    return {f"read{n}": READ.replace("hello", f"hello-{n}") for n in range(count)}


def test_it_says_what_the_loader_says() -> None:
    reading, course = read_whole(LESSONS), chapter()
    seen = reading.outline()
    assert (seen.title, seen.after) == (course.title, course.after)
    assert seen.after
    assert reading.problems == ()
    for lesson, loaded in zip(seen.lessons, course.lessons, strict=True):
        assert (lesson.id, lesson.title, lesson.terms) == (loaded.id, loaded.title, loaded.terms)
        assert lesson.outcomes == loaded.outcomes
        assert lesson.needs == loaded.needs
        for header, step in zip(lesson.steps, loaded.steps, strict=True):
            for name in header.__struct_fields__:
                assert getattr(header, name) == getattr(step, name)
    assert dict(reading.exercises()) == {step.id: step.exercise for step in course.steps()}


def test_no_step_of_the_course_needs_more_than_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outline_reading, "read_step", None)
    assert len(read_whole(LESSONS).outline().steps()) == len(chapter().steps())


def test_ids_are_known_before_any_step_is_read(tmp_path: Path) -> None:
    write_course(tmp_path, read=READ, quiz=QUIZ, code=CODE)
    reading = OutlineReading(tmp_path)
    assert titles(reading.outline()) == {"hello": "", "which": "", "double": ""}
    assert not reading.is_whole
    assert titles(read_whole(tmp_path).outline())["double"] == "Twice as much"


def test_those_around_a_step_are_read_first(tmp_path: Path) -> None:
    write_course(tmp_path, **numbered(30))
    reading = OutlineReading(tmp_path)
    assert len(list(reading.nearest("hello-20", 5))) == 5
    read = [step.id for step in reading.outline().steps() if step.title]
    assert read == [f"hello-{n}" for n in range(18, 23)]
    assert list(reading.nearest("hello-20", 5)) == []
    assert reading.outline().lessons[0].title == "First"


def test_two_may_read_it_in_turns(tmp_path: Path) -> None:
    write_course(tmp_path, **numbered(20))
    reading = OutlineReading(tmp_path)
    for _ in zip(reading.pieces("hello-3"), reading.pieces("hello-15"), strict=False):
        pass
    assert reading.is_whole
    assert reading.outline() == read_whole(tmp_path).outline()


def test_a_step_is_that_of_the_whole_course(tmp_path: Path) -> None:
    prelude = 'prelude = """\nimport math\n"""\n'
    write_course(tmp_path, course=COURSE + prelude, read=READ, quiz=QUIZ, code=CODE)
    reading = OutlineReading(tmp_path)
    for step in sound_course(tmp_path).steps():
        assert reading.load(step.id) == step
    assert reading.load("other") is None
    known = reading.outline()
    assert reading.load("double") is not None
    assert reading.outline() is known


def test_for_a_step_no_other_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def counted(file: Path, max_bytes: int) -> bytes:
        read.append(file)
        return read_bytes(file, max_bytes)

    for module in (document, outline_reading):
        monkeypatch.setattr(module, "read_bytes", counted)
    write_course(tmp_path, code=CODE, **numbered(30))
    assert OutlineReading(tmp_path).load("double") is not None
    assert sorted(file.name for file in read) == ["01-double.toml", "course.toml", "lesson.toml"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("first/03-double.toml", CODE + "x = 1\n"),
        ("first/03-double.toml", ""),
        ("first/lesson.toml", LESSON.replace("format = 1", "format = 7")),
        ("course.toml", COURSE.replace('["first"]', "[]")),
        ("course.toml", COURSE.replace('["first"]', "3")),
        ("course.toml", COURSE.replace("format = 1", "format = 2")),
        ("course.toml", "title ="),
    ],
)
def test_a_step_is_none_where_something_is_wrong(tmp_path: Path, file: str, text: str) -> None:
    write_course(tmp_path, read=READ, quiz=QUIZ, code=CODE)
    assert step_alone(tmp_path, "double") is not None
    (tmp_path / file).write_text(text)
    assert step_alone(tmp_path, "double") is None
    course, problems = load_course(tmp_path)
    reading = read_whole(tmp_path)
    reading.load("double")
    assert reading.problems == problems
    assert [step.id for step in reading.outline().steps()] == [step.id for step in course.steps()]


@pytest.mark.parametrize(
    "text",
    [
        READ.replace('"read"', '"raed"'),
        READ.replace('"hello"', '"other"'),
        READ.replace("title", "titel"),
        READ.replace('"Hello"', '" "'),
        READ.replace('"Hello"', "3"),
        READ.replace("text", "# text"),
        READ + 'was = "No"\n',
        READ + "optional = 1\n",
        READ + "x.y = 1\n",
        READ + 'title = "Again"\n',
        READ + "title",
        READ.replace("Hello", "a\x1b[31mb"),
        "",
    ],
)
def test_what_is_wrong_at_the_head_is_told_by_the_outline(tmp_path: Path, text: str) -> None:
    write_course(tmp_path, read=READ)
    step_file(tmp_path, "hello").write_text(text)
    reading = read_whole(tmp_path)
    assert reading.outline().steps() == ()
    assert reading.problems == load_course(tmp_path)[1] != ()


def test_what_is_wrong_deeper_is_told_when_the_step_is_met(tmp_path: Path) -> None:
    write_course(tmp_path, read=READ, code=DEEP)
    reading = read_whole(tmp_path)
    assert titles(reading.outline()) == {"hello": "Hello", "double": "Twice as much"}
    assert reading.problems == ()
    assert reading.load("double") is None
    assert titles(reading.outline()) == {"hello": "Hello"}
    assert reading.problems == load_course(tmp_path)[1] != ()
    assert reading.load("double") is None


def test_of_two_steps_with_an_id_the_first_is_meant(tmp_path: Path) -> None:
    write_course(tmp_path, read=READ)
    step_file(tmp_path, "hello", 2).write_text(READ.replace('"Hello"', '"Again"'))
    assert len(OutlineReading(tmp_path).outline().steps()) == 1
    reading = read_whole(tmp_path)
    assert titles(reading.outline()) == {"hello": "Hello"}
    assert reading.problems == load_course(tmp_path)[1] != ()


def test_unusual_but_right_files_are_read_as_well(tmp_path: Path) -> None:
    write_course(tmp_path, read=READ)
    file = step_file(tmp_path, "hello")
    for text in (
        READ.replace('title = "Hello"', '"title" = "Hello"'),
        READ.replace('"Hello"', '"\\u0048ello"'),
        READ.replace("\n", "\r\n"),
        READ + "concepts = [ # some\n 'a',\n \"b\", ]\n",
    ):
        file.write_text(text, newline="")
        reading = read_whole(tmp_path)
        assert titles(reading.outline()) == {"hello": "Hello"}, text
        assert reading.outline().steps()[0].concepts == (("a", "b") if "concepts" in text else ())


def test_a_lesson_of_a_newer_format_is_left_out_and_one_without_its_title_is_not(
    tmp_path: Path,
) -> None:
    write_course(tmp_path, lesson="format = 7", read=READ)
    reading = read_whole(tmp_path)
    assert reading.outline().lessons == ()
    assert len(reading.problems) == 1
    (tmp_path / "first" / "lesson.toml").unlink()
    reading = read_whole(tmp_path)
    assert [lesson.title for lesson in reading.outline().lessons] == ["first"]
    assert len(reading.problems) == 1


def test_a_lesson_without_steps_is_told(tmp_path: Path) -> None:
    reading = read_whole(write_course(tmp_path))
    assert reading.problems == load_course(tmp_path)[1] != ()
