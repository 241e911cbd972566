"""The events of runs and of the worker: plain data for client, session and grading.

`Up` to `Evaluated` come from the learner process over the channel of its run. `OutputWritten`,
`ResourcesUsed` and `RunEnded` are made by the client, which alone sees the pipes, the warden and
the clock.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from tutor.wire.commands import Limits
from tutor.wire.maps import DecisionMap, FittedCurve, NoMap
from tutor.wire.models import AnswersCounted, ModelsDescribed
from tutor.wire.plotted import Figures, KeptFigures
from tutor.wire.values import Counts, Few, Many, Statistics, Value

Outcome = Literal[
    "finished",
    "raised",
    "timeout",
    "memory",
    "output",
    "processes",
    "exited",
    "crashed",
    "stopped",
    "lost",
]
"""How a run ended. `lost` means that the worker itself died: the tutor's fault, never counted."""


Line: TypeAlias = Annotated[str, Meta(max_length=1_000)]
Message: TypeAlias = Annotated[str, Meta(max_length=4_000)]
"""Texts on which patterns are tried. The worker cuts them shorter than this. A frame with a longer
one is forged, and is refused: matching it could keep the app busy for minutes."""


class Operand(Struct, frozen=True):
    """A tensor, array or module in the failing line, under the name used there."""

    name: str
    type_name: str
    shape: Many[int] = ()
    dtype: str = ""
    device: str = "cpu"
    """Where its numbers lie, as torch writes it: `cuda:0`."""


class Frame(Struct, frozen=True):
    """One line of a traceback; `text` is the source line, empty if it is not known.

    `file` is the base name, with its folder in front where another file has the name of one of the
    program's.
    """

    file: Line
    line: int
    function: Line
    text: Line = ""


class LayerShapes(Struct, frozen=True):
    """One layer of a model that was called, with the shapes of its input and output.

    `took` and `gave` are None where no tensor passed, `gave` also for the layer that failed.
    """

    name: str
    """The layer as the learner would write it, such as `model[0]`."""
    type_name: str
    weight: Many[int] = ()
    took: Many[int] | None = None
    gave: Many[int] | None = None
    failed: bool = False


class ErrorFacts(Struct, frozen=True):
    """The facts of an exception; the words for the learner are made in `tutor.grading`."""

    type_name: Line
    message: Message
    line: int | None = None
    """The last line of exercise.py in the traceback; for a SyntaxError the line it names."""
    column: int | None = None
    source_line: Line = ""
    frames: Few[Frame] = ()
    operands: Few[Operand] = ()
    layers: Few[LayerShapes] = ()
    """If a layer of a model failed: those called before it, in order, and that one."""
    nearest: Few[str] = ()
    """Known names close to one that was not found: a name, an attribute, an argument."""
    from_given: bool = False
    """Whether it was raised before the learner's part began, by fault of the lesson."""
    raised_in: Line = ""
    """The module whose Python raised it, such as `torch.cuda`; `before.py` or `given.py` for locked
    code; empty for a line of exercise.py, or what is written in C and was called there."""


class WarningFacts(Struct, frozen=True):
    """A Python warning, and the learner's line that caused it, if any."""

    category: Line
    message: Message
    line: int | None = None


class Bound(Struct, frozen=True):
    """A name that the learner's part bound at the top level, with its value at the end."""

    name: str
    value: Value


HowBoundAgain: TypeAlias = Literal["rebound", "remade", "replaced"]
"""How the object that a given's name is bound to differs from the given: in value or settings
(`rebound`); in the last digits, or in the parameters of the same layers (`remade`); in nothing that
can be compared, as another function does (`replaced`)."""


class GivenChange(Struct, frozen=True):
    """A given that was `changed` in place, or whose name was `deleted` or bound again."""

    name: str
    how: HowBoundAgain | Literal["changed", "deleted"]

    @property
    def is_other(self) -> bool:
        """Whether the name stands for something else now, or for what may be something else."""
        return self.how in ("rebound", "replaced", "deleted")


