"""How each pane comes into each of its states, on a small course of its own."""

from __future__ import annotations

import math
from array import array
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace
from textual.pilot import Pilot

from tests.support.fake_client import Batch, FakeClient, finished, raised
from tests.support.lessons import DRAWN, LAB
from tests.support.maps import curve, sectors, two_classes
from tests.support.surfaces import surface, zigzag
from tests.support.tutor_app import STEPS, lesson_screen, tutor_app, workspace_of, write_course
from tests.support.wait import eventually
from tutor.config import Config
from tutor.grading.experiments import STOPS, Experiment, ExperimentResult
from tutor.grading.question_values import Asked
from tutor.grading.verdict import CheckResult, Verdict
from tutor.session.events import Event, ExperimentEnded, ExperimentShown, FieldsSet, VerdictReached
from tutor.session.run_events import ActivityRequested
from tutor.session.state import Activity
from tutor.terminal_facts import GlyphSetName
from tutor.ui.app import TutorApp
from tutor.wire.events import (
    ErrorFacts,
    Evaluation,
    Executed,
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    Observation,
    OutputWritten,
    PadShown,
    PlotsDrawn,
    RunEnded,
    WorkerPhase,
)
from tutor.wire.graphs import GraphDescribed, GraphRow
from tutor.wire.models import (
    Activations,
    LayerDescription,
    ModelDescription,
    ModelsDescribed,
)
from tutor.wire.pads import question_about
from tutor.wire.plotted import Axes, PlotFigure, Series
from tutor.wire.values import FloatValue, TensorValue

NUMBER = """
id = "number"
kind = "quiz"
mode = "number"
title = "How many?"
section = "1.25"
text = "How many are two and two?"
answer = "4"
"""
TRUE_FALSE = """
id = "true-false"
kind = "quiz"
mode = "true-false"
title = "True or false?"
section = "1.26"
text = "Say of each whether it is true."

[[option]]
text = "A network turns numbers into numbers."
correct = true
why = "Numbers go in, and numbers come out."

[[option]]
text = "A network needs a hidden layer."
why = "One layer is enough to be called a network."
"""
GUESS = """
id = "guess"
kind = "predict"
mode = "one"
title = "Which of them changes?"
section = "1.27"
text = "What is in `x` after the program?"
given = "x = 2"
program = "y = x / 2"
scaffold = "x = x / 2"
hints = ["Look left of the sign."]
after = "A name keeps its number."

[[option]]
text = "Two."
when = "x == given.x"
why = "It goes into y."

[[option]]
text = "One."
when = "x == given.x / 2"
why = "That is in y."

[[show]]
value = "x"
label = "now in x"
"""
FORMULA = '''
id = "formula"
kind = "read"
title = "Formulas"
section = "1.28"
text = """
A score z becomes a probability between 0 and 1:

> σ(z) = 1 / (1 + e⁻ᶻ)

The loss of n examples, with ŷᵢ ≈ yᵢ where the model is right:

> L = (1/n) · Σᵢ (ŷᵢ − yᵢ)² ≥ 0

| z | σ(z) | ∂σ/∂z |
|---|---|---|
| −2 | 0.1192 | 0.1050 |
| 0 | 0.5 | 0.25 |
"""
'''
COURSE = {**STEPS, "25-number": NUMBER, "26-true-false": TRUE_FALSE, "27-guess": GUESS}

_ERROR = ErrorFacts(
    "NameError", "name 'z' is not defined", line=1, source_line="y = z", nearest=("x",)
)
_PRINTED = OutputWritten(
    "stdout", "".join(f"epoch {n}  loss {2.5 / (n + 1):.4f}\n" for n in range(9))
)
_LOSSES = tuple(2.0 * math.exp(-n / 30) + 0.1 * (n % 3) for n in range(100))
_WEIGHT = array("d", [(n - 20) / 10 for n in range(40)] + [math.nan] * 8)
_LEFT = InventoryTaken(
    (
        InventoryEntry("model.weight", TensorValue("float32", "float", (8, 6), _WEIGHT.tobytes())),
        InventoryEntry("lr", FloatValue(0.1)),
    )
)
_TRAINED = finished(
    _PRINTED, OutputWritten("stderr", "a warning\n"), LossesRecorded(0, _LOSSES), _LEFT
)
_PLOTS = (
    PlotFigure(
        1,
        axes=(
            Axes(
                "Losses",
                "epoch",
                "loss",
                (0, 30),
                (0, 2),
                series=(
                    Series("line", tuple(range(30)), _LOSSES[:60:2], "train", count=30),
                    Series("points", (5, 15, 25), (1.6, 1.2, 0.8), "val", count=3),
                ),
            ),
        ),
    ),
    PlotFigure(
        2,
        axes=(
            Axes(
                x_range=(-0.5, 2.5),
                y_range=(0, 10),
                series=(Series("bars", (0, 1, 2), (3, 9, 5), names=("a", "b", "c"), count=3),),
            ),
        ),
    ),
)
_FLOOD = finished(OutputWritten("stdout", "".join(f"line {n}\n" for n in range(6_000))))
_BEGUN: Batch = (_PRINTED, LossesRecorded(0, _LOSSES[:40]), _LEFT)

