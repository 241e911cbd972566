"""Going back along the curve of a run: the line, the curve and the tensors show one step."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    lesson_screen,
    opened,
    pane_of,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.config import Config
from tutor.session.state import Cursor
from tutor.ui.app import TutorApp
from tutor.ui.charts.heat import HeatMap
from tutor.ui.panes.loss import LossPane
from tutor.ui.panes.tensors import TensorsPane
from tutor.wire.events import (
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    RunEvent,
    StepRecorded,
)
from tutor.wire.values import TensorValue

COUNT = 40
LOSSES = LossesRecorded(0, tuple(1 / (n + 1) for n in range(COUNT)))
STEPS = tuple(
    StepRecorded(
        n,
        (
            InventoryEntry(
                "w", TensorValue("float32", "float", (2,), array("d", (n, -n)).tobytes())
            ),
        ),
    )
    for n in range(0, COUNT, 4)
)
END = InventoryTaken(
    (InventoryEntry("w", TensorValue("float32", "float", (2,), array("d", (99, 0)).tobytes())),)
)
ALL: tuple[RunEvent, ...] = (LOSSES, *STEPS, END)


async def run_to_its_end(app: TutorApp, pilot: Pilot[None]) -> None:
    await pilot.press("f5")
    await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
    await pilot.pause()
    await pilot.press("escape", "5")
    await eventually(lambda: pane_of(app, LossPane).has_focus_within, "the focus")


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


def first_weight(app: TutorApp) -> float:
    return app.screen.query_one(HeatMap).grid.values[0]


def cursor(app: TutorApp) -> Cursor | None:
    return lesson_screen(app).session.cursor


async def test_keys_move_along_the_curve_and_all_panes_follow(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*ALL)]), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await run_to_its_end(app, pilot)
        assert first_weight(app) == 99
        await press(pilot, "left")
        assert cursor(app) == Cursor(39)
        text = screen_text(app)
        assert "step 39 of 40 · loss 0.0256" in text
        assert "at step 37, the nearest recorded step" in text
        assert "looking at step 39" in text
        assert "┼" in text
        assert first_weight(app) == 36
        await press(pilot, "less_than_sign", "less_than_sign", "right", "right")
        assert cursor(app) == Cursor(21)
        assert "at step 21" in screen_text(app)
        assert first_weight(app) == 20
        await press(pilot, "home")
        assert "step 1 of 40 · loss 1.0000" in screen_text(app)
        await press(pilot, "left", "greater_than_sign")
        assert cursor(app) == Cursor(11)


@pytest.mark.parametrize("key", ["end", "escape"])
async def test_end_and_escape_lead_back_to_the_end(tmp_path: Path, key: str) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*ALL)]), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await run_to_its_end(app, pilot)
        await press(pilot, "home", key)
        assert cursor(app) is None
        assert first_weight(app) == 99
        assert "40 steps: 1.0000 to 0.0250" in screen_text(app)
        assert "┼" not in screen_text(app)
        await press(pilot, "escape")
        assert "Outline" in screen_text(app), "the strip of letters"


async def test_keys_that_come_at_once_all_count(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*ALL)]), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await run_to_its_end(app, pilot)
        for key in ("left", "less_than_sign", "less_than_sign", "right", "left"):
            app.post_message(events.Key(key, None))
        await eventually(lambda: cursor(app) == Cursor(19), "all five")


async def test_the_tensors_alone_are_looked_through_too(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*ALL)]), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run_to_its_end(app, pilot)
        await press(pilot, "escape", "6")
        await eventually(lambda: pane_of(app, TensorsPane).has_focus_within, "the focus")
        await press(pilot, "less_than_sign", "left", "left", "left")
        assert cursor(app) == Cursor(27)
        assert "at step 25, the nearest recorded step" in screen_text(app)
        assert first_weight(app) == 24
        await press(pilot, "escape")
        assert cursor(app) is None
        assert first_weight(app) == 99


async def test_past_the_last_step_is_the_end(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*ALL)]), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await run_to_its_end(app, pilot)
        await press(pilot, "left", "right")
        assert cursor(app) is None
        await press(pilot, "right")
        assert cursor(app) is None


async def test_while_it_runs_the_step_that_is_looked_at_stays(tmp_path: Path) -> None:
    more = LossesRecorded(COUNT, (0.5,) * 10)
    client = FakeClient([ALL, (more,), finished(END)], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5")
        client.release()
        await eventually(lambda: len(pane_of(app, LossPane).shown_losses) == COUNT, "the losses")
        await press(pilot, "escape", "5", "home", "greater_than_sign")
        client.release()
        await eventually(lambda: "step 11 of 50 · loss 0.0909" in screen_text(app), "more losses")
        assert first_weight(app) == 8 or first_weight(app) == 12
        client.release()
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
        await pilot.pause()
        assert cursor(app) == Cursor(11)
        await press(pilot, "end")
        assert first_weight(app) == 99


async def test_a_replay_moves_the_same_cursor_and_is_taken_over_by_a_key(tmp_path: Path) -> None:
    client = FakeClient([finished(*ALL, milliseconds=5.0)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5")
        await eventually(lambda: _playing(app), "the replay")
        await eventually(lambda: "at step" in screen_text(app), "the step that is shown")
        workspace_of(app).goto("loss")
        await eventually(lambda: pane_of(app, LossPane).has_focus_within, "the focus")
        before = cursor(app)
        assert before is not None
        await press(pilot, "right")
        after = cursor(app)
        assert after is not None
        assert not after.playing
        assert after.step > before.step
        assert not lesson_screen(app).look_back.replayer.is_running
        await press(pilot, "f5")
        await eventually(lambda: cursor(app) != after, "another run")


def _playing(app: TutorApp) -> bool:
    found = cursor(app)
    return found is not None and found.playing


async def test_without_steps_of_its_own_the_tensors_say_so(tmp_path: Path) -> None:
    client = FakeClient([finished(LOSSES, END)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await run_to_its_end(app, pilot)
        await press(pilot, "left")
        assert "at the end: no steps were recorded" in screen_text(app)
        assert first_weight(app) == 99


async def test_without_losses_the_keys_do_nothing(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(END)]), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run_to_its_end(app, pilot)
        await press(pilot, "left", "home", "less_than_sign")
        assert cursor(app) is None


async def test_in_ascii_the_step_has_its_signs_too(tmp_path: Path) -> None:
    config = Config(glyphs="ascii")
    app = tutor_app(tmp_path, client=FakeClient([finished(*ALL)]), config=config, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await run_to_its_end(app, pilot)
        await press(pilot, "home")
        text = screen_text(app)
        assert "step 1 of 40 - loss 1.0000" in text
        assert "@" in text
        assert text.isascii() or not set(text) & set("┼→←·")
