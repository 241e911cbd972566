"""Panes are made larger and smaller by key and by mouse; zoom and sizes last for a session."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    WIDE,
    lesson_screen,
    opened,
    pane_of,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tests.ui.test_layout import BUSY_RUN, assert_nothing_is_covered
from tutor.ui.app import TutorApp
from tutor.ui.panes.output import OutputPane
from tutor.ui.screens.resizing import SIZES_RESET


async def run(app: TutorApp, pilot: Pilot[None]) -> None:
    await pilot.press("f5")
    await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
    await pilot.pause()


async def after_esc(pilot: Pilot[None], *letters: str) -> None:
    for letter in letters:
        await pilot.press("escape", letter)
    await pilot.pause()
    await pilot.pause()


def notice(app: TutorApp) -> str:
    return lesson_screen(app).session.notice


@pytest.mark.parametrize(
    ("size", "pane", "letter", "other"),
    [
        (MEDIUM, 1, ">", "<"),
        (MEDIUM, 2, "+", "-"),
        (MEDIUM, 5, "+", "-"),
        (MEDIUM, 6, ">", "<"),
        (WIDE, 4, "+", "-"),
        (WIDE, 5, ">", "<"),
    ],
)
async def test_the_pane_looked_at_grows_and_shrinks_again(
    tmp_path: Path, size: tuple[int, int], pane: int, letter: str, other: str
) -> None:
    app = tutor_app(tmp_path, client=FakeClient([BUSY_RUN]), start_at="double")
    async with opened(app, size) as pilot:
        await run(app, pilot)
        await after_esc(pilot, str(pane))
        one = workspace_of(app).panes[workspace_of(app).layout_state.pane]
        before = one.region.size
        await after_esc(pilot, letter)
        grown = one.region.size
        assert (grown.width > before.width) == (letter == ">")
        assert (grown.height > before.height) == (letter == "+")
        assert_nothing_is_covered(app)
        assert app.focused is one.focus_target()
        await after_esc(pilot, other)
        assert one.region.size == before
        assert_nothing_is_covered(app)


@pytest.mark.parametrize("size", [(100, 30), (160, 45)], ids=str)
async def test_no_pane_can_be_made_so_large_that_another_is_lost(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, client=FakeClient([BUSY_RUN]), start_at="double")
    async with opened(app, size) as pilot:
        await run(app, pilot)
        ways = [(1, "wider"), (4, "taller"), (5, "taller"), (5, "wider"), (2, "wider")]
        for pane, way in [*ways, (2, "taller")]:
            await after_esc(pilot, str(pane))
            for _ in range(30):
                await lesson_screen(app).action_command(way)
            await pilot.pause()
            assert "cannot be made" in notice(app)
            assert_nothing_is_covered(app)
            assert workspace_of(app).code.editor.region.height >= 2


async def test_sizes_hold_for_later_steps_and_can_be_given_up(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        usual = workspace_of(app).lesson.region.width
        await after_esc(pilot, "1", "<", "<")
        narrower = workspace_of(app).lesson.region.width
        assert narrower < usual
        await pilot.press("f8")
        await pilot.pause()
        assert workspace_of(app).lesson.region.width == narrower
        await after_esc(pilot, "=")
        assert workspace_of(app).lesson.region.width == usual
        assert SIZES_RESET in screen_text(app)


async def test_each_layout_has_sizes_of_its_own(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        usual = workspace_of(app).lesson.region.width
        await pilot.resize_terminal(*WIDE)
        await after_esc(pilot, "1", "<")
        await pilot.resize_terminal(*MEDIUM)
        await pilot.pause()
        assert workspace_of(app).lesson.region.width == usual


async def test_in_a_small_terminal_only_the_lines_below_the_code_can_be_made_more(
    tmp_path: Path,
) -> None:
    client = FakeClient([finished()])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, NARROW) as pilot:
        await after_esc(pilot, "2", ">")
        assert "cannot be made wider" in screen_text(app)
        await after_esc(pilot, "+")
        assert "cannot be made taller" in screen_text(app)
        await run(app, pilot)
        before = pane_of(app, OutputPane).region.height
        await after_esc(pilot, "-")
        assert pane_of(app, OutputPane).region.height == before + 2
        assert_nothing_is_covered(app)


@pytest.mark.parametrize(
    ("pane", "side", "by"),
    [
        ("lesson", "right", (5, 0)),
        ("code", "bottom", (0, -3)),
        ("loss", "bottom", (0, 4)),
        ("loss", "left", (-6, 0)),
    ],
)
async def test_a_border_can_be_dragged(
    tmp_path: Path, pane: str, side: str, by: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, client=FakeClient([BUSY_RUN]), start_at="double")
    async with opened(app, WIDE) as pilot:
        await run(app, pilot)
        one = workspace_of(app).panes[pane]
        before = one.region
        x = {"left": before.x, "right": before.right - 1}.get(side, before.x + 5)
        y = before.bottom - 1 if side == "bottom" else before.y + 5
        await pilot.mouse_down(offset=(x, y))
        await pilot.hover(offset=(x + by[0], y + by[1]))
        await pilot.mouse_up(offset=(x + by[0], y + by[1]))
        await pilot.pause()
        grown = one.region
        change = (grown.width - before.width, grown.height - before.height)
        assert change == ((-by[0], 0) if side == "left" else by)
        assert_nothing_is_covered(app)
        await pilot.hover(offset=(x, y))
        await pilot.pause()
        assert one.region == grown


async def test_a_click_inside_a_pane_moves_no_border(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        before = workspace_of(app).lesson.region
        await pilot.mouse_down(offset=(before.x + 10, before.y + 5))
        await pilot.hover(offset=(before.x + 30, before.y + 5))
        await pilot.mouse_up(offset=(before.x + 30, before.y + 5))
        await pilot.pause()
        assert workspace_of(app).lesson.region == before


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=str)
async def test_a_zoom_goes_on_from_step_to_step_until_it_is_ended(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await after_esc(pilot, "2")
        await pilot.press("f7", "f8")
        await pilot.pause()
        workspace = workspace_of(app)
        assert (workspace.layout_state.zoomed, workspace.layout_state.pane) == (True, "lesson")
        await pilot.press("f6")
        await pilot.pause()
        assert (workspace.layout_state.zoomed, workspace.layout_state.pane) == (True, "code")
        await pilot.press("shift+f8", "escape")
        await pilot.pause()
        assert not workspace.layout_state.zoomed
        assert not workspace_of(app).lesson.region.overlaps(workspace_of(app).tabs.region)
        await pilot.press("f8")
        await pilot.pause()
        assert not workspace.layout_state.zoomed


async def test_a_step_with_one_pane_is_not_zoomed_and_the_next_one_is_again(
    tmp_path: Path,
) -> None:
    app = tutor_app(tmp_path, start_at="ask-me")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f7", "shift+f8")
        await pilot.pause()
        assert not workspace_of(app).layout_state.zoomed
        await pilot.press("escape")
        await pilot.pause()
        assert "q Quit" in screen_text(app)
        await pilot.press("n")
        await pilot.pause()
        assert workspace_of(app).layout_state.zoomed


async def test_in_a_zoom_the_newest_word_stands_below_and_leaves_with_the_zoom(
    tmp_path: Path,
) -> None:
    app = tutor_app(tmp_path, client=FakeClient([BUSY_RUN], [BUSY_RUN]), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await run(app, pilot)
        await pilot.press("f7")
        await pilot.pause()
        assert not pane_of(app, OutputPane).display
        await run(app, pilot)
        assert workspace_of(app).layout_state.zoomed
        assert pane_of(app, OutputPane).region.height in range(
            1, workspace_of(app).code.region.height
        )
        assert_nothing_is_covered(app)
        await pilot.press("f7")
        await pilot.pause()
        assert not workspace_of(app).layout_state.zoomed
        assert workspace_of(app).lesson.display


@pytest.mark.parametrize("size", [NARROW, MEDIUM], ids=str)
async def test_a_step_with_one_pane_offers_no_other(tmp_path: Path, size: tuple[int, int]) -> None:
    app = tutor_app(tmp_path, start_at="read-me")
    async with opened(app, size) as pilot:
        assert "F6" not in screen_text(app)
        assert "f6" not in app.screen.active_bindings
        await pilot.press("escape")
        await pilot.pause()
        assert "Pane" not in screen_text(app)
        assert "Zoom" not in screen_text(app)
