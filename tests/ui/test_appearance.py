"""The theme from settings and palette, and motion."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from textual.color import Color
from textual.pilot import Pilot
from textual.widgets import Input

from tests.support.cells import Cell, cells_of
from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import lesson_screen, opened, screen_text, tutor_app
from tests.support.wait import eventually
from tutor.config import Config
from tutor.progress.chosen_theme import FILE
from tutor.ui.app import TutorApp
from tutor.ui.theme import CONTRAST, DARK, DARK_PALETTE, LABELS, LIGHT, THEMES
from tutor.ui.widgets.row_list import RowList
from tutor.wire.events import LossesRecorded

CURSOR = Color.parse(DARK_PALETTE.text).rgb
"""Under the letter where an input field takes the next one."""


async def choose(pilot: Pilot[None], words: str) -> None:
    """Chooses the command of that name in the palette."""
    await pilot.press("f10")
    await eventually(lambda: bool(pilot.app.screen.query("CommandInput")), "the palette")
    await pilot.press(*words)
    await eventually(lambda: words in screen_text(tutor(pilot)), "the command")
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()


def tutor(pilot: Pilot[None]) -> TutorApp:
    assert isinstance(pilot.app, TutorApp)
    return pilot.app


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_the_settings_name_the_theme(tmp_path: Path, theme: str) -> None:
    async with opened(tutor_app(tmp_path, config=Config(theme=theme))) as pilot:
        assert pilot.app.theme == theme
        assert "config.toml" not in screen_text(tutor(pilot))


@pytest.mark.parametrize("name", LABELS)
async def test_a_theme_chosen_in_the_palette_is_there_at_the_next_start(
    tmp_path: Path, name: str
) -> None:
    async with opened(tutor_app(tmp_path)) as pilot:
        await choose(pilot, f"{LABELS[name]} colours")
        await eventually(lambda: pilot.app.theme == name, "the theme")
    async with opened(tutor_app(tmp_path)) as pilot:
        assert pilot.app.theme == name
    async with opened(tutor_app(tmp_path, config=Config(theme=LIGHT.name))) as pilot:
        assert pilot.app.theme == LIGHT.name


async def test_a_choice_that_cannot_be_kept_holds_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "data" / FILE / "in the way").mkdir(parents=True)
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        app.choose_theme(CONTRAST.name)
        await pilot.pause()
        assert app.theme == CONTRAST.name
        assert "The theme could not be saved for next time" in screen_text(app)


async def test_the_editor_and_the_code_in_lessons_follow_the_theme(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2")
        grounds = []
        for theme in THEMES:
            app.choose_theme(theme.name)
            await pilot.pause()
            grounds.append(next(cell for cell in cells_of(app) if _is_code(app, cell)).background)
        assert len(set(grounds)) == len(THEMES)


def _is_code(app: TutorApp, cell: Cell) -> bool:
    return cell.y > app.screen.query_one("#editor").region.y and cell.x > 10


@pytest.mark.parametrize("motion", ["full", "reduced"])
async def test_nothing_moves_by_itself_with_reduced_motion(
    tmp_path: Path, motion: Literal["full", "reduced"]
) -> None:
    losses = LossesRecorded(0, (3.0, 2.0, 1.0))
    client = FakeClient([finished(losses, milliseconds=5)])
    app = tutor_app(tmp_path, client=client, config=Config(motion=motion), start_at="double")
    async with opened(app, (120, 35)) as pilot:
        await pilot.press("f5")
        await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
        await pilot.pause()
        assert lesson_screen(app).look_back.replayer.is_running is (motion == "full")
        assert ("shown again" in screen_text(app)) is (motion == "full")


@pytest.mark.parametrize("keys", [("escape", "o"), ("f10",)], ids=["search", "palette"])
async def test_no_cursor_blinks_in_an_input_field(tmp_path: Path, keys: tuple[str, ...]) -> None:
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press(*keys)
        await eventually(lambda: isinstance(app.focused, Input), "the field")
        field = app.focused
        assert isinstance(field, Input)
        await eventually(lambda: not field.cursor_blink, "a cursor that stands still")
        await pilot.pause()
        cursor = [cell for cell in cells_of(app) if cell.background == CURSOR]
        assert len(cursor) == 1


@pytest.mark.parametrize("few", ["16 colours", "no colours"])
async def test_with_few_colours_the_cursor_and_the_chosen_entry_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: str
) -> None:
    if few == "no colours":
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("escape", "o")
        await eventually(lambda: isinstance(app.focused, Input), "the field")
        await pilot.pause()
        field = app.screen.query_one(Input).region
        entry = app.screen.query_one(RowList).region.y + 1
        cells = {(cell.x, cell.y): cell for cell in cells_of(app)}
        cursor, beside = cells[field.x, field.y], cells[field.x + 1, field.y]
        chosen, other = cells[field.x, entry], cells[field.x, entry + 1]
        assert (cursor.style.reverse, beside.style.reverse) == (True, None)
        assert (chosen.style.underline, other.style.underline) == (True, None)
        assert few == "no colours" or cursor.background != beside.background
        assert few == "no colours" or chosen.background != other.background


async def test_with_reduced_motion_nothing_is_animated(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, config=Config(motion="reduced"))
    async with opened(app) as pilot:
        await pilot.press("f10")
        await eventually(lambda: bool(app.screen.query("CommandInput")), "the palette")
        assert app.animation_level == "none"


def test_the_default_is_dark(tmp_path: Path) -> None:
    assert tutor_app(tmp_path).theme == DARK.name
