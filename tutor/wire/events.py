"""The events of runs and of the worker: plain data for client, session and grading.

`Up` to `Evaluated` come from the learner process over the channel of its run. The client makes
`OutputWritten`, `ResourcesUsed` and `RunEnded`: it alone sees the pipes, the warden and the clock.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from tutor.wire.commands import Limits
from tutor.wire.graphs import GraphDescribed
from tutor.wire.maps import DecisionMap, FittedCurve, NoMap, SurfaceDrawn
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
"""The end of a run. `lost` means that the worker itself died: the tutor's fault, never counted."""


Line: TypeAlias = Annotated[str, Meta(max_length=1_000)]
Message: TypeAlias = Annotated[str, Meta(max_length=4_000)]
"""Text that is matched against patterns. The worker cuts it shorter than this. A frame with a
longer one is forged, and is refused: matching it could keep the app busy for minutes."""


class Operand(Struct, frozen=True):
    """A tensor, array or module in the failing line, under the name used there."""

    name: str
    type_name: str
    shape: Many[int] = ()
    dtype: str = ""
    device: str = "cpu"
    """Device of its numbers, as torch writes it: `cuda:0`."""


class Frame(Struct, frozen=True):
    """One line of a traceback; `text` is the source line, empty if it is not known.

    `file` is the base name, preceded by its folder if another file has the name of one of the
    program's.
    """

    file: Line
    line: int
    function: Line
    text: Line = ""


class LayerShapes(Struct, frozen=True):
    """One layer of a model that was called, with the shapes of its input and output.

    `took` and `gave` are None if no tensor passed, `gave` also for the layer that failed.
    """

    name: str
    """The layer as the learner would write it, such as `model[0]`."""
    type_name: str
    weight: Many[int] = ()
    took: Many[int] | None = None
    gave: Many[int] | None = None
    failed: bool = False


class ErrorFacts(Struct, frozen=True):
    """The facts of an exception; `tutor.grading` makes the message for the learner."""

    type_name: Line
    message: Message
    line: int | None = None
    """The last line of exercise.py in the traceback; for a SyntaxError the line it names."""
    column: int | None = None
    source_line: Line = ""
    frames: Few[Frame] = ()
    operands: Few[Operand] = ()
    layers: Few[LayerShapes] = ()
    """If a layer of a model failed: the layers called before it, in order, and that one."""
    nearest: Few[str] = ()
    """Known names close to a missing name, attribute or argument."""
    from_given: bool = False
    """True if it was raised before the learner's part began, by fault of the lesson."""
    raised_in: Line = ""
    """Module whose Python raised it, such as `torch.cuda`; `before.py` or `given.py` for locked
    code; empty for a line of exercise.py, or C code called there."""


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
"""Difference of the object now bound to a given's name from the given: in value or settings
(`rebound`); in the last digits, or in the parameters of the same layers (`remade`); in nothing that
can be compared, as for another function (`replaced`)."""


class GivenChange(Struct, frozen=True):
    """A given that was `changed` in place, or whose name was `deleted` or bound again."""

    name: str
    how: HowBoundAgain | Literal["changed", "deleted"]

    @property
    def is_other(self) -> bool:
        """Return True if the name has, or may have, another value now."""
        return self.how in ("rebound", "replaced", "deleted")


class LineShape(Struct, frozen=True):
    """The shape of what a line of exercise.py bound, as it was at that line."""

    line: int
    name: Line
    """Target as written; empty if it is the only one in its line."""
    first: Many[int]
    """Shape that the line bound first."""
    last: Many[int] | None
    """Shape that it bound last; None if later ones were not followed to the end."""


class Answer(Struct, frozen=True):
    """The value of an expression; it is `Missing` if `error` is set."""

    value: Value
    shown: Line = ""
    """Value as shown to the learner, in at most 80 characters."""
    error: ErrorFacts | None = None


class Up(Struct, frozen=True, tag="up"):
    """The process is ready for its command."""


class LossesRecorded(Struct, frozen=True, tag="losses"):
    """Losses of consecutive optimizer steps, the first of which has the number `first` (from 0)."""

    first: int
    losses: Many[float]
    curves: bytes = b""
    """Number of the curve of each loss; empty if all belong to curve 0."""
    seconds: float = 0.0
    """Running time of the program at the event, without pauses; 0: not known."""


class CurveNamed(Struct, frozen=True):
    """The name of a curve of losses: one for each optimizer, and one for updates by hand."""

    curve: int
    name: Line
    """The learner's own name of the loss or the optimizer; empty if there is none."""
    optimizer: Line = ""
    """Class of the optimizer; empty for updates by hand."""


class RateChanged(Struct, frozen=True):
    """The learning rate of a curve's optimizer, from its step after these steps on."""

    curve: int
    steps: int
    """Number of losses recorded before, of all curves."""
    rate: float


