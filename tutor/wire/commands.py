"""The commands of the app to a learner process, sent over the channel of its run.

A learner process takes one `Execute`, and then one `Ask`, or one `ObserveAll`, and ends. While
the program of an `Execute` runs, `Hold`, `StepPhase`, `Resume`, `WatchViews` and `Bind` may come
at any time. A process that is kept takes one `Evaluate` after the other, until it is ended from
outside.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

SHOWS = ("show_map", "show_pad", "show_plot", "show_surface")
"""Functions of the worker that every program finds among the builtins."""


class Program(Struct, frozen=True):
    """A whole program: prelude, givens and the learner's part run in one namespace, in this order.

    The prelude is compiled as `before.py`, the givens as `given.py`, the source as `exercise.py`,
    each numbered from line 1. Output and warnings of the prelude are dropped.
    """

    prelude: str = ""
    given: str = ""
    source: str = ""
    seed: int = 0
    """Seed of torch, numpy and random, set before the prelude, and before the givens."""
    command_line: tuple[str, ...] = ("exercise.py",)
    """Value of `sys.argv` in the program."""


Files: TypeAlias = tuple[tuple[str, bytes], ...]
"""Name and content of each file in the folder of a run when it begins."""

OUTPUT_MB = 20
"""Default limit of a program's output, and size of the client's transcript: so the transcript has
everything that a run prints within its limit."""


class Limits(Struct, frozen=True):
    """Limits of one run, beyond which it is ended."""

    seconds: float = 10.0
    """Wall-clock time, without pauses."""
    memory_mb: int = 2048
    """Memory of the whole process tree, above its initial use."""
    output_mb: int = OUTPUT_MB
    """Megabytes on stdout and stderr together."""
    tasks: int = 64
    """Processes and threads of the whole process tree together."""
    threads: int = 1
    """Threads of PyTorch, at most one fewer than there are cores; 0: as the config allows."""
    extendable_to: float = 0.0
    """Seconds up to which the time may be extended during the run; 0: not at all."""

    @property
    def max_seconds(self) -> float:
        """Maximum seconds of the run, with every extension."""
        return max(self.seconds, self.extendable_to)


class Question(Struct, frozen=True):
    """An expression to evaluate in the namespace after the learner's part has ended."""

    expression: str


class Execute(Struct, frozen=True, tag="execute"):
    """Run a program. `Executed` answers it; questions come only after that."""

    program: Program
    limits: Limits = Limits()
    live: bool = False
    """True if losses are sent during the training, and the inventory at the end."""
    counts_steps: bool = False
    """True if a run that is not live sends its losses alone, so that its training steps are
    counted."""
    fixed: tuple[str, ...] = ()
    """Names of givens that must keep their identity, not only their value."""
    hold: int = 0
    """Acts as a `Hold` with this number before the program begins; 0: none."""
    network: bool = False
    """True if the program asks for the network of this machine; the client decides."""
    gpu: bool = False
    """True if the program asks for this machine's graphics card; the client decides, and withdraws
    it if there is none."""
    step_log: bool = True
    """True if parameters are copied at each step and backward pass, and the order of events is
    recorded, for questions on them."""
    files: Files = ()
    """Data files of the step."""
    shapes: bool = False
    """True if the shapes bound by its lines are reported. For that the program is compiled with
    notes beside its bindings, and so not when it is judged."""
    columns: int = 0
    """Width in which torch and NumPy break their output; 0: their own default. Judged programs
    print with 0."""
    views: tuple[str, ...] = ()
    """Names of the views that ask the program for data: each is reported whenever the program
    pauses, and once more when it is over."""
    watched: tuple[str, ...] = ()
    """Those of them that are on screen when the program begins, as in `WatchViews`."""
    pace: float = 0.0
    """Training steps a second of a live run, at most; 0: no limit."""
    keep: bool = False
    """True if the process stays after its `Done`, so that `Evaluate` can use its values; the client
    decides, and ends it."""


class Ask(Struct, frozen=True, tag="ask"):
    """Evaluate these: one `Answered` for each, then `Done`. An empty `Ask` ends the process."""

    questions: tuple[Question, ...] = ()
    codes: tuple[bytes, ...] = ()
    """Code of each question (see `question_code`), or empty."""


class ObserveAll(Struct, frozen=True, tag="observe-all"):
    """Run several programs of the lesson's author in one process.

    Each has a fresh namespace, and a folder of its own. One `BatchObserved` for each program, then
    `Done`. Not for learner code.
    """

    programs: tuple[Program, ...]
    questions: tuple[Question, ...]
    limits: Limits = Limits(seconds=60.0)
    network: bool = False
    """True if the programs ask for the network, as in `Execute`."""
    gpu: bool = False
    """True if the programs ask for the graphics card, as in `Execute`."""
    step_log: bool = True
    """True if the parameters are copied, as in `Execute`."""
    files: Files = ()
    """Data files of the step, restored for each program."""
    fixed: tuple[str, ...] = ()
    """Names of givens that must keep their identity, as in `Execute`."""


class Hold(Struct, frozen=True, tag="hold"):
    """Wait before the next phase of the training; `Paused` with this number confirms it."""

    number: int


StepLength = Literal["phase", "step", "epoch"]
"""Distance that a paused training continues: to its next phase, or the first of its next step or
epoch."""


class StepPhase(Struct, frozen=True, tag="step-phase"):
    """Continue to the next phase, and wait before it; `Paused` with this number answers."""

    number: int
    length: StepLength = "phase"
    """In a program without epochs, an epoch is a step."""


class Resume(Struct, frozen=True, tag="resume"):
    """Continue, and do not wait before any further phase."""


class WatchViews(Struct, frozen=True, tag="watch-views"):
    """Report these views of `Execute.views` during the run, and no others."""

    views: tuple[str, ...]


class Bind(Struct, frozen=True, tag="bind"):
    """Bind these global names of the program to numbers, between two training steps."""

    numbers: dict[str, int | float]


MAX_EXPRESSION = 1_000
"""Maximum characters of an expression to evaluate."""


EVALUATION_SECONDS = 3.0
"""Maximum seconds of its evaluation."""
EVALUATION_MB = 256
"""Maximum memory of its evaluation, beyond that of the program."""


class Evaluate(Struct, frozen=True, tag="evaluate"):
    """Evaluate an expression in the program's namespace; `Evaluated` with this number answers."""

    number: int
    expression: str
    columns: int = 0
    """Columns in which the value is shown; 0: the default of torch and NumPy."""


RunControl: TypeAlias = Hold | StepPhase | Resume | WatchViews | Bind

RUN_CONTROL = (Hold, StepPhase, Resume, WatchViews, Bind)
"""The classes of `RunControl`, for `isinstance`."""

Command: TypeAlias = Execute | Ask | ObserveAll | RunControl | Evaluate
