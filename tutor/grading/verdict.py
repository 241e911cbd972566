"""Define the verdict on every answer, and the worker's interface for grading.

Plain data and a protocol, which all higher rooms may use.
"""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

from tutor.course.model import QuizStep
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation, Outcome

VerdictKind = Literal["accept", "accept-with-note", "reject", "not-attempted", "tutor-fault"]


class CheckResult(Struct, frozen=True):
    """A check under the base givens or under one variation, as a row of the table of checks."""

    name: str
    passed: bool
    message: str = ""
    expected: str = ""
    """Short text; empty if it would reveal the answer."""
    got: str = ""
    variation: str = ""
    """The other givens, such as `input_tensor = …`; empty for the base givens."""


class Verdict(Struct, frozen=True):
    """The judgement of an answer: right or wrong, the reason, and the evidence."""

    kind: VerdictKind
    slug: str | None = None
    """Id of the misconception, note or explained error; None for a plain acceptance only."""
    message: str = ""
    """Markdown: the cause first, with the learner's own values in it; may be empty."""
    evidence: tuple[str, ...] = ()
    """Lines that show it: the learner's line, the real error message, the learner's value."""
    checks: tuple[CheckResult, ...] = ()
    line: int | None = None
    """The learner's line that the verdict is about, from 1; None if there is none."""
    lines: tuple[int, int] | None = None
    """First and last line that were judged, of a file of several exercises; else None."""
    program: str = ""
    """The judged part of an accepted program: without repeated givens and other exercises; empty
    for other answers."""
    outcome: Outcome | None = None
    """End of the run; None if no run was judged."""
    error: str | None = None
    """Type name of the exception that the program raised; None if it raised none."""
    notes: tuple[str, ...] = ()
    """Further remarks, such as on a repeated given that was changed."""
    milliseconds: float = 0.0
    """Duration of judging; for a guess, duration of the program's run."""

    @property
    def accepted(self) -> bool:
        """Return True if the step counts as done."""
        return self.kind in ("accept", "accept-with-note")

    @property
    def check_names(self) -> tuple[str, ...]:
        """The names of the step's checks, each once: one may have missed under variations, too."""
        return tuple(dict.fromkeys(check.name for check in self.checks))

    @property
    def missed_names(self) -> tuple[str, ...]:
        """The names of those that do not hold in every run."""
        return tuple(dict.fromkeys(check.name for check in self.checks if not check.passed))


class PredictionResult(Struct, frozen=True):
    """The right answers of a predict step, according to its run."""

    question: QuizStep
    """The step's question, with the right answers filled in from the run."""
    answer: str = ""
    """The right number or shape in words; empty if options are chosen."""
    values: tuple[tuple[str, str], ...] = ()
    """Label and text of each value to show."""


class Runner(Protocol):
    """The worker's interface for grading: the client implements it, and tests bring their own."""

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run a program of the learner in a process of its own, then ask the questions."""
        ...

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Run programs of the lesson's author; return one observation each, cached by content."""
        ...
