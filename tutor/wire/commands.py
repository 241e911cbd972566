"""What the app asks of a learner process. Imperative; plain data; sent over the run's own channel.

A learner process takes one `Execute` (then at most one `Ask`) or one `ObserveAll`, and ends.
While the program of an `Execute` runs, `Hold`, `StepPhase` and `Resume` may come at any time.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct


class Program(Struct, frozen=True):
    """A whole program: prelude, givens and the learner's part run in one namespace, in this order.

    The prelude and the givens are compiled as `given.py`, the source as `exercise.py`, both
    numbered from line 1.
    """

    prelude: str = ""
    given: str = ""
    source: str = ""
    seed: int = 0
    """torch, numpy and random are seeded with it once, before the givens."""


OUTPUT_MB = 20
"""Of all that one program prints. Whoever starts it, the same is too much, and all that is not
stands in the file that the client keeps."""


class Limits(Struct, frozen=True):
    """What one run may use before it is ended."""

    seconds: float = 10.0
    memory_mb: int = 2048
    output_mb: int = OUTPUT_MB
    tasks: int = 64
    """Processes and threads of the whole tree."""
    extendable_to: float = 0.0
    """Up to which a run may be given more time while it lasts; 0: it gets no more."""

    @property
    def max_seconds(self) -> float:
        """Seconds that it lasts at most, whatever it is given."""
        return max(self.seconds, self.extendable_to)


class Question(Struct, frozen=True):
    """An expression to evaluate in the namespace after the learner's part has ended."""

    expression: str


class Execute(Struct, frozen=True, tag="execute"):
    """Run a program. `Executed` answers; questions are asked only after it."""

    program: Program
    limits: Limits = Limits()
    live: bool = False
    """Whether losses are sent while it trains, and the inventory at the end."""
    fixed: tuple[str, ...] = ()
    """Givens that must keep their identity, not only their value."""
    hold: int = 0
    """If not 0: as if `Hold` with this number had come before the program began."""
    network: bool = False
    """Whether it asks for the network of this machine; the client decides."""


class Ask(Struct, frozen=True, tag="ask"):
    """Evaluate these; one `Answered` for each, then `Done`. An empty Ask ends the process."""

    questions: tuple[Question, ...] = ()


class ObserveAll(Struct, frozen=True, tag="observe-all"):
    """Run several programs of the lesson's author in one process, each in a fresh namespace.

    One `BatchObserved` for each program, then `Done`. Not for learner code.
    """

    programs: tuple[Program, ...]
    questions: tuple[Question, ...]
    limits: Limits = Limits(seconds=60.0)
    network: bool = False
    """As in `Execute`."""


class Hold(Struct, frozen=True, tag="hold"):
    """Wait before the next phase of the training; `Paused` with this number says that it does."""

    number: int


class StepPhase(Struct, frozen=True, tag="step-phase"):
    """Go on to the next phase, and wait before it; `Paused` with this number answers."""

    number: int


class Resume(Struct, frozen=True, tag="resume"):
    """Go on, and do not wait any more."""


RunControl: TypeAlias = Hold | StepPhase | Resume

RUN_CONTROL = (Hold, StepPhase, Resume)
"""The classes of `RunControl`."""

Command: TypeAlias = Execute | Ask | ObserveAll | Hold | StepPhase | Resume
