"""How many bytes a key, a pop-up and a training cost, counted as they are sent.

The bounds are about three times what is usual, and for the list of names a tenth more than that:
they are for changes in kind, not in detail.
"""

from __future__ import annotations

import math
import random
import statistics
from array import array
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.completion.sample import sample_library
from tests.support.fake_client import Batch, FakeClient, finished
from tests.support.maps import two_classes
from tests.support.tutor_app import NARROW, lesson_screen, opened, tutor_app, workspace_of
from tests.support.two_screens import TwoScreens
from tests.support.wait import eventually
from tutor.ui.app import TutorApp
from tutor.wire.events import (
    CheckedLosses,
    CurveNamed,
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    OutputWritten,
    TrainingNoted,
)
from tutor.wire.maps import DecisionMap
from tutor.wire.models import (
    Activations,
    LayerDescription,
    ModelDescription,
    ModelsDescribed,
)
from tutor.wire.values import TensorValue

Size = tuple[int, int]
TALL = (160, 45)

sizes = pytest.mark.parametrize("size", [NARROW, TALL], ids=["80x24", "160x45"])


@pytest.fixture
def screens(size: Size, monkeypatch: pytest.MonkeyPatch) -> TwoScreens:
    made = TwoScreens(*size)
    made.watch(monkeypatch)
    return made


async def costs(pilot: Pilot[None], screens: TwoScreens, *keys: str) -> list[int]:
    """Bytes that each of the keys sends."""
    found = []
    for key in keys:
        screens.forget_bytes()
        await pilot.press(key)
        await pilot.pause()
        found.append(screens.changed.bytes)
    return found


async def go_to_code(app: TutorApp, pilot: Pilot[None]) -> None:
    workspace_of(app).goto("code")
    await eventually(lambda: workspace_of(app).layout_state.pane == "code", "the editor")
    await pilot.pause()


