"""Keys that come together do what they do one by one: none is lost, or typed where it must not be.

Over a slow line, or while the app is busy, Esc and the keys around it arrive before any of them has
been acted on.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import AppBlur, AppFocus, Key
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    TO_START,
    lesson_screen,
    opened,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.ui.app import TutorApp
from tutor.ui.screens.find_step import FindStepScreen
from tutor.ui.screens.help import HelpScreen
from tutor.wire.events import LossesRecorded

SOURCE = "y = ...\n"
CHARACTERS = {"escape": "\x1b", "less_than_sign": "<", "left": None, "f7": None, "alt+a": None}


def trained_app(folder: Path) -> TutorApp:
    losses = LossesRecorded(0, tuple(1 / (n + 1) for n in range(40)))
    return tutor_app(folder, client=FakeClient([finished(losses)]), start_at="double")


async def train(app: TutorApp, pilot: Pilot[None]) -> None:
    """Runs the program and goes to its losses."""
    await pilot.press("f5")
    await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
    await pilot.press("escape", "5")
    await at_pane(app, "loss")
    await pilot.pause()


async def at_pane(app: TutorApp, name: str) -> None:
    pane = workspace_of(app).panes[name]
    await eventually(lambda: workspace_of(app).layout_state.pane == name, name)
    await eventually(lambda: pane.has_focus_within, f"the focus in {name}")


async def send(app: TutorApp, pilot: Pilot[None], *keys: str) -> None:
    """Has all of them arrive before the first is acted on."""
    for key in keys:
        app.post_message(Key(key, CHARACTERS.get(key, key)))
    await pilot.pause()


def has_strip(app: TutorApp) -> bool:
    return lesson_screen(app).is_strip_shown


@pytest.mark.parametrize("digit", [("escape", "6"), ("alt+6",)])
@pytest.mark.parametrize(
    "before", [(), ("left",), ("left", "less_than_sign"), ("l", "left", "c", "n"), ("f7",)]
)
async def test_esc_and_a_digit_after_keys_of_a_chart(
    tmp_path: Path, before: tuple[str, ...], digit: tuple[str, ...]
) -> None:
    app = trained_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await train(app, pilot)
        await send(app, pilot, *before, *digit)
        await at_pane(app, "tensors")
        assert not has_strip(app)
        assert not workspace_of(app).layout_state.zoomed
        assert workspace_of(app).code.source == SOURCE


async def test_esc_ends_a_look_back_that_has_begun_just_before(tmp_path: Path) -> None:
    app = trained_app(tmp_path)
    async with opened(app, NARROW) as pilot:
        await train(app, pilot)
        await send(app, pilot, "left", "escape")
        assert lesson_screen(app).session.cursor is None
        assert not has_strip(app)
        await send(app, pilot, "left", "left", "escape", "6")
        await at_pane(app, "tensors")
        cursor = lesson_screen(app).session.cursor
        assert cursor is not None
        assert cursor.step == 38


async def test_digits_alone_are_not_overtaken_by_esc(tmp_path: Path) -> None:
    app = trained_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await train(app, pilot)
        await send(app, pilot, "6", "escape", "3")
        await at_pane(app, "verdict")
        await send(app, pilot, "escape", "2", "escape", "5", "escape", "2", "escape", "3")
        await at_pane(app, "verdict")
        assert workspace_of(app).code.source == SOURCE


@pytest.mark.parametrize("digit", [("escape", "3"), ("alt+3",)])
async def test_esc_and_a_digit_leave_a_zoomed_editor(
    tmp_path: Path, digit: tuple[str, ...]
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2", "f7")
        await eventually(lambda: workspace_of(app).layout_state.zoomed, "the code alone")
        await send(app, pilot, *digit)
        await at_pane(app, "verdict")
        assert not workspace_of(app).layout_state.zoomed
        assert workspace_of(app).code.source == SOURCE


@pytest.mark.parametrize("before", [(), ("escape", "escape"), ("7",)])
async def test_alt_and_a_digit_lead_to_a_pane_also_while_the_strip_is_shown(
    tmp_path: Path, before: tuple[str, ...]
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2", "escape")
        assert has_strip(app)
        await send(app, pilot, *before, "alt+3")
        await at_pane(app, "verdict")
        assert not has_strip(app)
        assert workspace_of(app).code.source == SOURCE


async def test_esc_alone_closes_the_strip_and_the_digit_is_text(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2", TO_START, "escape", "escape", "3")
        await eventually(lambda: workspace_of(app).code.source == f"3{SOURCE}", "the digit")


async def test_alt_and_a_letter_close_the_strip_and_the_letter_is_text(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2", TO_START, "escape")
        await send(app, pilot, "alt+a")
        await eventually(lambda: workspace_of(app).code.source == f"a{SOURCE}", "the letter")


async def test_with_a_key_between_the_digit_is_text_again(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2", TO_START, "f7")
        await send(app, pilot, "escape", "a", "3")
        await eventually(lambda: workspace_of(app).code.source == f"a3{SOURCE}", "both")


async def test_what_lies_over_the_code_is_closed_and_the_digit_is_text(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2", TO_START, "ctrl+f")
        await pilot.pause()
        await send(app, pilot, "escape", "3")
        await eventually(lambda: workspace_of(app).code.source == f"3{SOURCE}", "the digit")
        assert workspace_of(app).layout_state.pane == "code"


async def test_esc_leaves_a_page_before_the_next_key_acts(tmp_path: Path) -> None:
    app = trained_app(tmp_path)
    async with opened(app, NARROW) as pilot:
        await train(app, pilot)
        await pilot.press("f1")
        await eventually(lambda: isinstance(app.screen, HelpScreen), "the help")
        await send(app, pilot, "escape", "6")
        await at_pane(app, "tensors")
        await pilot.press("j")
        await eventually(lambda: isinstance(app.screen, FindStepScreen), "the field")
        await send(app, pilot, "1", "escape", "escape", "3")
        await at_pane(app, "verdict")


async def test_the_strip_stays_whatever_else_wants_the_focus(tmp_path: Path) -> None:
    app = trained_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await train(app, pilot)
        screen = lesson_screen(app)
        for _ in range(3):  # opened, closed and opened: what is told of the first blur comes late
            screen.action_leader()
        await pilot.pause()
        assert has_strip(app)
        await pilot.press("2")
        await at_pane(app, "code")
        workspace_of(app).goto("code")
        screen.action_leader()
        await pilot.pause()
        assert has_strip(app)
        workspace_of(app).goto("output")
        await pilot.pause()
        assert has_strip(app)
        await pilot.press("escape")
        await at_pane(app, "output")


async def test_the_strip_takes_its_letter_after_another_window_had_the_focus(
    tmp_path: Path,
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2", "escape")
        for away in (AppBlur(), AppFocus()):
            app.post_message(away)
            await pilot.pause()
        assert has_strip(app)
        await pilot.press("h")
        await eventually(lambda: isinstance(app.screen, HelpScreen), "the help")
        await pilot.press("escape", TO_START, "a")
        await eventually(lambda: workspace_of(app).code.source == f"a{SOURCE}", "the letter")
