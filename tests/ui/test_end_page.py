"""The end of a lesson and of the course: what is done, helped and open, and where it leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import sound_course
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    STEPS,
    WIDE,
    add_lesson,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    write_course,
)
from tests.support.wait import eventually
from tutor.course.model import Course
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.fold import Progress
from tutor.session.state import State
from tutor.ui.app import TutorApp
from tutor.ui.marks import UNICODE
from tutor.ui.screens.end_page import EndPage
from tutor.ui.screens.end_words import (
    HELPED,
    NEXT,
    NOT_THE_END,
    OPEN,
    OPTIONAL,
    THE_END,
    Ending,
    course_ending,
    lesson_ending,
)

ALL = frozenset({"read-me", "ask-me", "double", "square", "last-one"})


def course_in(folder: Path) -> Path:
    """A course that says what one can do at its end; one of its steps is optional."""
    steps = dict(STEPS)
    steps["40-square"] = f"optional = true\n{steps['40-square']}"
    lessons = write_course(folder / "lessons", steps)
    head, lesson = lessons / "course.toml", lessons / "basics" / "lesson.toml"
    head.write_text(head.read_text() + 'after = "Take {key:outline} for a walk."\n')
    lesson.write_text(lesson.read_text() + 'outcomes = ["double a number", "tell `x` from `y`"]\n')
    return lessons


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return sound_course(course_in(tmp_path))


def ending_of(course: Course, progress: Progress) -> Ending:
    return course_ending(State(course=course, progress=progress), UNICODE)


def rows_of(ending: Ending) -> list[str]:
    return [row.text for row in ending.rows]


def test_once_all_is_done_it_says_what_one_can_do_and_what_next(course: Course) -> None:
    ending = ending_of(course, Progress(done=ALL - {"square"}))
    assert ending.title == THE_END
    assert ending.text.startswith("All required steps are done. Still open: 1 optional step.")
    assert "- double a number\n- tell `x` from `y`" in ending.text
    assert ending.text.endswith("Take Esc, o for a walk.")
    assert rows_of(ending) == [OPTIONAL, "○ Times itself"]


def test_while_steps_are_open_it_lists_them_and_promises_nothing(course: Course) -> None:
    ending = ending_of(course, Progress(done=frozenset({"read-me", "square"})))
    assert ending.title == NOT_THE_END
    assert ending.text == "1 of 4 required steps done. The others are listed below."
    assert rows_of(ending) == [
        OPEN,
        "○ Which one is it?",
        "○ Twice as much",
        "○ The end",
    ]


def test_it_says_with_what_help_steps_were_done(course: Course) -> None:
    progress = Progress(
        done=ALL, helped=frozenset({"square"}), hints={"ask-me": 1, "square": 2, "other": 1}
    )
    assert rows_of(ending_of(course, progress)) == [
        HELPED,
        "✓ Which one is it? · 1 hint",
        "◐ Times itself · 2 hints and part of a solution",
    ]


@pytest.fixture
def two_lessons(tmp_path: Path) -> Course:
    lessons = course_in(tmp_path)
    on = STEPS["10-read-me"].replace("read-me", "on")
    add_lesson(lessons, 'needs = ["basics"]', {"10-on": f"minutes = 3\n{on}"})
    return sound_course(lessons)


def test_a_lesson_ends_with_what_one_can_do_now_and_what_comes_next(two_lessons: Course) -> None:
    progress = Progress(done=ALL, helped=frozenset({"double"}))
    state = State(course=two_lessons, step=two_lessons.find("last-one"), progress=progress)
    ending = lesson_ending(state, UNICODE)
    assert ending.title == "“Basics” is done"
    assert "- double a number" in ending.text
    assert ending.text.endswith("**What comes next?**\n\nMore: 1 step, about 3 minutes.")
    assert ending.next_step == "on"
    assert rows_of(ending) == [
        f"{NEXT}: More",
        "○ What a network does",
        HELPED,
        "◐ Twice as much · part of a solution",
    ]


def test_a_lesson_with_open_steps_says_so_and_what_the_next_one_builds_on(
    two_lessons: Course,
) -> None:
    state = State(course=two_lessons, step=two_lessons.find("last-one"))
    ending = lesson_ending(state, UNICODE)
    assert ending.title == f"{NOT_THE_END} of “Basics”"
    assert ending.text.startswith("0 of 4 required steps done.")
    assert ending.text.endswith("about 3 minutes. It builds on Basics.")
    assert rows_of(ending)[2:4] == [OPEN, "○ What a network does"]


def test_the_last_lesson_ends_with_the_course_once_all_others_are_done(
    two_lessons: Course,
) -> None:
    for done in (ALL, ALL | {"on"}):
        state = State(two_lessons, step=two_lessons.find("on"), progress=Progress(done=done))
        assert lesson_ending(state, UNICODE) == course_ending(state, UNICODE)


def test_else_it_says_what_the_last_lesson_taught_and_what_is_open_in_which(
    two_lessons: Course,
) -> None:
    progress = Progress(done=frozenset({"on", "double"}), hints={"double": 1})
    state = State(course=two_lessons, step=two_lessons.find("on"), progress=progress)
    ending = lesson_ending(state, UNICODE)
    assert ending.title == "“More” is done"
    assert ending.text.startswith("All steps are done.")
    assert "double a number" not in ending.text
    words = "This was the last lesson, with 2 of 5 required steps done in the whole course."
    assert ending.text.endswith(f"**What comes next?**\n\n{words}")
    assert ending.next_step == ""
    assert rows_of(ending) == [
        f"{OPEN} in “Basics”",
        "○ What a network does",
        "○ Which one is it?",
        "○ The end",
        f"{HELPED} in “Basics”",
        "✓ Twice as much · 1 hint",
        f"{OPTIONAL} in “Basics”",
        "○ Times itself",
    ]


@pytest.mark.parametrize("key", ["enter", "f8"])
async def test_two_keys_lead_on_from_the_end_of_a_lesson(
    tmp_path: Path, two_lessons: Course, key: str
) -> None:
    app = tutor_app(tmp_path, start_at="last-one")
    async with opened(app) as pilot:
        await pilot.press("f8")
        await eventually(lambda: isinstance(app.screen, EndPage), "the end")
        await pilot.pause()
        assert "More: 1 step, about 3 minutes." in screen_text(app)
        await pilot.press(key)
        await eventually(lambda: app.screen is lesson_screen(app), "the step")
        assert _step(app) == "on"


async def test_a_letter_writes_the_answers_as_one_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course_in(tmp_path)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    AcceptedAnswers(tmp_path / "data").save("basics", "double", "y = x + x")
    app = tutor_app(tmp_path, start_at="last-one")
    async with opened(app, WIDE) as pilot:
        await pilot.press("f8")
        await eventually(lambda: isinstance(app.screen, EndPage), "the end")
        await pilot.press("w")
        await eventually(lambda: "Your answers are in" in screen_text(app), "the note")
    assert "y = x + x" in (tmp_path / "here" / "basics.py").read_text()


@pytest.mark.parametrize("size", [(60, 16), NARROW, MEDIUM, WIDE])
async def test_it_comes_after_the_last_step_and_leads_to_those_that_are_open(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    course_in(tmp_path)
    app = tutor_app(tmp_path, start_at="last-one")
    async with opened(app, size) as pilot:
        await pilot.press("f8")
        await eventually(lambda: isinstance(app.screen, EndPage), "the end")
        await pilot.pause()
        text = screen_text(app)
        for words in (
            NOT_THE_END,
            "0 of 4 required steps done.",
            OPEN,
            "○ What a network",
            "Esc leaves",
        ):
            assert words in text
        await pilot.press("down", "enter")
        await eventually(lambda: app.screen is lesson_screen(app), "the step")
        assert _step(app) == "ask-me"
        await pilot.press("escape", "b")
        await eventually(lambda: _step(app) == "last-one", "the way back")
        await pilot.press("f8", "escape")
        await pilot.pause()
        assert "F8 shows the end of the course." in screen_text(app)


async def test_a_page_that_is_too_long_can_be_turned(tmp_path: Path) -> None:
    lessons = course_in(tmp_path)
    head = lessons / "course.toml"
    head.write_text(head.read_text().replace("for a walk.", "for a walk. " + "On and on. " * 99))
    (lessons / "basics" / "10-read-me.toml").rename(lessons / "10")
    for file in sorted((lessons / "basics").glob("[2-5]*")):
        file.unlink()
    (lessons / "10").rename(lessons / "basics" / "10-read-me.toml")
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("f8")
        await eventually(lambda: isinstance(app.screen, EndPage), "the end")
        await pilot.pause()
        first = screen_text(app)
        assert "All steps are done." in first
        await pilot.press("pagedown")
        await pilot.pause()
        assert screen_text(app) != first
        await pilot.press("pageup")
        await pilot.pause()
        assert screen_text(app) == first


def _step(app: TutorApp) -> str:
    step = lesson_screen(app).session.step
    assert step is not None
    return step.id
