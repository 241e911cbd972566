"""The end of the course: what it says of what is done, helped and open, and where it leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import sound_course
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    STEPS,
    WIDE,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    write_course,
)
from tests.support.wait import eventually
from tutor.course.model import Course
from tutor.progress.fold import Progress
from tutor.session.state import State
from tutor.ui.app import TutorApp
from tutor.ui.marks import UNICODE
from tutor.ui.screens.course_end import CourseEnd
from tutor.ui.screens.course_end_words import (
    HELPED,
    NOT_THE_END,
    OPEN,
    OPTIONAL,
    THE_END,
    end_rows,
    end_text,
    end_title,
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


def rows_of(course: Course, progress: Progress) -> list[str]:
    return [row.text for row in end_rows(course, State(progress=progress), UNICODE)]


def test_once_all_is_done_it_says_what_one_can_do_and_what_next(course: Course) -> None:
    state = State(progress=Progress(done=ALL - {"square"}))
    assert end_title(course, state) == THE_END
    text = end_text(course, state, UNICODE)
    assert text.startswith("All steps are done.")
    assert "- double a number\n- tell `x` from `y`" in text
    assert text.endswith("Take Esc, o for a walk.")
    assert rows_of(course, state.progress) == [OPTIONAL, "○ 1.4 Times itself"]


def test_while_steps_are_open_it_lists_them_and_promises_nothing(course: Course) -> None:
    state = State(progress=Progress(done=frozenset({"read-me", "square"})))
    assert end_title(course, state) == NOT_THE_END
    assert end_text(course, state, UNICODE) == (
        "1 of 4 required steps done. The others are listed below."
    )
    assert rows_of(course, state.progress) == [
        OPEN,
        "○ 1.2 Which one is it?",
        "○ 1.3 Twice as much",
        "○ 1.5 The end",
    ]


def test_it_says_with_what_help_steps_were_done(course: Course) -> None:
    progress = Progress(
        done=ALL, helped=frozenset({"square"}), hints={"ask-me": 1, "square": 2, "other": 1}
    )
    assert rows_of(course, progress) == [
        HELPED,
        "✓ 1.2 Which one is it? · 1 hint",
        "◐ 1.4 Times itself · 2 hints and part of a solution",
    ]


@pytest.mark.parametrize("size", [(60, 16), NARROW, MEDIUM, WIDE])
async def test_it_comes_after_the_last_step_and_leads_to_those_that_are_open(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    course_in(tmp_path)
    app = tutor_app(tmp_path, start_at="last-one")
    async with opened(app, size) as pilot:
        await pilot.press("f8")
        await eventually(lambda: isinstance(app.screen, CourseEnd), "the end")
        await pilot.pause()
        text = screen_text(app)
        for words in (
            NOT_THE_END,
            "0 of 4 required steps done.",
            OPEN,
            "○ 1.1 What a network",
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
        await eventually(lambda: isinstance(app.screen, CourseEnd), "the end")
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
    step = lesson_screen(app).step
    assert step is not None
    return step.id
