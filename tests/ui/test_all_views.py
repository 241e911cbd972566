"""Each view says in a sentence what to look at, with colours, without, and in ASCII, in 80x24."""

from __future__ import annotations

import math
from array import array
from pathlib import Path
from typing import NamedTuple

import pytest
from textual.pilot import Pilot

from tests.support.cells import cells_of, colourless_cells
from tests.support.fake_client import Batch, FakeClient, finished
from tests.support.maps import two_classes
from tests.support.surfaces import surface, zigzag
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tests.ui.test_layout import assert_nothing_is_covered
from tutor.config import Config
from tutor.first_screen.layout import CHARTS
from tutor.progress.own_files import open_program
from tutor.terminal_facts import GlyphSetName
from tutor.ui.app import TutorApp
from tutor.ui.views import VIEWS
from tutor.wire.events import (
    FiguresKept,
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    OutputWritten,
    PadShown,
    PlotsDrawn,
    RunEvent,
)
from tutor.wire.graphs import GraphDescribed, GraphRow
from tutor.wire.models import (
    Activations,
    Confusion,
    LayerDescription,
    ModelDescription,
    ModelsDescribed,
    SamplePicture,
)
from tutor.wire.plotted import Axes, Image, PlotFigure, Series
from tutor.wire.values import TensorValue

POINTS = [(0.5, 0.5, 1, 1), (-0.5, -0.5, 0, 0), (0.6, -0.5, 0, 1)]


def losses(sign: int) -> LossesRecorded:
    return LossesRecorded(0, tuple(2 + (2 + sign) * math.exp(-n / 30) for n in range(100)))


def tensors(sign: int) -> InventoryTaken:
    values = array("d", [sign * (n - 8) for n in range(16)]).tobytes()
    value = TensorValue("float32", "float", (4, 4), values)
    return InventoryTaken((InventoryEntry("weight", value, trained=True),))


def decisions(sign: int) -> RunEvent:
    return two_classes(lambda x, y: 1 / (1 + math.exp(-sign * 9 * (x + y))), POINTS)


def models(sign: int) -> ModelsDescribed:
    bins = tuple(range(24))[::sign]
    gave = Activations(0.5, 0.25 + 0.1 * sign, 0.0, 1.0, bins=bins)
    layer = LayerDescription(
        "model[0]", "Linear", (2, 64), 130, 0, False, 1, (9, 64), (9, 2), gave, 0.125, 0.04
    )
    model = ModelDescription("model", "Sequential", (layer,), 0, 130, called=True)
    pixels = bytes(range(0, 256, 4))[::sign]
    counts = (3, 4, 1, 1)[::sign]
    samples = (SamplePicture(pixels, 0, 1), SamplePicture(pixels[::-1], 1, 1))
    return ModelsDescribed((model,), 5, Confusion(2, counts, samples))


def plots(sign: int) -> PlotsDrawn:
    line = Series("line", (0, 1, 2), (0, 1, 2)[::sign], "fall", count=3)
    image = Image(2, 2, (0.0, 0.3, 0.6, 1.0)[::sign])
    fields = Axes("Lines", "epoch", "loss", series=(line,)), Axes("Image", image=image)
    return PlotsDrawn((PlotFigure(1, axes=fields),))


def pad(sign: int) -> PadShown:
    return PadShown(("0" * 56 + "99999999")[::sign])


def graph(sign: int) -> GraphDescribed:
    rows = GraphRow(0, "Mean"), GraphRow(0, "Mul"), GraphRow(1, "w", (2,), 0.25 * sign)
    return GraphDescribed("loss", 1.5, rows, unreached=("u",))


def trail(sign: int) -> RunEvent:
    return surface(zigzag(swing=1.2 * sign))


class Shown(NamedTuple):
    """What a pane shows after some keys, and what it says of it."""

    pane: str
    keys: tuple[str, ...]
    says: str
    says_without_colours: str = ""
    says_again: str = ""
    """What it says of a second run, if that is compared with the first."""


COMPARED = "This run is first below 5 at step 1, the last one (dotted) at step 2."
TREND = "It still falls at the end: train longer."
SHOWN = (
    Shown("output", (), "finished in"),
    Shown("loss", (), TREND, says_again=COMPARED),
    Shown("loss", ("l",), TREND, says_again=COMPARED),
    Shown(
        "map",
        (),
        "Light: the model is undecided. Inverse: points that it gets wrong.",
        "Empty: o. Filled: x. Half-way: undecided. Inverse: points that it gets wrong.",
    ),
    Shown("tensors", (), "mean"),
    Shown("tensors", ("h",), "16 numbers, half of them from"),
    Shown("model", (), "Largest relative update: model[0]"),
    Shown("model", ("h",), "how often"),
    Shown("model", ("c",), "Most often"),
    Shown("model", ("i",), "Wrong ones first"),
    Shown("plot", (), "Line fall: 3 points"),
    Shown("plot", ("left_square_bracket",), "An image of 2 × 2, least 0, greatest 1."),
    Shown("pad", (), "Arrows and Space or the mouse: draw"),
    Shown("graph", (), "walks through 2 operations to 1 leaf. It does not reach u."),
    Shown(
        "surface",
        (),
        "Dark: low loss. Lowest seen: 0.2791 at slope 0.958, bias -0.931.",
        "Dots: contours. Lowest seen: 0.2791",
        says_again="a: the run before, b: this run.",
    ),
)
WITHOUT = {
    "output": ("Nothing has run yet.", "It printed nothing."),
    "loss": ("A run that calls an optimizer's step() draws them here.", "so there is no curve."),
    "tensors": ("Nothing to show yet.", "left no tensors, layers or numbers"),
    "model": ("After a run the layers of the model are listed here", "no shapes to show"),
    "plot": ("What a program draws with matplotlib", "drew no plot"),
}
"""What a view says before a run, and after one that had nothing for it."""

