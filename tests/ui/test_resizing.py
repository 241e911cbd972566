"""Many changes of size in a row end in a right screen, and are not all drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.geometry import Size
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient
from tests.support.scenes import TRAINED
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
from tests.support.two_screens import TwoScreens
from tests.support.wait import eventually
from tests.ui.test_layout import assert_nothing_is_covered
from tutor.ui.app import TutorApp

MAX_FRAMES = 12
"""Updates that a storm may cost, however many changes of size it has."""


async def run(app: TutorApp, pilot: Pilot[None]) -> None:
    await pilot.press("f5")
    await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
    await pilot.pause()


def storm(last: tuple[int, int], count: int) -> list[tuple[int, int]]:
    """Sizes as a window goes through while its corner is dragged."""
    return [(60 + 7 * n % 141, 16 + 5 * n % 35) for n in range(count)] + [last]


@pytest.mark.parametrize("last", [NARROW, MEDIUM, WIDE, (60, 16)], ids=str)
async def test_a_storm_of_sizes_ends_in_the_screen_of_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: tuple[int, int]
) -> None:
    screens = TwoScreens(*MEDIUM)
    screens.watch(monkeypatch)
    app = tutor_app(tmp_path, client=FakeClient([TRAINED]), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await run(app, pilot)
        workspace_of(app).code.editor.cursor_blink = False
        screens.forget_bytes()
        for columns, rows in storm(last, 60):
            size = Size(columns, rows)
            # as the driver does for each SIGWINCH, without waiting for what was drawn
            app.post_message(events.Resize(size, size))
        screens.resize(*last)
        await eventually(lambda: app.size == last, "the last size")
        await pilot.pause()
        await pilot.pause()
        frames = len(screens.full.frames)
        assert 0 < frames <= MAX_FRAMES
        assert_nothing_is_covered(app)
        assert screens.differences() == []
        shown = "\n".join(line.rstrip() for line in screens.changed.screen.display)
        assert shown.replace(" ", "") == screen_text(app).replace(" ", "")


async def test_a_resize_while_a_pane_is_zoomed_keeps_it_so(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, WIDE) as pilot:
        await pilot.press("escape", "2", "f7")
        for size in (MEDIUM, NARROW, (60, 16), WIDE):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert workspace_of(app).layout_state.zoomed
            assert app.focused is workspace_of(app).code.editor
            assert_nothing_is_covered(app)