_BORDER = two_classes(
    lambda x, y: 1 / (1 + math.exp(-8 * (y - x * x + 0.2))),
    [(n / 7 - 1, (n % 5) / 3 - 0.7, int(n % 5 > 2), int((n % 5) / 3 > 0.7)) for n in range(15)],
    step=100,
)
_SECTORS = sectors(4, [(n / 7 - 1, (n % 5) / 3 - 0.6, n % 4, n % 3) for n in range(15)])
_CURVE = curve(
    lambda x: math.sin(3 * x), [(n / 8 - 1, math.sin(3 * (n / 8 - 1)), 255, 255) for n in range(17)]
)
_MAPPED = (LossesRecorded(0, _LOSSES), _BORDER)
_LAYERS = (
    LayerDescription(
        "model[0]",
        "Linear",
        (8, 6),
        56,
        calls=1,
        took=(32, 6),
        gave=(32, 8),
        gradient=0.31,
        update=0.0012,
        activations=Activations(0.02, 0.55, -1.9, 2.1, bins=(1, 3, 9, 4) * 6),
    ),
    LayerDescription(
        "model[1]",
        "ReLU",
        calls=1,
        took=(32, 8),
        gave=(32, 8),
        activations=Activations(0.23, 0.31, 0, 2.1, 0, 0.47, 0.0, bins=(9, 3, 2, 1) * 6),
    ),
    LayerDescription(
        "model[2]",
        "Linear",
        (1, 8),
        9,
        calls=1,
        took=(32, 8),
        gave=(32, 1),
        gradient=0.12,
        update=0.0031,
        activations=Activations(-0.4, 0.2, -0.9, 0.1, bins=(2, 5, 1, 1) * 6),
    ),
)
_MODEL = ModelDescription("model", "Sequential", _LAYERS, 0, 65, called=True)
_HEARD = finished(LossesRecorded(0, _LOSSES), ModelsDescribed((_MODEL,), 100))
_STOPPED = replace(
    _MODEL,
    failed=True,
    layers=(*_LAYERS[:2], replace(_LAYERS[2], weight=(1, 5), gave=None, failed=True)),
)
_FAILED = raised(_ERROR, ModelsDescribed((_STOPPED,)))

NINE = "0017430000488900004529200038892000021730002007300173064000279910"
_DRAWN = finished(PadShown(NINE))
_GRAPH = finished(
    GraphDescribed(
        "loss",
        0.4387,
        (
            GraphRow(0, "MseLoss"),
            GraphRow(0, "Addmm"),
            GraphRow(1, "model[1].bias", (1,), -0.21),
            GraphRow(0, "Relu"),
            GraphRow(0, "Addmm"),
            GraphRow(1, "model[0].bias", (16,)),
            GraphRow(0, "T"),
            GraphRow(0, "model[0].weight", (16, 8), 1.25),
        ),
        unreached=("scale",),
    )
)
_SURFACE = finished(surface(zigzag("swings"), zigzag("falls", swing=0.2)))
_SHARES = Evaluation("value", "[0.0, 0.0, 0.01, 0.07, 0.0, 0.0, 0.0, 0.01, 0.22, 0.69]")

_CHECKS = (CheckResult("y", passed=False), CheckResult("y is a number", passed=True))
_WRONG = Verdict(
    "reject",
    slug="wrong-value",
    message="`y` is 9, but twice 3 is 6. Look at the sign between the two numbers.",
    evidence=("your y: 9", "expected: 6"),
    checks=_CHECKS,
    line=1,
)
_RIGHT = Verdict("accept", checks=tuple(CheckResult(c.name, passed=True) for c in _CHECKS))
_NOTED = Verdict(
    "accept-with-note",
    slug="builtin-name",
    message="It is right. `sum` is a name of Python's own; another one would be safer.",
    checks=_RIGHT.checks,
)
_UNTOUCHED = Verdict(
    "not-attempted", slug="scaffold", message="The gap `...` is still there. Put your code in it."
)
_FAULT = Verdict(
    "tutor-fault",
    slug="tutor-fault",
    message="The tutor could not judge this answer. It is not counted; your code is kept.",
    evidence=("ValueError: two shapes",),
)