class LineShape(Struct, frozen=True):
    """The shape of what a line of exercise.py bound, as it was at that line."""

    line: int
    name: Line
    """The target as it is written; empty if it is the only one of its line."""
    first: Many[int]
    """The shape that the line bound first."""
    last: Many[int] | None
    """The one that it bound last; None if others came that were not followed to their end."""


class Answer(Struct, frozen=True):
    """The value of an expression; it is `Missing` where `error` is set."""

    value: Value
    shown: Line = ""
    """The value as it is shown to the learner, in at most 80 characters."""
    error: ErrorFacts | None = None


class Up(Struct, frozen=True, tag="up"):
    """The process is ready for its command."""


class LossesRecorded(Struct, frozen=True, tag="losses"):
    """Losses of consecutive optimizer steps, the first of which has the number `first` (from 0)."""

    first: int
    losses: Many[float]
    curves: bytes = b""
    """The number of the curve that each loss belongs to; empty if all belong to curve 0."""
    seconds: float = 0.0
    """How long the program had run when the event was made, pauses not counted; 0: not known."""


class CurveNamed(Struct, frozen=True):
    """The name of a curve of losses: one for each optimizer, and one for updates by hand."""

    curve: int
    name: Line
    """The learner's own name of the loss or the optimizer; empty if it has none."""
    optimizer: Line = ""
    """The class of the optimizer; empty for updates by hand."""


class RateChanged(Struct, frozen=True):
    """The learning rate of a curve's optimizer, from its step after these steps on."""

    curve: int
    steps: int
    """Losses that were recorded before, of all curves."""
    rate: float


class CheckedLosses(Struct, frozen=True):
    """Losses that were computed without training: under `no_grad`, or in evaluation mode."""

    series: int
    """A number for each place of the program that computes such losses."""
    name: Line
    """The learner's own name of it; empty if it has none."""
    steps: Many[int]
    """Losses of the training that were recorded before each of these."""
    losses: Many[float]


BreakReason = Literal[
    "",
    "data",
    "log of 0",
    "log of a negative number",
    "division by 0",
    "overflow of exp",
    "root of a negative number",
    "rate",
    "weights",
]
"""Why a loss is no number any more; empty where it is not known. `rate`: the losses grew before, so
that the learning rate is too large; `weights`: an update broke them, for a reason not known."""


class LossBroken(Struct, frozen=True):
    """The first loss that is nan or infinite, and what had such an element first."""

    step: int
    """Counted from 1."""
    loss: float
    line: int | None = None
    """The line of exercise.py that began the backward pass."""
    name: Line = ""
    """The first tensor with such an element; empty if it has no name."""
    name_line: int | None = None
    """The line that bound that name."""
    reason: BreakReason = ""
    rate: float = 0.0
    """The learning rate at that step; 0 if there is none."""


class NumbersKept(Struct, frozen=True):
    """A list of numbers that the program has kept: perhaps its losses."""

    name: Line
    numbers: Many[float]
    is_likely: bool = False
    """Whether its name is one that losses have."""


class TrainingNoted(Struct, frozen=True, tag="noted"):
    """What is new of a training beside its losses; each is told once."""

    curves: Few[CurveNamed] = ()
    rates: Many[RateChanged] = ()
    epochs: Many[int] = ()
    """Losses that were recorded before each further epoch."""
    checked: Few[CheckedLosses] = ()
    broken: LossBroken | None = None
    kept: Few[NumbersKept] = ()
    """Lists of numbers at the end of a run that recorded no loss."""


class InventoryEntry(Struct, frozen=True, omit_defaults=True):
    """One tensor, module, array or number of the namespace, or a tensor that is trained."""

    name: str
    """The entry as the learner would write it, such as `loss` or `model[0].weight`."""
    value: Value
    gradient_norm: float | None = None
    statistics: Statistics | None = None
    counts: Counts | None = None
    """How often each size of number occurs, where not all of them are sent."""
    gradient: bytes = b""
    """The elements of `.grad` as float64, as many as those of the value; empty if they are not
    known, or too many."""
    trained: bool = False
    """Whether an optimizer steps it, or without one, whether a backward has reached it."""
    last_seen: int = 0
    """The step at which it was as told here, where it is not known what it is now; else 0."""
    state_names: Annotated[tuple[Line, ...], Meta(max_length=4)] = ()
    """The names in its optimizer's `state` of what that keeps for it, such as `exp_avg`; only in a
    recorded step, as far as there was room."""
    states: bytes = b""
    """The elements of one after the other as float32, of each as many as it has itself."""
    optimizer_steps: float = 0.0
    """The steps that its optimizer has counted for it; 0 if it counts none."""