class CheckedLosses(Struct, frozen=True):
    """Losses that were computed without training: under `no_grad`, or in evaluation mode."""

    series: int
    """Number that identifies the place of the program that computes these losses."""
    name: Line
    """The learner's own name of it; empty if there is none."""
    steps: Many[int]
    """For each of these losses, the number of training losses recorded before."""
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
"""Why a loss became nan or infinite; empty if unknown. `rate`: the losses grew before, so the
learning rate is too large; `weights`: an update broke the weights, for an unknown reason."""


class LossBroken(Struct, frozen=True):
    """The first loss that is nan or infinite, and the first tensor with such an element."""

    step: int
    """Counted from 1."""
    loss: float
    line: int | None = None
    """Line of exercise.py that began the backward pass."""
    name: Line = ""
    """First tensor with such an element; empty if it has no name."""
    name_line: int | None = None
    """Line that bound that name."""
    reason: BreakReason = ""
    rate: float = 0.0
    """Learning rate at that step; 0 if there is none."""


class NameBound(Struct, frozen=True):
    """A name of the program that the app has bound to another number during the training."""

    name: Line
    number: float
    steps: int
    """Training steps before the first one with that number."""


class NumbersKept(Struct, frozen=True):
    """A list of numbers that the program left: perhaps its losses."""

    name: Line
    numbers: Many[float]
    is_likely: bool = False
    """True if its name is typical of losses."""


class TrainingNoted(Struct, frozen=True, tag="noted"):
    """News of a training besides its losses; each is reported once."""

    curves: Few[CurveNamed] = ()
    rates: Many[RateChanged] = ()
    epochs: Many[int] = ()
    """Number of losses recorded before each further epoch."""
    checked: Few[CheckedLosses] = ()
    broken: LossBroken | None = None
    kept: Few[NumbersKept] = ()
    """Lists of numbers at the end of a run that recorded no loss."""
    bound: Few[NameBound] = ()


class InventoryEntry(Struct, frozen=True, omit_defaults=True):
    """One tensor, module, array or number of the namespace, or a trained tensor."""

    name: str
    """Code of the entry as the learner would write it, such as `loss` or `model[0].weight`."""
    value: Value
    gradient_norm: float | None = None
    statistics: Statistics | None = None
    counts: Counts | None = None
    """Histogram of its numbers, if not all of them are sent."""
    gradient: bytes = b""
    """Elements of `.grad` as float64, one for each of the value's; empty if unknown or too many."""
    trained: bool = False
    """True if an optimizer steps it, or, without one, if a backward pass has reached it."""
    last_seen: int = 0
    """Training step of the value shown here, if the present one is not known; else 0."""
    state_names: Annotated[tuple[Line, ...], Meta(max_length=4)] = ()
    """Names in its optimizer's `state` of stored tensors, such as `exp_avg`; only in a recorded
    training step, as far as there was room."""
    states: bytes = b""
    """Elements of these tensors, one after the other, as float32; each has as many as the entry."""
    optimizer_steps: float = 0.0
    """Steps that its optimizer has counted for it; 0 if it counts none."""


class InventoryTaken(Struct, frozen=True, tag="inventory"):
    """The namespace as it is now; each inventory replaces the one before.

    Trained tensors come first, wherever the program has made them.
    """

    entries: Few[InventoryEntry]
    step: int = 0
    """Number of training steps made so far."""


class ParametersGiven(Struct, frozen=True, tag="given"):
    """The parameters that the given code made, as the learner's part found them."""

    entries: Few[InventoryEntry]


EARLY_STEPS = 32
"""Number of first training steps whose tensors and maps are always recorded and kept, if the model
is kept whole, also on a slow machine: the border of two classes bends most there."""


class StepRecorded(Struct, frozen=True, tag="step-recorded"):
    """The parameters of a training after its step number `step` (from 0).

    Steps come in order, none twice; of a long training, not each is recorded.
    """

    step: int
    entries: Few[InventoryEntry]


class StartRecorded(Struct, frozen=True, tag="start"):
    """The parameters of a training before its first step, sent at the end of the run."""

    entries: Few[InventoryEntry]


Phase = Literal["zero_grad", "forward", "loss", "backward", "step", "none"]
"""The phases of a training step, in the usual order; `none` is outside of all of them."""


class Paused(Struct, frozen=True, tag="paused"):
    """The program waits before `phase`, as the `Hold` or `StepPhase` with this number asked."""

    number: int
    phase: Phase = "none"
    step: int = 0
    """Training step, from 1; 0 if it is not known."""
    line: int | None = None
    """Current line of exercise.py; None if it is not known."""


class ResourcesUsed(Struct, frozen=True, tag="used"):
    """Resources that the program used in about the last second, measured by its warden."""

    memory_mb: int
    cpu_percent: int
    """Percent of one core: above 100 if the program keeps several busy."""


class PlotsDrawn(Struct, frozen=True, tag="plots"):
    """All figures that the program has shown, as they are now; each event replaces the last."""

    figures: Figures


Drawing: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]{64}\Z")]
"""An image of 8 x 8 shades, row by row, from 0 for an empty cell to 9 for the darkest."""


class PadShown(Struct, frozen=True, tag="pad"):
    """The program has called `show_pad`, and can be asked about drawings from now on."""

    start: Drawing
    """The image that it was called with; empty cells without one."""


