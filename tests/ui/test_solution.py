"""Help by levels: each asks, what was used is kept, and a clean start hides it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.tutor_app import (
    DOUBLE,
    MEDIUM,
    NARROW,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.course.help_levels import Help
from tutor.progress.fold import read_progress
from tutor.session.solution_help import ALL_HINTS_OF_CODE
from tutor.ui.app import TutorApp
from tutor.ui.screens.choice_dialog import SolutionScreen

TWO_LINES = DOUBLE.replace("\ny = 2 * x\n", "\nz = x + 0\ny = 2 * z\n")
SMALL = (60, 16)


def ladder_app(folder: Path) -> TutorApp:
    if not (folder / "lessons").exists():
        write_course(folder / "lessons", {"30-double": TWO_LINES})
    return tutor_app(folder, start_at="double")


async def climb(app: TutorApp, pilot: Pilot[None], *keys: str) -> None:
    """Asks for the next level and answers."""
    await pilot.press("escape", "l")
    await eventually(lambda: isinstance(app.screen, SolutionScreen), "the question")
    await pilot.pause()
    await pilot.press(*keys)
    await pilot.pause()


def shown(app: TutorApp) -> Help:
    return lesson_screen(app).session.help


@pytest.mark.parametrize("size", [SMALL, NARROW, MEDIUM])
async def test_from_hints_to_the_whole_solution_by_keys_alone(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = ladder_app(tmp_path)
    async with opened(app, size) as pilot:
        await pilot.press("escape", "2")
        await climb(app, pilot, "enter")
        assert "Use the sign *." in screen_text(app)
        await pilot.press("f2", "f2")
        await pilot.pause()
        assert lesson_screen(app).session.notice == ALL_HINTS_OF_CODE
        await climb(app, pilot, "enter")
        text = screen_text(app)
        assert text.index("y = 2 * z") < text.index("z = x + 0")
        await climb(app, pilot, "enter")
        assert "z = · · ·" in screen_text(app)
        await pilot.press("f2")
        await pilot.pause()
        assert "z = x + ·" in screen_text(app)
        await climb(app, pilot, "enter")
        assert shown(app) == Help("whole")
        assert "y = 2 * z" in screen_text(app)
        assert workspace_of(app).code.source.strip() == "y = ..."


async def test_no_shows_nothing_and_keeps_nothing(tmp_path: Path) -> None:
    app = ladder_app(tmp_path)
    async with opened(app) as pilot:
        for keys in (["escape"], ["down", "escape"], ["n"]):
            await climb(app, pilot, *keys)
        assert shown(app) == Help()
        assert lesson_screen(app).session.hints == 0
    progress = read_progress(tmp_path / "data")[0]
    assert (progress.hints, progress.solutions) == ({}, {})


async def test_the_buffer_is_written_over_only_when_asked_and_undo_brings_it_back(
    tmp_path: Path,
) -> None:
    app = ladder_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("escape", "2", "#")
        mine = workspace_of(app).code.source
        for _ in range(3):
            await climb(app, pilot, "down", "enter")
        assert shown(app) == Help("whole")
        assert workspace_of(app).code.source == mine
        await climb(app, pilot, "down", "y")
        assert workspace_of(app).code.source == "z = x + 0\ny = 2 * z\n"
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert workspace_of(app).code.source == mine


async def test_what_was_used_is_kept_marked_and_hidden_by_a_clean_start(tmp_path: Path) -> None:
    app = ladder_app(tmp_path)
    async with opened(app) as pilot:
        for _ in range(3):
            await climb(app, pilot, "down", "enter")
        await climb(app, pilot, "down", "y")
        await pilot.press("f4")
        await eventually(lambda: lesson_screen(app).session.step_done, "the verdict")
    again = ladder_app(tmp_path)
    async with opened(again) as pilot:
        assert shown(again) == Help("whole")
        await pilot.press("escape", "o")
        await pilot.pause()
        assert "◐ Twice as much · done with help" in screen_text(again)
        await pilot.press("escape")
        await climb(again, pilot, "down", "enter")
        assert shown(again) == Help()
        assert workspace_of(again).code.source.strip() == "y = ..."
        assert lesson_screen(again).session.step_done
        assert "z = x + 0" not in screen_text(again)
        await pilot.press("escape", "2", "ctrl+end")
        workspace_of(again).code.replace_source("y = 2 * x\n")
        await pilot.press("f4")
        await eventually(lambda: not lesson_screen(again).session.helped, "a verdict without help")
    assert read_progress(tmp_path / "data")[0].helped == frozenset()


async def test_a_step_without_hints_has_the_ladder_as_well(tmp_path: Path) -> None:
    step = TWO_LINES.replace('hints = ["Use the sign `*`.", "Two times `x`."]', "")
    write_course(tmp_path / "lessons", {"30-double": step})
    app = ladder_app(tmp_path)
    async with opened(app) as pilot:
        await climb(app, pilot, "enter")
        assert shown(app) == Help("lines")
        await pilot.press("escape", "8")
        await pilot.pause()
        assert "its lines in another order" in screen_text(app)