class InventoryTaken(Struct, frozen=True, tag="inventory"):
    """The namespace as it is now; each inventory replaces the one before.

    What is trained comes first, wherever the program has made it.
    """

    entries: Few[InventoryEntry]
    step: int = 0
    """Number of steps of the training that have been made."""


class ParametersGiven(Struct, frozen=True, tag="given"):
    """The parameters that the given code has made, as the learner's part found them."""

    entries: Few[InventoryEntry]


EARLY_STEPS = 32
"""Of so many first steps of a model that is kept whole the tensors are recorded and kept, and the
maps, also on a slow machine: there the border of two classes bends most."""


class StepRecorded(Struct, frozen=True, tag="step-recorded"):
    """The parameters of a training after its step number `step` (from 0).

    Steps come in order, none twice; of a long training, not each is recorded.
    """

    step: int
    entries: Few[InventoryEntry]


class StartRecorded(Struct, frozen=True, tag="start"):
    """The parameters of a training before its first step, told at the end of the run."""

    entries: Few[InventoryEntry]


Phase = Literal["zero_grad", "forward", "loss", "backward", "step", "none"]
"""The phases of a step of training, in the usual order; `none` is outside of all of them."""


class Paused(Struct, frozen=True, tag="paused"):
    """The program waits before `phase`, as the `Hold` or `StepPhase` of that number asked."""

    number: int
    phase: Phase = "none"
    step: int = 0
    """The step of the training, from 1; 0 if it is not known."""
    line: int | None = None
    """The line of exercise.py where it stands; None if it is not known."""


class ResourcesUsed(Struct, frozen=True, tag="used"):
    """What the program used in about the last second, as its warden has seen it."""

    memory_mb: int
    cpu_percent: int
    """Percent of one core: above 100 if the program keeps several busy."""


class PlotsDrawn(Struct, frozen=True, tag="plots"):
    """All figures that the program has shown, as they are now; each event replaces the last."""

    figures: Figures


class FiguresKept(Struct, frozen=True, tag="figures-kept"):
    """The figures at the end of the program, for pictures of them; some may be missing."""

    figures: KeptFigures


class LibraryLoading(Struct, frozen=True, tag="library-loading"):
    """The program waits for a library that is imported, or for a graphics card that is made ready.

    It is not charged for that time.
    """


class LibraryLoaded(Struct, frozen=True, tag="library-loaded"):
    """The wait has ended."""


class Executed(Struct, frozen=True, tag="executed"):
    """The program has come to its end, with what it bound, changed, warned of and raised."""

    outcome: Literal["finished", "raised", "exited", "memory", "processes", "stopped"]
    error: ErrorFacts | None = None
    bound: Few[Bound] = ()
    given_changes: Few[GivenChange] = ()
    warnings: Few[WarningFacts] = ()
    replaced: Few[str] = ()
    """Functions of torch, numpy or builtins that the program has replaced."""
    milliseconds: float = 0.0
    shapes: Few[LineShape] = ()
    """What its lines bound, in the order of the program, if `Execute.shapes` asked for it."""


class Answered(Struct, frozen=True, tag="answered"):
    """The answer to question number `index`."""

    index: int
    answer: Answer


class BatchObserved(Struct, frozen=True, tag="batch"):
    """Program number `index` of an `ObserveAll` has run, and its questions were answered."""

    index: int
    executed: Executed
    answers: Many[Answer]
    output: str = ""


class Done(Struct, frozen=True, tag="done"):
    """Nothing more will come from this process, unless it is kept and asked by `Evaluate`."""


MAX_SHOWN = 8_000
"""Characters of a value, and of what was printed, that are sent of an evaluation."""

Shown: TypeAlias = Annotated[str, Meta(max_length=MAX_SHOWN)]