_SQUARED = Experiment(
    "y = x ** 2", Asked("`y`", "y"), ("`1.5000`", "`9`", STOPS), "`6`", "You got {y}."
)
_SQUARE = ExperimentResult("`9`", "You got 9: that is `x` times itself. Twice means `2 * x`.")
_SHOWN = (
    VerdictReached(_RIGHT),
    FieldsSet({"experiments": (_SQUARED, _SQUARED)}),
    ExperimentShown(0),
)
_RAN = (ActivityRequested(Activity(1, "experiment")), ExperimentEnded(1, 0, 0, _SQUARE))


def _ended(outcome: str, detail: str = "") -> Batch:
    executed = Executed(outcome) if outcome in ("stopped", "memory") else None  # type: ignore[arg-type]
    return (_PRINTED, RunEnded(Observation(outcome, executed, milliseconds=5_000.0, detail=detail)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class State:
    """What leads to a state. Keys after `batches` of a held run were let through."""

    step: str = "double"
    pane: str = ""
    """Gone to at the end, after all keys; empty to stay."""
    keys: tuple[str, ...] = ()
    scripts: tuple[tuple[Batch, ...], ...] = ()
    batches: int | None = None
    """For a run that is looked at while it goes on: how many batches of it have come."""
    phase: WorkerPhase = "ready"
    fails: str = ""
    """The worker fails with this reason."""
    tell: tuple[Event, ...] = ()
    glyphs: GlyphSetName = "unicode"


def _code(pane: str, *keys: str, **others: object) -> State:
    return State("double", pane, keys, **others)  # type: ignore[arg-type]


def _verdict(verdict: Verdict) -> State:
    return State("double", "verdict", tell=(VerdictReached(verdict),))


def _output(*batches: Batch) -> State:
    return State("double", "output", ("f5",), (batches,))


STATES: dict[str, State] = {
    "lesson": State("read-me"),
    "lesson of code": State("double", "lesson"),
    "lesson done": State("double", "lesson", tell=(VerdictReached(_RIGHT),)),
    "code": _code("code"),
    "code raised": State("double", "code", ("f5",), ((raised(_ERROR),),)),
    "verdict empty": _code("verdict"),
    "verdict busy": State("double", "verdict", ("f4",), ((finished(),),), batches=0),
    "verdict queued": State("double", "verdict", ("f4",), phase="starting", batches=0),
    "verdict right": _verdict(_RIGHT),
    "verdict with a note": _verdict(_NOTED),
    "verdict wrong": _verdict(_WRONG),
    "verdict untouched": _verdict(_UNTOUCHED),
    "verdict fault": _verdict(_FAULT),
    "output empty": _code("output"),
    "output queued": State("double", "output", ("f5",), phase="starting", batches=0),
    "output busy": State("double", "output", ("f5",), ((_BEGUN, finished()),), batches=1),
    "output finished": _output(_TRAINED),
    "output raised": _output(raised(_ERROR, _PRINTED)),
    "output flood": _output(_FLOOD),
    "output stopped": _output(_ended("stopped")),
    "output too long": _output(_ended("timeout")),
    "output too large": _output(_ended("memory")),
    "output lost": _output(_ended("lost", "The worker ended.")),
    "output without a worker": _code("output", fails="There is no PyTorch."),
    "loss empty": _code("loss"),
    "loss live": State("double", "loss", ("f5",), ((_BEGUN, finished()),), batches=1),
    "loss": State("double", "loss", ("f5",), ((_TRAINED,),)),
    "loss none": State("double", "loss", ("f5",), ((finished(_PRINTED),),)),
    "tensors empty": _code("tensors"),
    "tensors live": State("double", "tensors", ("f5",), ((_BEGUN, finished()),), batches=1),
    "tensors": State("double", "tensors", ("f5",), ((_TRAINED,),)),
    "plot": State("double", "plot", ("f5",), ((finished(PlotsDrawn(_PLOTS)),),)),
    "map live": State("double", "map", ("f5",), ((_MAPPED, finished()),), batches=1),
    "map": State("double", "map", ("f5",), ((finished(*_MAPPED),),)),
    "map of classes": State("double", "map", ("f5",), ((finished(_SECTORS),),)),
    "map of a curve": State("double", "map", ("f5",), ((finished(_CURVE),),)),
    "model empty": _code("model"),
    "model": State("double", "model", ("f5",), ((_HEARD,),)),
    "model failed": State("double", "model", ("f5",), ((_FAILED,),)),
    "hints empty": _code("hints"),
    "hints one": State("double", "hints", ("f2",)),
    "hints all": State("double", "hints", ("f2", "f2")),
    "quiz": State("ask-me", "quiz"),
    "quiz wrong": State("ask-me", "", ("escape", "2", "2", "f4")),
    "quiz right": State("ask-me", "", ("escape", "2", "1", "f4")),
    "quiz number": State("number", "quiz"),
    "quiz number wrong": State("number", "", ("escape", "2", "5", "enter")),
    "quiz true-false": State("true-false", "", ("escape", "2", "t", "down", "t", "f4")),
    "guess": State("guess", "predict"),
    "pad": State("double", "pad", ("f5",), ((_DRAWN,),)),
    "graph": State("double", "graph", ("f5",), ((_GRAPH,),)),
    "surface": State("double", "surface", ("f5",), ((_SURFACE,),)),
    "ascii surface": State("double", "surface", ("f5",), ((_SURFACE,),), glyphs="ascii"),
    "ascii pad": State("double", "pad", ("f5",), ((_DRAWN,),), glyphs="ascii"),
    "lab with a pad": State("ink", "", ("escape", "2", "f5"), ((_DRAWN,),)),
    "lab asked": State("widen", "lab"),
    "lab": State("widen", "lab", ("f5",), ((finished(*_MAPPED),),)),
    "wrong program": State("double", "guess", tell=_SHOWN),
    "wrong program ran": State("double", "guess", tell=(*_SHOWN, *_RAN)),
    "hints of a done step": State("double", "hints", tell=(VerdictReached(_RIGHT),)),
    "help": _code("", "f1"),
    "outline": _code("", "escape", "o"),
    "letters": _code("", "escape"),
    "solution asked for": _code("", "escape", "l"),
    "words": _code("", "escape", "w"),
    "report": _code("", "escape", "!"),
    "zoomed": _code("", "escape", "2", "f7"),
    "start": State(""),
    "ascii lab": State("widen", "lab", ("f5",), ((finished(*_MAPPED),),), glyphs="ascii"),
    "ascii formula": State("formula", glyphs="ascii"),
    "ascii loss": State("double", "loss", ("f5",), ((_TRAINED,),), glyphs="ascii"),
    "ascii heat map": State(
        "double", "", ("f5", "escape", "6", "m"), ((_TRAINED,),), glyphs="ascii"
    ),
    "ascii map": State("double", "map", ("f5",), ((finished(*_MAPPED),),), glyphs="ascii"),
}
"""By name. A code step's are those of the panes that stand beside code."""


def app_in(folder: Path, state: State) -> tuple[TutorApp, FakeClient]:
    """The app that will come into the state."""
    others = {
        "formula": {"28-formula": FORMULA},
        "widen": {"29-widen": LAB},
        "ink": {"29-ink": DRAWN},
    }
    more = others.get(state.step, {})
    write_course(folder / "lessons", COURSE | more)
    draft = folder / "data" / "drafts" / "basics" / "double.py"
    draft.parent.mkdir(parents=True)
    draft.write_text("y = x * x\n")
    client = FakeClient(*state.scripts, phase=state.phase, held=state.batches is not None)
    client.evaluations[question_about(NINE)] = _SHARES
    config = Config(motion="reduced", glyphs=state.glyphs)
    return tutor_app(folder, client=client, config=config, start_at=state.step or None), client


async def lead(pilot: Pilot[None], client: FakeClient, state: State) -> None:
    """Brings the app into the state."""
    app = pilot.app
    assert isinstance(app, TutorApp)
    screen = lesson_screen(app)
    await eventually(lambda: screen.session.is_whole and _is_whole(app), "the step")
    await pilot.pause()
    await pilot.press(*state.keys)
    await pilot.pause()
    if state.batches is None:
        await eventually(lambda: screen.session.activity is None, "the end")
    else:
        client.release(state.batches)
    if state.fails:
        client.become("failed", state.fails)
    for event in state.tell:
        screen.tutor.dispatch(event)
    await pilot.pause()
    if state.pane:
        number = workspace_of(app).layout_state.names.index(state.pane) + 1
        await pilot.press("escape", str(number))
    await eventually(lambda: not screen.session.unsaved, "all saved")
    await pilot.pause()


def _is_whole(app: TutorApp) -> bool:
    screen = lesson_screen(app)
    return screen.is_open and screen.workspace is not None and screen.workspace.is_whole


Look = Callable[[TutorApp], Awaitable[None]]
