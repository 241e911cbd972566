"""The commands of the app to a learner process, sent over the channel of its run.

A learner process takes one `Execute`, and then one `Ask`, or one `ObserveAll`, and ends. While
the program of an `Execute` runs, `Hold`, `StepPhase`, `Resume` and `WatchViews` may come at any
time. A process that is kept takes one `Evaluate` after the other, until it is ended from outside.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct


class Program(Struct, frozen=True):
    """A whole program: prelude, givens and the learner's part run in one namespace, in this order.

    The prelude is compiled as `before.py`, the givens as `given.py`, the source as `exercise.py`,
    each numbered from line 1. What the prelude prints and warns of is dropped.
    """

    prelude: str = ""
    given: str = ""
    source: str = ""
    seed: int = 0
    """torch, numpy and random are seeded with it before the prelude, and before the givens."""


Files: TypeAlias = tuple[tuple[str, bytes], ...]
"""Name and content of each file that stands in the folder of a run when it begins."""

OUTPUT_MB = 20
"""What one program may print by default, and what the client's transcript holds: so all that a run
prints within its limit is in the transcript."""


class Limits(Struct, frozen=True):
    """Limits of one run, beyond which it is ended."""

    seconds: float = 10.0
    """Wall-clock time, without that in which the program is paused."""
    memory_mb: int = 2048
    """Memory of the whole tree, above what it starts with."""
    output_mb: int = OUTPUT_MB
    """Bytes on stdout and stderr together."""
    tasks: int = 64
    """Processes and threads of the whole tree, taken together."""
    extendable_to: float = 0.0
    """Seconds up to which the time may be extended while the run lasts; 0: not at all."""

    @property
    def max_seconds(self) -> float:
        """Seconds that the run can last at most, with every extension."""
        return max(self.seconds, self.extendable_to)


class Question(Struct, frozen=True):
    """An expression to evaluate in the namespace after the learner's part has ended."""

    expression: str


class Execute(Struct, frozen=True, tag="execute"):
    """Run a program. `Executed` answers it; only after that come questions."""

    program: Program
    limits: Limits = Limits()
    live: bool = False
    """Whether losses are sent while it trains, and the inventory at the end."""
    counts_steps: bool = False
    """Whether the losses alone are sent of a run that is not live, by which its steps are
    counted."""
    fixed: tuple[str, ...] = ()
    """Names of givens that must keep their identity, not only their value."""
    hold: int = 0
    """As if `Hold` with this number had come before the program began; 0: no such thing."""
    network: bool = False
    """Whether the program asks for the network of this machine; the client decides."""
    gpu: bool = False
    """Whether the program asks for the graphics card of this machine; the client decides, and
    takes it back where there is none."""
    step_log: bool = True
    """Whether the parameters are copied at each step and backward, for questions about them."""
    files: Files = ()
    """Data files of the step."""
    shapes: bool = False
    """Whether the shapes that its lines bind are told. For that the program is compiled with notes
    beside its bindings, and so not where it is judged."""
    columns: int = 0
    """Columns in which the output is shown, into which torch and NumPy break what they print; 0:
    as many as they take by themselves. Whatever is judged is printed with 0."""
    views: tuple[str, ...] = ()
    """Names of the views that ask the program for data: each is told of whenever the program
    pauses, and once more when it is over."""
    watched: tuple[str, ...] = ()
    """Those of them that are on screen when the program begins, as in `WatchViews`."""
    keep: bool = False
    """Whether the process stays after its `Done`, to be asked by `Evaluate` for what it has left;
    the client decides, and says when it ends."""


class Ask(Struct, frozen=True, tag="ask"):
    """Evaluate these: one `Answered` for each, then `Done`. An empty `Ask` ends the process."""

    questions: tuple[Question, ...] = ()
    codes: tuple[bytes, ...] = ()
    """The code of each (see `question_code`), or none at all."""


class ObserveAll(Struct, frozen=True, tag="observe-all"):
    """Run several programs of the lesson's author in one process.

    Each has a fresh namespace, and a folder of its own. One `BatchObserved` for each program, then
    `Done`. Not for learner code.
    """

    programs: tuple[Program, ...]
    questions: tuple[Question, ...]
    limits: Limits = Limits(seconds=60.0)
    network: bool = False
    """Whether the programs ask for the network, as in `Execute`."""
    gpu: bool = False
    """Whether the programs ask for the graphics card, as in `Execute`."""
    step_log: bool = True
    """Whether the parameters are copied, as in `Execute`."""
    files: Files = ()
    """Data files of the step, anew for each program."""
    fixed: tuple[str, ...] = ()
    """Names of givens that must keep their identity, as in `Execute`."""


class Hold(Struct, frozen=True, tag="hold"):
    """Wait before the next phase of the training; `Paused` with this number confirms it."""

    number: int


StepLength = Literal["phase", "step", "epoch"]
"""How far a paused training goes on: to its next phase, or the first of its next step or epoch."""


class StepPhase(Struct, frozen=True, tag="step-phase"):
    """Go on to the next phase, and wait before it; `Paused` with this number answers."""

    number: int
    length: StepLength = "phase"
    """In a program without epochs, an epoch is a step."""


class Resume(Struct, frozen=True, tag="resume"):
    """Go on, and do not wait before any further phase."""


class WatchViews(Struct, frozen=True, tag="watch-views"):
    """Tell of these views of `Execute.views` while the program runs, and of no others."""

    views: tuple[str, ...]


MAX_EXPRESSION = 1_000
"""Characters of an expression that is evaluated."""


EVALUATION_SECONDS = 3.0
"""Seconds that it may take."""
EVALUATION_MB = 256
"""Memory that it may take beyond what the program holds."""


class Evaluate(Struct, frozen=True, tag="evaluate"):
    """Evaluate an expression on what the program has left; `Evaluated` of that number answers."""

    number: int
    expression: str
    columns: int = 0
    """Columns in which the value is shown; 0: as many as torch and NumPy take by themselves."""


RunControl: TypeAlias = Hold | StepPhase | Resume | WatchViews

RUN_CONTROL = (Hold, StepPhase, Resume, WatchViews)
"""The classes of `RunControl`, for `isinstance`."""

Command: TypeAlias = Execute | Ask | ObserveAll | Hold | StepPhase | Resume | WatchViews | Evaluate