EvaluationOutcome = Literal[
    "value",
    "raised",
    "statement",
    "not-run",
    "timeout",
    "memory",
    "processes",
    "ended",
    "busy",
    "on-card",
    "gone",
]
"""`statement`: it is Python, but no expression. `not-run`: the program is no Python. `ended`: its
process has ended. `busy`: the expression before it is not done. `on-card`: a program that was given
a graphics card is not kept. `gone`: nothing is left of the program, or was ever kept."""

StatementKind = Literal["none", "assignment", "import", "other"]


class Evaluation(Struct, frozen=True):
    """What came of an expression that was evaluated on what a program had left."""

    outcome: EvaluationOutcome
    shown: Shown = ""
    """The value as Python shows it; empty if it is None and something was printed."""
    printed: Shown = ""
    """What was printed meanwhile."""
    is_cut: bool = False
    """Whether one of these texts is only the beginning."""
    error: ErrorFacts | None = None
    statement: StatementKind = "none"
    detail: Line = ""
    """For `ended`: the signal or the exit status by which the process ended."""
    is_last: bool = False
    """Whether what the program had left is gone, and can be asked no more."""


class Evaluated(Struct, frozen=True, tag="evaluated"):
    """The answer to the `Evaluate` of that number."""

    number: int
    evaluation: Evaluation


FromLearner: TypeAlias = (
    Up
    | LossesRecorded
    | TrainingNoted
    | InventoryTaken
    | ParametersGiven
    | StepRecorded
    | StartRecorded
    | DecisionMap
    | FittedCurve
    | NoMap
    | ModelsDescribed
    | AnswersCounted
    | Paused
    | PlotsDrawn
    | FiguresKept
    | LibraryLoading
    | LibraryLoaded
    | Executed
    | Answered
    | BatchObserved
    | Done
    | Evaluated
)


class Observation(Struct, frozen=True):
    """All that is known of a run when it is over; this is what grading judges."""

    outcome: Outcome
    executed: Executed | None = None
    answers: tuple[Answer, ...] = ()
    """One for each question; fewer if the process ended before all were answered."""
    output: str = ""
    """Start and end of what it printed, control codes removed."""
    error_output: str = ""
    line: int | None = None
    """The line of exercise.py where it stood when it was ended from outside; None if unknown."""
    detail: str = ""
    """For `crashed` and `exited`: the signal's name or the exit status; for `lost`: what died."""
    milliseconds: float = 0.0
    """Duration of the run, without the time in which it was paused."""
    steps: int = 0
    """Number of steps of the training, as far as they were reported while it ran."""
    limits: Limits | None = None
    """The limits of the run; None if they are not known."""
    gpu: bool = False
    """Whether it was given a graphics card, which it need not have used."""
    views: tuple[str, ...] = ()
    """Names of the views that it had something for, if its command was live."""


class OutputWritten(Struct, frozen=True, tag="output"):
    """Text the program wrote, decoded, control codes removed."""

    stream: Literal["stdout", "stderr"]
    text: str


class RunEnded(Struct, frozen=True, tag="run-ended"):
    """The run is over; this is its last event, and comes exactly once."""

    observation: Observation


RunEvent: TypeAlias = (
    OutputWritten
    | LossesRecorded
    | TrainingNoted
    | InventoryTaken
    | ParametersGiven
    | StepRecorded
    | StartRecorded
    | DecisionMap
    | FittedCurve
    | NoMap
    | ModelsDescribed
    | AnswersCounted
    | Paused
    | PlotsDrawn
    | FiguresKept
    | ResourcesUsed
    | Executed
    | RunEnded
)


WorkerPhase = Literal[
    "absent",
    "waiting",
    "starting",
    "ready",
    "asleep",
    "restarting",
    "failed",
    "unreachable",
    "closed",
]
"""`waiting`: for the other machine on which it is to run. `asleep`: it was ended because nothing
was asked of it; the next run or key starts it again. `unreachable`: the other machine was given
back, lost or not to be had; it is asked for again when the learner asks for a run."""


class WorkerStateChanged(Struct, frozen=True, tag="worker"):
    """The worker is in another phase; unless it is `ready`, `reason` tells the learner why."""

    phase: WorkerPhase
    reason: str = ""
    torch_version: str = ""
