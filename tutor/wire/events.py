"""What happens in the worker, told in the past tense: plain data for client, session and grading.

`Up` … `Done` come from the learner process over the run's channel. `OutputWritten`, `ResourcesUsed`
and `RunEnded` are made by the client, which alone sees the pipes, the warden and the clock.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from tutor.wire.commands import Limits
from tutor.wire.values import Statistics, Value

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
"""Texts that patterns are tried on. The worker cuts them shorter than that; a frame with a longer
one is forged, and would keep the app busy for minutes."""


class Operand(Struct, frozen=True):
    """A tensor, array or module that stood in the failing line, under the name used there."""

    name: str
    type_name: str
    shape: tuple[int, ...] = ()
    dtype: str = ""


class Frame(Struct, frozen=True):
    """One line of a traceback. `file` is the base name, with its folder in front where another
    file has the name of one of the program's; `text` the source line, if known."""

    file: Line
    line: int
    function: Line
    text: Line = ""


class LayerShapes(Struct, frozen=True):
    """One layer of a model that was called: what came in, and what came out.

    `gave` is None for the layer that failed; shapes are None where no tensor passed.
    """

    name: str
    """As the learner would write it: `model[0]`."""
    type_name: str
    weight: tuple[int, ...] = ()
    took: tuple[int, ...] | None = None
    gave: tuple[int, ...] | None = None
    failed: bool = False


class ErrorFacts(Struct, frozen=True):
    """What an exception said, and where. The words for the learner are grading's."""

    type_name: Line
    message: Message
    line: int | None = None
    """The last line of exercise.py in the traceback; for a SyntaxError the line it names."""
    column: int | None = None
    source_line: Line = ""
    frames: tuple[Frame, ...] = ()
    operands: tuple[Operand, ...] = ()
    layers: tuple[LayerShapes, ...] = ()
    """If a layer of a model failed: the layers before it in the order of calls, and that one."""
    nearest: tuple[str, ...] = ()
    """Known names close to the one that was not found (NameError, AttributeError)."""
    from_given: bool = False
    """Raised before the learner's part began: the lesson's fault."""
    raised_in: Line = ""
    """The module whose Python raised it, as `torch.cuda`; `given.py` for the given code; empty if
    that was a line of exercise.py, or what is written in C and called there."""


class WarningFacts(Struct, frozen=True):
    """A Python warning, and the learner's line that caused it, if any."""

    category: Line
    message: Message
    line: int | None = None


class Bound(Struct, frozen=True):
    """A name that the learner's part bound at the top level, and the value it has at the end."""

    name: str
    value: Value


class GivenChange(Struct, frozen=True):
    """A given that is not what it was: `rebound` to another object, or `changed` in place."""

    name: str
    how: Literal["rebound", "changed", "deleted"]


class Answer(Struct, frozen=True):
    """What an expression gave. With `error` set, `value` is Missing."""

    value: Value
    shown: Line = ""
    """For the learner's eyes: a short text of at most 80 characters."""
    error: ErrorFacts | None = None


class Up(Struct, frozen=True, tag="up"):
    """The process waits for its command."""


class LossesRecorded(Struct, frozen=True, tag="losses"):
    """Losses of consecutive optimizer steps, the first of them being number `first` (from 0)."""

    first: int
    losses: tuple[float, ...]


class InventoryEntry(Struct, frozen=True):
    """One tensor, module, array or number of the namespace."""

    name: str
    """As the learner would write it: `loss`, `model[0].weight`."""
    value: Value
    gradient_norm: float | None = None
    statistics: Statistics | None = None


class InventoryTaken(Struct, frozen=True, tag="inventory"):
    """What is in the namespace now; each replaces the one before."""

    entries: tuple[InventoryEntry, ...]


class StepRecorded(Struct, frozen=True, tag="step-recorded"):
    """What a training had made of its parameters after step number `step` (from 0).

    Not of each step of a long training; in order, none twice.
    """

    step: int
    entries: tuple[InventoryEntry, ...]


Phase = Literal["zero_grad", "forward", "loss", "backward", "step", "none"]
"""Of one step of a training, in the usual order. `none`: it was stopped outside of all of them."""


class Paused(Struct, frozen=True, tag="paused"):
    """The program waits before `phase`, as the `Hold` or `StepPhase` of that number asked."""

    number: int
    phase: Phase = "none"
    step: int = 0
    """The step of the training that it is in, from 1; 0 if that is not known."""
    line: int | None = None
    """Where in exercise.py it stands."""


class ResourcesUsed(Struct, frozen=True, tag="used"):
    """What the program needed in the last second. Made by the client, from what the warden saw."""

    memory_mb: int
    cpu_percent: int
    """Of one core; more than 100 where it keeps several busy."""


class Executed(Struct, frozen=True, tag="executed"):
    """The program has come to its end. What it bound, changed, warned of and raised."""

    outcome: Literal["finished", "raised", "exited", "memory", "processes", "stopped"]
    error: ErrorFacts | None = None
    bound: tuple[Bound, ...] = ()
    given_changes: tuple[GivenChange, ...] = ()
    warnings: tuple[WarningFacts, ...] = ()
    replaced: tuple[str, ...] = ()
    """Functions of torch, numpy or builtins that are no longer what they were."""
    milliseconds: float = 0.0


class Answered(Struct, frozen=True, tag="answered"):
    """The answer to question number `index`."""

    index: int
    answer: Answer


class BatchObserved(Struct, frozen=True, tag="batch"):
    """Program number `index` of an `ObserveAll` has run and was asked."""

    index: int
    executed: Executed
    answers: tuple[Answer, ...]
    output: str = ""


class Done(Struct, frozen=True, tag="done"):
    """Nothing more will come from this process."""


FromLearner: TypeAlias = (
    Up
    | LossesRecorded
    | InventoryTaken
    | StepRecorded
    | Paused
    | Executed
    | Answered
    | BatchObserved
    | Done
)


class Observation(Struct, frozen=True):
    """All that is known of one run, when it is over. What grading judges."""

    outcome: Outcome
    executed: Executed | None = None
    answers: tuple[Answer, ...] = ()
    """One for each question, or empty if the process ended before it could answer all."""
    output: str = ""
    """The end of what it printed, control codes removed."""
    error_output: str = ""
    line: int | None = None
    """Where in exercise.py it stood when it was ended from outside, if that could be seen."""
    detail: str = ""
    """For `crashed` and `exited`: the signal's name or the exit status; for `lost`: what died."""
    milliseconds: float = 0.0
    """Without the time in which it was paused."""
    steps: int = 0
    """Of a training, as far as they were told while it ran."""
    limits: Limits | None = None
    """Within which it ran, if that is known."""


class OutputWritten(Struct, frozen=True, tag="output"):
    """Text the program wrote, decoded, control codes removed."""

    stream: Literal["stdout", "stderr"]
    text: str


class RunEnded(Struct, frozen=True, tag="run-ended"):
    """The last event of every run, exactly once."""

    observation: Observation


RunEvent: TypeAlias = (
    OutputWritten
    | LossesRecorded
    | InventoryTaken
    | StepRecorded
    | Paused
    | ResourcesUsed
    | Executed
    | RunEnded
)


WorkerPhase = Literal["absent", "starting", "ready", "asleep", "restarting", "failed", "closed"]
"""`asleep`: it was ended because nothing was asked of it; the next run starts it again."""


class WorkerStateChanged(Struct, frozen=True, tag="worker"):
    """The worker as a whole. `reason` is a sentence for the learner when it is not `ready`."""

    phase: WorkerPhase
    reason: str = ""
    torch_version: str = ""