class FiguresKept(Struct, frozen=True, tag="figures-kept"):
    """The figures at the end of the program, for pictures of them; some may be missing."""

    figures: KeptFigures


class LibraryLoading(Struct, frozen=True, tag="library-loading"):
    """The program waits for the import of a library, or for the initialisation of a graphics card.

    It is not charged for that time.
    """


class LibraryLoaded(Struct, frozen=True, tag="library-loaded"):
    """The wait has ended."""


class WrittenFile(Struct, frozen=True):
    """A file that a program has written into the folder of its run."""

    path: str
    size: int
    """In bytes."""


class Executed(Struct, frozen=True, tag="executed"):
    """The program has ended, with its bindings, changes, warnings and error."""

    outcome: Literal["finished", "raised", "exited", "memory", "processes", "stopped"]
    error: ErrorFacts | None = None
    bound: Few[Bound] = ()
    given_changes: Few[GivenChange] = ()
    warnings: Few[WarningFacts] = ()
    replaced: Few[str] = ()
    """Functions of torch, numpy or builtins that the program has replaced."""
    milliseconds: float = 0.0
    shapes: Few[LineShape] = ()
    """Shapes that its lines bound, in order, if `Execute.shapes` asked for them."""
    written: Few[WrittenFile] = ()
    """Files in its folder that are new or changed, by path, if `Execute.live` was set."""


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
    """The last message of this process, unless it is kept and gets an `Evaluate`."""


MAX_SHOWN = 8_000
"""Maximum characters of a value, and of printed text, sent for an evaluation."""

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
process has ended. `busy`: the previous expression is not done. `on-card`: a program with a graphics
card is not kept. `gone`: nothing of the program was kept, or it is lost."""

StatementKind = Literal["none", "assignment", "import", "other"]


class Evaluation(Struct, frozen=True):
    """The result of an expression evaluated in the namespace of an ended program."""

    outcome: EvaluationOutcome
    shown: Shown = ""
    """The value as Python shows it; empty if it is None and something was printed."""
    printed: Shown = ""
    """Output of the evaluation."""
    is_cut: bool = False
    """True if one of these texts is only the beginning."""
    error: ErrorFacts | None = None
    statement: StatementKind = "none"
    detail: Line = ""
    """For `ended`: signal or exit status of the process."""
    is_last: bool = False
    """True if the program's values are gone, so that no further evaluation is possible."""


class Evaluated(Struct, frozen=True, tag="evaluated"):
    """The answer to the `Evaluate` with this number."""

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
    | GraphDescribed
    | SurfaceDrawn
    | Paused
    | PlotsDrawn
    | FiguresKept
    | PadShown
    | LibraryLoading
    | LibraryLoaded
    | Executed
    | Answered
    | BatchObserved
    | Done
    | Evaluated
)


WROTE_TO_PIPE = "The program wrote to the tutor's own pipe"
"""Beginning of the detail of a `crashed` run that damaged the messages about it."""


class Observation(Struct, frozen=True):
    """All that is known of a run when it is over; this is what grading judges."""

    outcome: Outcome
    executed: Executed | None = None
    answers: tuple[Answer, ...] = ()
    """One for each question; fewer if the process ended before all were answered."""
    output: str = ""
    """Start and end of its output, control codes removed."""
    error_output: str = ""
    line: int | None = None
    """Line of exercise.py at which it was ended from outside; None if unknown."""
    detail: str = ""
    """For `crashed` and `exited`: the signal's name or the exit status; for `lost`: what died."""
    milliseconds: float = 0.0
    """Duration of the run, without pauses."""
    steps: int = 0
    """Number of training steps, as far as they were reported during the run."""
    limits: Limits | None = None
    """Limits of the run; None if they are not known."""
    gpu: bool = False
    """True if it was given a graphics card, which it need not have used."""
    views: tuple[str, ...] = ()
    """Names of the views that got data, if its command was live."""


class OutputWritten(Struct, frozen=True, tag="output"):
    """Text the program wrote, decoded, control codes removed."""

    stream: Literal["stdout", "stderr"]
    text: str


class ProgressShown(Struct, frozen=True, tag="progress"):
    """The lines that the program may still overwrite, such as a progress bar; "" if none are."""

    text: str


class RunEnded(Struct, frozen=True, tag="run-ended"):
    """The run is over; this is its last event, and comes exactly once."""

    observation: Observation


RunEvent: TypeAlias = (
    OutputWritten
    | ProgressShown
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
    | GraphDescribed
    | SurfaceDrawn
    | Paused
    | PlotsDrawn
    | FiguresKept
    | PadShown
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
"""`waiting`: for the other machine. `asleep`: it was ended after some idle time; the next run or
key starts it again. `unreachable`: the other machine was released, lost or refused; the next run of
the learner asks for it again."""


class WorkerStateChanged(Struct, frozen=True, tag="worker"):
    """The worker's phase has changed; unless it is `ready`, `reason` is for the learner."""

    phase: WorkerPhase
    reason: str = ""
    torch_version: str = ""
