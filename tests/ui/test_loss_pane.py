"""The pane Loss: several curves, what is said of them, and numbers that the program offers."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.observations import packed
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    lesson_screen,
    opened,
    pane_of,
    screen_text,
    tutor_app,
)
from tests.support.wait import eventually
from tutor.config import Config
from tutor.session.state import Cursor
from tutor.ui.app import TutorApp
from tutor.ui.panes.loss import LossPane
from tutor.wire.events import (
    CheckedLosses,
    CurveNamed,
    InventoryEntry,
    InventoryTaken,
    LossBroken,
    LossesRecorded,
    NumbersKept,
    OutputWritten,
    RunEvent,
    TrainingNoted,
)
from tutor.wire.values import TensorValue

COUNT = 30
GAN: tuple[RunEvent, ...] = (
    LossesRecorded(0, tuple(1 + n / 100 for n in range(2 * COUNT)), bytes([0, 1] * COUNT)),
    TrainingNoted(curves=(CurveNamed(0, "d_loss", "Adam"), CurveNamed(1, "g_loss", "SGD"))),
)
WEIGHT = InventoryEntry("w", TensorValue("float32", "float", (2,), packed((0.5, -1.0))))
KEPT = NumbersKept("losses", (3.0, 2.0, 1.0, 0.5), is_likely=True)


async def look_at_losses(app: TutorApp, pilot: Pilot[None]) -> None:
    """Run to the end, and go to the pane, which then has the whole screen."""
    await pilot.press("f5")
    await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
    await pilot.press("escape", "5", "f7")
    await eventually(lambda: pane_of(app, LossPane).has_focus_within, "the focus")
    await pilot.pause()


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_two_optimizers_have_two_curves_with_their_names(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*GAN)]), start_at="double")
    async with opened(app, size) as pilot:
        await look_at_losses(app, pilot)
        assert f"d_loss, {COUNT} steps: 1.0000 to 1.5800" in screen_text(app)
        await eventually(
            lambda: "Line: d_loss. Dashes: g_loss." in screen_text(app), "what the lines are"
        )
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert f"g_loss, {COUNT} steps: 1.0100 to 1.5900" in screen_text(app)
        assert "[ ]: another curve" in screen_text(app)


@pytest.mark.parametrize(("columns", "is_told"), [(100, False), (200, True)])
async def test_the_line_is_told_to_be_smoothed_where_all_of_that_fits(
    tmp_path: Path, columns: int, is_told: bool
) -> None:
    losses = LossesRecorded(0, tuple(1 / n + 0.1 * (n % 2) for n in range(1, 301)))
    app = tutor_app(
        tmp_path,
        client=FakeClient([finished(losses, InventoryTaken((WEIGHT,)))]),
        start_at="double",
    )
    async with opened(app, (columns, 40)) as pilot:
        await pilot.press("f5")
        await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
        await eventually(lambda: "300 steps: 1.1000 to 0.003333" in screen_text(app), "the losses")
        assert ("line: smoothed" in screen_text(app)) is is_told
        assert "line: smoothed" in screen_text(app) or "line:" not in screen_text(app)


async def test_a_key_moves_by_a_step_of_the_curve_that_is_looked_at(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(*GAN)]), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await look_at_losses(app, pilot)
        for at, words in ((57, "step 29 of 30"), (55, "step 28 of 30")):
            await pilot.press("left")
            await pilot.pause()
            assert lesson_screen(app).session.cursor == Cursor(at)
            assert words in screen_text(app)
        await pilot.press("right", "right", "right")
        await pilot.pause()
        assert lesson_screen(app).session.cursor is None


async def test_numbers_that_the_program_kept_are_drawn_when_asked_for(tmp_path: Path) -> None:
    printed = OutputWritten("stdout", "".join(f"cost {n / 7}\n" for n in range(6)))
    ended = finished(printed, TrainingNoted(kept=(KEPT,)))
    app = tutor_app(tmp_path, client=FakeClient([ended]), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await look_at_losses(app, pilot)
        assert "The program has `losses`, 4 numbers: n draws them." in screen_text(app)
        assert "┤" not in screen_text(app)
        await pilot.press("n")
        await pilot.pause()
        assert "losses: 4 numbers of the program's own" in screen_text(app)
        assert "●" in screen_text(app)
        await pilot.press("n")
        await pilot.pause()
        assert "cost: 6 numbers of the program's own" in screen_text(app)


@pytest.mark.parametrize("config", [Config(), Config(glyphs="ascii")], ids=["unicode", "ascii"])
async def test_a_loss_that_broke_is_told_on_sight(tmp_path: Path, config: Config) -> None:
    losses = LossesRecorded(0, (1.0, 9.0, 80.0, *[math.nan] * 5))
    broken = LossBroken(4, math.nan, 9, "z", 7, "rate", 0.5)
    events = (losses, TrainingNoted(broken=broken))
    client = FakeClient([finished(*events)])
    app = tutor_app(tmp_path, client=client, start_at="double", config=config)
    async with opened(app, NARROW) as pilot:
        await look_at_losses(app, pilot)
        text = " ".join(screen_text(app).split())
        assert "The loss is nan from step 4 on, line 9. First in `z`, line 7." in text
        assert "It grew from 1.0000 before: the learning rate 0.5 is too large." in text


async def test_a_validation_loss_stands_apart(tmp_path: Path) -> None:
    losses = LossesRecorded(0, tuple(2 - n / 20 for n in range(COUNT)))
    checks = CheckedLosses(0, "val_loss", (10, 20, 30), (1.9, 1.2, 1.6))
    events = (losses, TrainingNoted(epochs=(0, 10, 20), checked=(checks,)))
    app = tutor_app(tmp_path, client=FakeClient([finished(*events)]), start_at="double")
    async with opened(app, NARROW) as pilot:
        await look_at_losses(app, pilot)
        text = screen_text(app)
        assert "30 steps: 2.0000 to 0.5500 · ◆ val_loss 1.6000 · epoch 3" in text
        assert "◆ val_loss was lowest at step 20, 1.2000, and rises since." in text
        assert text.count("◆") == 2 + 3
        assert text.count("┴") == 2