BACK = {"left_square_bracket": "right_square_bracket"}
"""Keys that undo what others do; all others undo themselves."""

MODES: dict[str, tuple[bool, GlyphSetName]] = {
    "colours": (True, "unicode"),
    "no colours": (False, "unicode"),
    "ASCII": (True, "ascii"),
    "ASCII without colours": (False, "ascii"),
}


def own_app(folder: Path, glyphs: GlyphSetName, *runs: list[Batch]) -> TutorApp:
    path = folder / "train.py"
    path.write_text("x = 1\n")
    own = open_program(folder / "data", path)
    return tutor_app(folder, client=FakeClient(*runs), own=own, config=Config(glyphs=glyphs))


def told(sign: int) -> Batch:
    printed = OutputWritten("stdout", f"printed {sign}\n")
    views = losses, tensors, decisions, models, plots, pad, graph, trail
    events = [view(sign) for view in views]
    return finished(printed, *events, FiguresKept(()))


async def run(app: TutorApp, pilot: Pilot[None]) -> None:
    before = lesson_screen(app).session.last_run
    await pilot.press("f5")
    await eventually(
        lambda: (
            lesson_screen(app).session.last_run > before
            and lesson_screen(app).session.activity is None
        ),
        "the end",
    )
    await pilot.pause()


async def go_to(app: TutorApp, pilot: Pilot[None], pane: str) -> str:
    """Go to the pane, and return what stands on the screen, lines joined."""
    workspace_of(app).goto(pane)
    await eventually(lambda: workspace_of(app).layout_state.pane == pane, f"the pane {pane}")
    await pilot.pause()
    return words_on(app)


def words_on(app: TutorApp) -> str:
    """Return what stands on the screen, lines joined."""
    return " ".join(screen_text(app).split())


@pytest.fixture
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name = str(request.param)
    if not MODES[name][0]:
        monkeypatch.setenv("NO_COLOR", "1")
    return name


@pytest.mark.timeout(240)
@pytest.mark.parametrize("mode", MODES, indirect=True)
async def test_a_view_says_what_to_look_at_and_shows_it(tmp_path: Path, mode: str) -> None:
    coloured, glyphs = MODES[mode]
    app = own_app(tmp_path, glyphs, [told(1)], [told(-1)])
    async with opened(app, NARROW) as pilot:
        looks = []
        for again in (False, True):
            await run(app, pilot)
            looks.append([await _look(app, pilot, shown, mode, again=again) for shown in SHOWN])
        if not coloured:
            alike = [
                SHOWN[n] for n, (one, two) in enumerate(zip(*looks, strict=True)) if one == two
            ]
            assert alike == [], "what differs is to be seen without colours"


async def _look(
    app: TutorApp, pilot: Pilot[None], shown: Shown, mode: str, *, again: bool
) -> object:
    """Check what the view says, in what form, and return its cells without their colours."""
    coloured, glyphs = MODES[mode]
    await go_to(app, pilot, shown.pane)
    await pilot.press(*shown.keys)
    says = shown.says if coloured else shown.says_without_colours or shown.says
    says = shown.says_again if again and shown.says_again else says
    says = says.replace("×", "x") if glyphs == "ascii" else says
    await eventually(lambda: says in words_on(app), f"“{says}” in {words_on(app)}")
    await pilot.pause()
    text = words_on(app)
    assert glyphs == "unicode" or text.isascii(), shown
    assert coloured or not any(cell.foreground for cell in cells_of(app)), shown
    assert_nothing_is_covered(app)
    cells = colourless_cells(app)
    await pilot.press(*(BACK.get(key, key) for key in reversed(shown.keys)))
    return cells


@pytest.mark.parametrize("pane", WITHOUT)
async def test_a_view_without_data_says_what_would_fill_it(tmp_path: Path, pane: str) -> None:
    before, after = WITHOUT[pane]
    app = own_app(tmp_path, "unicode", [finished()])
    async with opened(app, NARROW) as pilot:
        assert before in await go_to(app, pilot, pane)
        await run(app, pilot)
        assert after in await go_to(app, pilot, pane)


@pytest.mark.parametrize("pane", ["loss", "map"])
async def test_beside_the_code_the_sentence_is_whole_too(tmp_path: Path, pane: str) -> None:
    app = own_app(tmp_path, "unicode", [told(1)], [told(-1)])
    async with opened(app, MEDIUM) as pilot:
        await run(app, pilot)
        await run(app, pilot)
        await go_to(app, pilot, pane)
        shown = next(shown for shown in SHOWN if shown.pane == pane)
        says = shown.says_again or shown.says
        await eventually(lambda: says in words_in(app, pane), f"“{says}” in {words_in(app, pane)}")
        assert_nothing_is_covered(app)


def words_in(app: TutorApp, pane: str) -> str:
    """Return what stands in the pane, lines joined."""
    region = app.screen.query_one(f"#{pane}").content_region
    rows = screen_text(app).splitlines()[region.y : region.bottom]
    return " ".join(" ".join(row[region.x : region.right].split()) for row in rows)


def test_each_view_is_looked_at() -> None:
    names = {view.name for view in VIEWS}
    assert names == {"output", *CHARTS}
    assert {shown.pane for shown in SHOWN} == names
    assert {*WITHOUT} == names - {"map", "pad", "graph", "surface"}, (
        "they have no pane before a run has data for it"
    )
