"""The screen in an exam: it says so, and neither key nor pane shows a hint or a solution."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    WIDE,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.config import Config
from tutor.ui.app import TutorApp

SAID = "exam: no hints, no solutions"


def exam_app(folder: Path, start_at: str) -> TutorApp:
    return tutor_app(folder, config=Config(exam=True), start_at=start_at)


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE])
@pytest.mark.parametrize("step", ["double", "ask-me", "read-me"])
async def test_the_status_line_says_it_in_each_step(
    tmp_path: Path, size: tuple[int, int], step: str
) -> None:
    app = exam_app(tmp_path, step)
    async with opened(app, size):
        assert SAID in screen_text(app)


async def test_neither_key_shows_help_and_both_say_why(tmp_path: Path) -> None:
    app = exam_app(tmp_path, "double")
    async with opened(app, MEDIUM) as pilot:
        for keys in (["f2"], ["escape", "l"]):
            await pilot.press(*keys)
            await pilot.pause()
            text = screen_text(app)
            assert "This is an exam: there are no hints and no solutions." in text
            assert "Use the sign" not in text
            assert "Help with this step" not in text


async def test_the_pane_of_hints_says_why_there_are_none(tmp_path: Path) -> None:
    app = exam_app(tmp_path, "double")
    async with opened(app, MEDIUM) as pilot:
        workspace_of(app).goto("hints")
        await pilot.pause()
        text = screen_text(app)
        assert "This is an exam" in text
        assert "hint is shown yet" not in text


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_a_right_answer_stands_alone(tmp_path: Path, size: tuple[int, int]) -> None:
    app = exam_app(tmp_path, "double")
    async with opened(app, size) as pilot:
        workspace_of(app).code.replace_source("y = x + x\n")
        await lesson_screen(app).action_command("check")
        await eventually(lambda: "Doubling is linear." in screen_text(app), "what comes after")
        assert "one way to write it" not in screen_text(app)
        workspace_of(app).goto("lesson")
        await pilot.pause()
        assert "2 * x" not in screen_text(app)