@sizes
async def test_a_key_costs_a_few_hundred_bytes(
    screens: TwoScreens, size: Size, tmp_path: Path
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await go_to_code(app, pilot)
        letters = await costs(pilot, screens, *"loss=(y-x)**2")
        assert 0 < statistics.median(letters) <= 250
        assert max(letters) <= 1_500
        assert screens.full.bytes > 2 * screens.changed.bytes


@sizes
async def test_new_lines_and_scrolling_cost_a_kilobyte_or_two(
    screens: TwoScreens, size: Size, tmp_path: Path
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await go_to_code(app, pilot)
        entered = await costs(pilot, screens, *["x", "enter"] * 12)
        moved = await costs(pilot, screens, *["up"] * 12, "pageup", "pagedown", "enter", "pageup")
        assert statistics.median(entered) <= 500
        assert statistics.median(moved) <= 500
        assert max(entered + moved) <= 2_500


@sizes
async def test_a_popup_costs_less_than_half_of_a_repaint(
    screens: TwoScreens, size: Size, tmp_path: Path
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await pilot.pause()
        for keys in (("f1", "escape"), ("f10", "escape"), ("f6", "f6", "f6")):
            screens.forget_bytes()
            await pilot.press(*keys)
            await pilot.pause()
            assert 0 < screens.changed.bytes < screens.full.bytes / 2


@pytest.mark.parametrize("size", [NARROW], ids=["80x24"])
async def test_names_that_are_offered_and_each_key_with_them_cost_about_half_a_kilobyte(
    screens: TwoScreens, size: Size, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # that the text is saved would be told with one key or another
    monkeypatch.setattr("tutor.session.store.SAVE_AFTER_S", 600)
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await go_to_code(app, pilot)
        lesson_screen(app).tutor.help.names.library = sample_library()
        names = workspace_of(app).code.name_help

        async def sent_for(key: str) -> int:
            screens.forget_bytes()
            await pilot.press(key)
            await pilot.pause()
            await eventually(lambda: names.is_at_rest, "the end of a look")
            await pilot.pause()
            return screens.changed.bytes

        workspace_of(app).code.editor.reset_to("import torch\ny = torch")
        await pilot.press("ctrl+end")
        opening = await sent_for(".")
        assert names.is_open
        moving = [await sent_for("down") for _ in range(3)]
        writing = [await sent_for(letter) for letter in "sig"]
        assert names.is_open
        assert opening <= 650
        assert max(moving) <= 200
        assert max(writing) <= 480
        called = [await sent_for(letter) for letter in "moid("]
        await eventually(lambda: names.tip is not None, "the tip")
        assert max(called[1:]) <= 500


def _more_frames(screens: TwoScreens, before: int) -> bool:
    return len(screens.changed.frames) > before


def tells(second_tenth: int, chance: random.Random) -> Batch:
    """What a tenth of a second of a training brings; the weights leap about, as they seldom do."""
    first = 10 * second_tenth
    losses = tuple(2 * math.exp(-n / 200) + chance.random() / 10 for n in range(first, first + 10))
    values = array("d", [chance.gauss(0, 1) for _ in range(256)]).tobytes()
    weight = InventoryEntry("weight", TensorValue("float32", "float", (16, 16), values))
    printed = OutputWritten("stdout", f"epoch {second_tenth} loss {losses[-1]:.4f}\n")
    taken = (InventoryTaken((weight,)),) if second_tenth % 3 == 0 else ()
    return (LossesRecorded(first, losses), printed, *taken, heard(first + 1, chance))


def heard(step: int, chance: random.Random) -> ModelsDescribed:
    """A model of eight layers, all of whose numbers leap about."""
    layers = tuple(
        LayerDescription(
            f"model[{n}]",
            "Linear",
            (16, 16),
            272,
            calls=1,
            took=(64, 16),
            gave=(64, 16),
            activations=Activations(
                chance.gauss(0, 1), chance.random(), -2.0, 2.0, zeros=chance.random()
            ),
            gradient=chance.random(),
            update=chance.random() / 100,
        )
        for n in range(8)
    )
    model = ModelDescription("model", "Sequential", layers, 0, 2_176, called=True)
    return ModelsDescribed((model,), step)


def also_tells(second_tenth: int, chance: random.Random) -> Batch:
    """The same with two optimizers, epochs and losses that are computed without training."""
    (losses, *others), done = tells(second_tenth, chance), 10 * second_tenth + 10
    assert isinstance(losses, LossesRecorded)
    names = (CurveNamed(0, "d_loss", "Adam"), CurveNamed(1, "g_loss", "Adam"))
    checked = CheckedLosses(0, "val_loss", (done,), (chance.random(),))
    noted = TrainingNoted(names, epochs=(done,), checked=(checked,))
    seconds = done / 100
    return (LossesRecorded(losses.first, losses.losses, b"\0\1" * 5, seconds), noted, *others)


@sizes
@pytest.mark.parametrize("pane", ["output", "loss", "tensors", "model", "loss of two optimizers"])
async def test_a_training_that_is_watched_costs_at_most_25_kilobytes_a_second(
    pane: str, screens: TwoScreens, size: Size, tmp_path: Path
) -> None:
    tenths = 30
    chance = random.Random(7)
    pane, _, more = pane.partition(" ")
    batches = [(also_tells if more else tells)(n, chance) for n in range(tenths)]
    client = FakeClient([*batches, finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("f5")
        client.release()
        await eventually(
            lambda: InventoryTaken in lesson_screen(app).session.reported, "the first batch"
        )
        workspace_of(app).goto(pane)
        await pilot.pause()
        screens.forget_bytes()
        # where the tensors stand alone, only what tells of them draws anything
        at_once = 3 if pane == "tensors" and size == NARROW else 1
        for _ in range(1, tenths - at_once, at_once):
            before = len(screens.changed.frames)
            client.release(at_once)
            await eventually(partial(_more_frames, screens, before), "a frame")
        assert lesson_screen(app).session.activity is not None
        assert 0 < screens.changed.bytes <= 25_000 * tenths / 10
        assert screens.changed.bytes < screens.full.bytes


def turned(quarter: int) -> Batch:
    """What a quarter of a second brings of a border that turns and sharpens, with 200 points."""
    chance = random.Random(3)
    turn, steep = quarter / 8, 1 + quarter
    across, upright = math.cos(turn), math.sin(turn)

    def of_second(x: float, y: float) -> float:
        return 1 / (1 + math.exp(-steep * (across * x + upright * y)))

    places = [(chance.uniform(-1, 1), chance.uniform(-1, 1)) for _ in range(200)]
    points = [(x, y, int(x > 0), int(of_second(x, y) > 0.5)) for x, y in places]
    return (two_classes(of_second, points, step=quarter),)


@sizes
async def test_a_map_that_moves_costs_at_most_25_kilobytes_a_second(
    screens: TwoScreens, size: Size, tmp_path: Path
) -> None:
    quarters = 16
    client = FakeClient([*map(turned, range(quarters)), finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("f5")
        client.release()
        await eventually(lambda: DecisionMap in lesson_screen(app).session.reported, "a map")
        workspace_of(app).goto("map")
        await pilot.pause()
        screens.forget_bytes()
        for _ in range(1, quarters):
            before = len(screens.changed.frames)
            client.release()
            await eventually(partial(_more_frames, screens, before), "a frame")
        assert lesson_screen(app).session.activity is not None
        assert 0 < screens.changed.bytes <= 25_000 * quarters / 4
