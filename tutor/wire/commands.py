"""What the app asks of a learner process. Imperative; plain data; sent over the run's own channel.

A learner process takes one `Execute` (then at most one `Ask`) or one `ObserveAll`, and ends.
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


class Limits(Struct, frozen=True):
    """What one run may use before it is ended."""

    seconds: float = 10.0
    memory_mb: int = 2048
    output_mb: int = 50
    tasks: int = 64
    """Processes and threads of the whole tree."""


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


Command: TypeAlias = Execute | Ask | ObserveAll
