"""The pane Tensors: what it shows first, what stands beside it, and the keys that it tells."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList
from textual.widgets.option_list import Option

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
from tutor.ui.app import TutorApp
from tutor.ui.key_texts import help_markdown
from tutor.ui.panes.tensors import TensorsPane
from tutor.wire.events import (
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    ParametersGiven,
    Paused,
    RunEvent,
)
from tutor.wire.values import Counts, FloatValue, Statistics, TensorValue


def entry(
    name: str, *numbers: float, gradient: tuple[float, ...] = (), trained: bool = False
) -> InventoryEntry:
    value = TensorValue("float32", "float", (1, len(numbers)), array("d", numbers).tobytes())
    slopes = array("d", gradient).tobytes()
    norm = sum(each * each for each in gradient) ** 0.5 if gradient else None
    return InventoryEntry(name, value, norm, gradient=slopes, trained=trained)


LR = InventoryEntry("lr", FloatValue(0.1))
BEFORE = entry("model.weight", 1.0, -0.5, 0.25)
AFTER = entry("model.weight", 0.5, -0.25, 0.25, gradient=(5.0, -2.5, 0.0), trained=True)
GIVEN = InventoryTaken((LR, BEFORE))
TRAINED = InventoryTaken((AFTER, LR), 1)
LOSSES = LossesRecorded(0, (1.0, 0.5, 0.25))


async def run(app: TutorApp, pilot: Pilot[None]) -> None:
    await pilot.press("f5")
    await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
    await pilot.pause()


async def focus(app: TutorApp, pilot: Pilot[None]) -> None:
    await pilot.press("escape", "6")
    await eventually(lambda: pane_of(app, TensorsPane).has_focus_within, "the focus")
    await pilot.pause()


def client_of(*events: RunEvent) -> FakeClient:
    return FakeClient([finished(*events)])


async def test_gradient_and_change_stand_beside_what_trains(tmp_path: Path) -> None:
    given = ParametersGiven((BEFORE,))
    app = tutor_app(tmp_path, client=client_of(given, GIVEN, TRAINED), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await focus(app, pilot)
        text = screen_text(app)
        assert pane_of(app, TensorsPane).chosen == "model.weight"
        for row in ("+0.500 -0.250 +0.250", "+5.000 -2.500      0", "-0.500 +0.250      0"):
            assert row in text
        assert "gradient, length 5.59" in text
        assert "change since the start" in text


async def test_of_a_large_tensor_it_shows_how_often_each_size_of_number_occurs(
    tmp_path: Path,
) -> None:
    statistics = Statistics(0.0, 1.0, -3.0, 3.0, 0, 0)
    value = TensorValue("float32", "float", (100, 100), b"", sampled=True)
    counts = Counts(10_000, bins=(*(100,) * 20, *(400,) * 20, *(0,) * 20))
    large = InventoryEntry("big", value, statistics=statistics, counts=counts)
    app = tutor_app(tmp_path, client=client_of(InventoryTaken((large,))), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await focus(app, pilot)
        text = screen_text(app)
        assert "mean +0  std 1  min -3  max +3" in text
        assert "10,000 numbers" in text
        assert "▇" * 20 in text


async def test_a_move_in_a_list_that_is_gone_by_now_chooses_nothing(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=client_of(LOSSES, TRAINED), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await run(app, pilot)
        pane = pane_of(app, TensorsPane)
        listed = pane.query_one(OptionList)
        for late in (1, 7):
            listed.post_message(OptionList.OptionHighlighted(listed, Option("gone"), late))
            await pilot.pause()
            assert pane.chosen == "model.weight"
        await pilot.press("f8")
        await eventually(lambda: "empty" in listed.classes, "the list of another step")
        listed.post_message(OptionList.OptionHighlighted(listed, Option("gone"), 0))
        await pilot.pause()
        assert "Times itself" in screen_text(app)


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE], ids=str)
async def test_its_keys_are_told_and_act_as_soon_as_it_has_the_focus(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, client=client_of(LOSSES, TRAINED), start_at="double")
    async with opened(app, size) as pilot:
        await run(app, pilot)
        await focus(app, pilot)
        text = screen_text(app)
        assert all(words in text for words in ("[ ]: another one", "m: numbers", "g: gradient"))
        assert "+0.500" in text
        await pilot.press("m")
        await pilot.pause()
        assert "+0.500 -0.250" not in screen_text(app)
        await pilot.press("m", "g", "g")
        await pilot.pause()
        assert "gradient" in screen_text(app)
        assert "+5.000 -2.500" in screen_text(app)
        assert "+0.500 -0.250" not in screen_text(app)
        await pilot.press("]")
        await pilot.pause()
        assert pane_of(app, TensorsPane).chosen == "lr"


async def test_h_shows_how_often_each_number_occurs(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=client_of(LOSSES, TRAINED), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await focus(app, pilot)
        await pilot.press("h")
        await pilot.pause()
        text = screen_text(app)
        assert "3 numbers, half of them from -0.250 to +0.500." in text
        assert "k: column by column" in text
        await pilot.press("k", "k")
        await pilot.pause()
        assert "column 1: 1 number, half" in screen_text(app)
        await pilot.press("h")
        await pilot.pause()
        assert "+0.500 -0.250 +0.250" in screen_text(app)


async def test_the_keys_of_the_curve_are_told_on_a_narrow_screen(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=client_of(LOSSES, TRAINED), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        assert "l: log scale" not in screen_text(app), "below the code there is no room"
        await pilot.press("escape", "5")
        await pilot.pause()
        assert "l: log scale" in screen_text(app)


def test_help_tells_the_keys_of_panes() -> None:
    words = help_markdown()
    assert "- **Tensors** (m): " in words
    assert "- **Tensors** (g): " in words
    assert "- **Loss** (l): " in words


async def test_what_is_not_there_has_no_key(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=client_of(InventoryTaken((LR,))), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await focus(app, pilot)
        text = screen_text(app)
        assert not any(words in text for words in ("another one", "m: numbers", "g: gradient"))


def held(*batches: tuple[RunEvent, ...]) -> FakeClient:
    return FakeClient([*batches, finished()], held=True)


async def _until_paused(app: TutorApp, pilot: Pilot[None], number: int) -> None:
    def waits() -> bool:
        place = lesson_screen(app).session.paused
        return place is not None and place.number == number

    await eventually(waits, "the pause")
    await pilot.pause()
    await pilot.pause()


async def test_on_a_narrow_screen_tensors_stand_under_the_code_while_it_is_paused(
    tmp_path: Path,
) -> None:
    before_step = InventoryTaken((entry("w", 1.0, 2.0, gradient=(4.0, 8.0), trained=True),), 0)
    after_step = InventoryTaken((entry("w", 0.5, 1.0, gradient=(4.0, 8.0), trained=True),), 1)
    client = held(
        (before_step, Paused(1, "step", 1, 1)), (after_step, Paused(2, "zero_grad", 2, 1))
    )
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "full_stop")
        client.release()
        await _until_paused(app, pilot, 1)
        assert workspace_of(app).layout_state.pane == "code"
        assert pane_of(app, TensorsPane).display
        assert not workspace_of(app).shows("output")
        text = screen_text(app)
        assert "► paused before step()" in text
        assert "gradient, length 8.944" in text
        await pilot.press("escape", "full_stop")
        client.release()
        await _until_paused(app, pilot, 2)
        await eventually(lambda: "change since the start" in screen_text(app), "the change")
        assert "-0.500 -1.000" in screen_text(app)
        await eventually(lambda: "step() has just run" in screen_text(app), "what has changed it")
        await pilot.press("escape", "enter")
        client.release()
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
        await pilot.pause()
        assert workspace_of(app).shows("output")
        assert not pane_of(app, TensorsPane).display


async def test_the_status_line_tells_how_a_training_is_paused_and_stepped(tmp_path: Path) -> None:
    client = held((LOSSES,))
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("f5")
        assert "Esc, Enter pauses" not in screen_text(app)
        client.release()
        await eventually(lambda: "Esc, Enter pauses" in screen_text(app), "the key")
        client.release()
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
        await eventually(lambda: "Esc, .: phase by phase" in screen_text(app), "the other key")
