"""The row at the foot of the charts: it moves every pane, by keys, by the mouse and by itself."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
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
from tests.support.two_screens import TwoScreens
from tests.support.wait import eventually
from tutor.config import Config
from tutor.session.state import Cursor
from tutor.ui.app import TutorApp
from tutor.ui.panes.loss import LossPane
from tutor.ui.panes.scrubber import ScrubberRow
from tutor.ui.screens.find_step import FindStepScreen
from tutor.wire.events import InventoryEntry, InventoryTaken, LossesRecorded, RunEvent, StepRecorded
from tutor.wire.values import TensorValue

COUNT = 40
WIDE = (200, 50)


def weight(*numbers: float) -> InventoryEntry:
    """One that has a momentum, as in a recorded step."""
    value = TensorValue("float32", "float", (len(numbers),), array("d", numbers).tobytes())
    gradient, velocity = (array(code, numbers).tobytes() for code in "df")
    return InventoryEntry(
        "w", value, gradient=gradient, trained=True, state_names=("speed",), states=velocity
    )


def recorded(*numbers: float) -> tuple[RunEvent, ...]:
    """A run of 40 steps with such a weight, each fourth of which is recorded."""
    steps = (
        StepRecorded(n, (weight(*(n + each for each in numbers)),)) for n in range(0, COUNT, 4)
    )
    end = InventoryTaken((weight(*(99 + each for each in numbers)),), COUNT)
    return (LossesRecorded(0, tuple(1 / (n + 1) for n in range(COUNT))), *steps, end)


async def look_back(app: TutorApp, pilot: Pilot[None], pane: str = "5") -> None:
    await pilot.press("f5")
    await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
    await pilot.press("escape", pane)
    await eventually(lambda: workspace_of(app).layout_state.pane in ("loss", "tensors"), "the pane")
    await pilot.pause()


def row(app: TutorApp) -> str:
    return app.screen_stack[0].query_one(ScrubberRow).shown_content.plain


def cursor(app: TutorApp) -> Cursor | None:
    return lesson_screen(app).session.cursor


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE])
async def test_one_row_stands_below_the_charts_once_a_run_has_steps(
    size: tuple[int, int], tmp_path: Path
) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*recorded(0, 1))]), start_at="double")
    async with opened(app, size) as pilot:
        await eventually(lambda: workspace_of(app).scrubber is not None, "all panes")
        assert not app.screen.query_one(ScrubberRow).display
        await look_back(app, pilot)
        assert app.screen.query_one(ScrubberRow).region.height == 1
        assert screen_text(app).count("40 steps  ") == 1
        await pilot.press("left")
        await pilot.pause()
        assert "step 39 of 40" in row(app) or "39/40" in row(app)
        assert "Esc: end" in row(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "●│ 40 steps" in row(app)


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_esc_and_a_digit_show_the_step_in_another_pane(
    size: tuple[int, int], tmp_path: Path
) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*recorded(0, 1))]), start_at="double")
    async with opened(app, size) as pilot:
        await look_back(app, pilot)
        await pilot.press("left", "left", "escape", "6")
        await eventually(lambda: workspace_of(app).layout_state.pane == "tensors", "the tensors")
        assert cursor(app) == Cursor(COUNT - 2)
        await pilot.press("escape", "end", "5")
        await eventually(lambda: workspace_of(app).layout_state.pane == "loss", "the losses")
        assert cursor(app) is None, "another key came between"


async def test_the_mouse_moves_all_panes_and_holds_the_knob(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*recorded(0, 1))]), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await look_back(app, pilot)
        scrubber = app.screen.query_one(ScrubberRow)
        await pilot.mouse_down(scrubber, offset=(2, 0))
        await pilot.pause()
        assert cursor(app) == Cursor(1)
        assert "at step 1" in screen_text(app)
        await pilot.hover(scrubber, offset=(12, 0))
        await pilot.pause()
        held = cursor(app)
        assert held is not None
        assert held.step > 1
        await pilot.mouse_up(scrubber, offset=(12, 0))
        await pilot.hover(scrubber, offset=(4, 0))
        await pilot.pause()
        assert cursor(app) == held
        await pilot.click(scrubber, offset=(row(app).index("│", 1), 0))
        await pilot.pause()
        assert cursor(app) is None
        await pilot.click(scrubber, offset=(row(app).rindex("play"), 0))
        assert cursor(app) is None


async def test_a_run_plays_to_its_end_and_a_move_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # so slow that even a busy machine presses the keys before the end
    monkeypatch.setattr("tutor.ui.screens.replay.FRAME_S", 5.0)
    app = tutor_app(tmp_path, client=FakeClient([finished(*recorded(0, 1))]), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await look_back(app, pilot)
        replayer = lesson_screen(app).look_back.replayer
        await pilot.press("space")
        await eventually(lambda: "playing" in row(app), "the play in the row")
        await pilot.press("l")
        assert replayer.is_running
        await pilot.press("space")
        await eventually(lambda: not replayer.is_running, "a stop")
        stopped = cursor(app)
        assert stopped is not None
        assert not stopped.playing
        await pilot.press("space", "left")
        await eventually(lambda: not replayer.is_running, "a stop by a move")
        assert (found := cursor(app)) is not None
        assert not found.playing
        await pilot.press("end", "left", "space")
        await eventually(lambda: not replayer.is_running, "the end of the play")
        assert cursor(app) is None


async def test_a_prompt_goes_to_a_step_or_says_why_there_is_none(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*recorded(0, 1))]), start_at="double")
    async with opened(app, NARROW) as pilot:
        await look_back(app, pilot)
        await pilot.press("j", *"< 0.01", "enter")
        await pilot.pause()
        assert "No step has a loss below 0.01: the lowest is 0.0250, at step 40." in screen_text(
            app
        )
        assert isinstance(app.screen, FindStepScreen)
        await pilot.press(*["backspace"] * 2, "2", "enter")
        await pilot.pause()
        assert cursor(app) == Cursor(6)
        assert pane_of(app, LossPane).has_focus_within
        await pilot.press("j", "escape")
        await pilot.pause()
        assert cursor(app) == Cursor(6)


async def test_a_step_is_compared_with_the_end(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*recorded(0, 1))]), start_at="double")
    async with opened(app, NARROW) as pilot:
        await look_back(app, pilot)
        await pilot.press("home", "d")
        told = "loss 1.0000 · at the end 0.0250, -0.975"
        await eventually(lambda: told in screen_text(app), "the difference")
        await pilot.press("escape", "escape", "6")
        await pilot.pause()
        await pilot.press("less_than_sign")
        await pilot.pause()
        text = screen_text(app)
        for title in ("values", "change to the end", "gradient", "speed"):
            assert title in text
        assert "71" in text


async def test_of_a_single_number_gradient_momentum_and_difference_are_words(
    tmp_path: Path,
) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*recorded(0))]), start_at="double")
    async with opened(app, NARROW) as pilot:
        await look_back(app, pilot, "6")
        await pilot.press("less_than_sign", "d")
        difference = "28 then, 99 at the end: +71"
        await eventually(lambda: difference in screen_text(app), "the difference")
        assert "gradient +28  speed +28" in screen_text(app)


async def test_two_runs_are_compared_in_the_row_and_below_the_losses(tmp_path: Path) -> None:
    quick = LossesRecorded(0, tuple(1 / (2 * n + 1) for n in range(COUNT)))
    client = FakeClient([finished(*recorded(0, 1))], [finished(quick)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await look_back(app, pilot)
        await pilot.press("f5")
        told = "40 steps · below 0.05 at step 11, last run at 21  ← →: step back, on"
        await eventually(lambda: told in row(app), "the comparison")
        await pilot.press("f7")
        sentence = "This run is first below 0.05 at step 11, the last one (dotted) at step 21."
        await eventually(lambda: sentence in screen_text(app), "the sentence")
        await pilot.press("left")
        await eventually(lambda: "last run 0.0256" in screen_text(app), "the last run's loss")


async def test_in_ascii_the_row_is_ascii(tmp_path: Path) -> None:
    client = FakeClient([finished(*recorded(0, 1))])
    app = tutor_app(tmp_path, client=client, config=Config(glyphs="ascii"), start_at="double")
    async with opened(app, NARROW) as pilot:
        await look_back(app, pilot)
        await pilot.press("left")
        await pilot.pause()
        assert row(app).isascii()
        assert "step 39 of 40 - tensors of 37" in row(app)


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_playing_costs_a_few_hundred_bytes_a_frame(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screens = TwoScreens(*size)
    screens.watch(monkeypatch)
    numbers = [float(n % 7) for n in range(64)]
    app = tutor_app(tmp_path, client=FakeClient([finished(*recorded(*numbers))]), start_at="double")
    async with opened(app, size) as pilot:
        await look_back(app, pilot)
        screens.forget_bytes()
        frames = len(screens.changed.frames)
        await pilot.press("space")
        await eventually(
            lambda: not lesson_screen(app).look_back.replayer.is_running, "the end of the play"
        )
        await pilot.pause()
        shown = len(screens.changed.frames) - frames
        assert shown > 1
        # at most ten of them a second
        assert screens.changed.bytes <= 2_500 * max(shown, COUNT)
