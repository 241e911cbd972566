"""A step that looks wrong is written down, and the screen says where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    lesson_screen,
    opened,
    say_of,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.progress.reports import FOLDER
from tutor.ui.screens.report_form import ReportScreen


def reports(folder: Path) -> list[Path]:
    return sorted((folder / "data" / FOLDER).glob("*.md"))


@pytest.mark.parametrize("size", [(60, 16), NARROW, MEDIUM])
async def test_a_report_holds_step_code_and_verdict_and_the_screen_says_where_it_is(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        workspace_of(app).code.replace_source("y = 7\n")
        await pilot.press("f4")
        await eventually(lambda: lesson_screen(app).session.verdict is not None, "the verdict")
        await pilot.press("escape", "!", *"why?", "enter")
        await eventually(lambda: bool(reports(tmp_path)), "the file")
        (file,) = reports(tmp_path)
        await eventually(lambda: "Written to" in screen_text(app), "the words")
        rows = re.findall("┃(.*?)┃", screen_text(app))
        assert str(file) in "".join(row.strip() for row in rows)
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen_stack == [lesson_screen(app)]
    text = file.read_text()
    for part in ("`double`", "basics/30-double.toml", "why?", "y = 7", "reject", "nntutor "):
        assert part in text


async def test_of_a_quiz_it_holds_what_was_said(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="ask-me")
    async with opened(app, MEDIUM) as pilot:
        await say_of(app, pilot, "The second.")
        await pilot.press("escape", "!", "enter")
        await eventually(lambda: bool(reports(tmp_path)), "the file")
    text = reports(tmp_path)[0].read_text()
    assert "nothing: The first.\nyes: The second." in text
    assert "Nothing was said of it." in text


async def test_esc_writes_nothing(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="read-me")
    async with opened(app) as pilot:
        await pilot.press("escape", "!", *"no", "escape")
        await pilot.pause()
        assert app.screen_stack == [lesson_screen(app)]
    assert reports(tmp_path) == []


async def test_a_file_that_cannot_be_written_is_told_and_can_be_tried_again(
    tmp_path: Path,
) -> None:
    app = tutor_app(tmp_path, start_at="read-me")
    in_the_way = tmp_path / "data" / FOLDER
    in_the_way.parent.mkdir()
    in_the_way.write_text("")
    async with opened(app) as pilot:
        await pilot.press("escape", "!", *"hm", "enter")
        await eventually(lambda: "It could not be written" in screen_text(app), "the reason")
        assert isinstance(app.screen, ReportScreen)
        in_the_way.unlink()
        await pilot.press("enter")
        await eventually(lambda: "Written to" in screen_text(app), "the words")
    assert "hm" in reports(tmp_path)[0].read_text()
