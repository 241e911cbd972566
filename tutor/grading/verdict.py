"""The verdict: what every answer ends in, code and quiz alike. Plain data for all rooms above."""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

from tutor.course.model import QuizStep
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation, Outcome

VerdictKind = Literal["accept", "accept-with-note", "reject", "not-attempted", "tutor-fault"]


class CheckResult(Struct, frozen=True):
    """One check, under the base givens or under a variation."""

    name: str
    passed: bool
    message: str = ""
    expected: str = ""
    """Short text; empty where saying it would give the answer away."""
    got: str = ""
    variation: str = ""
    """Empty for the base givens, else which other givens: `input_tensor = …`."""


class Verdict(Struct, frozen=True):
    """Whether the answer is right, why not, and with what evidence."""

    kind: VerdictKind
    slug: str | None = None
    """Id of the misconception, note or explained error; None only for a plain acceptance."""
    message: str = ""
    """Markdown, one thing at a time: cause first, the learner's own values in it."""
    evidence: tuple[str, ...] = ()
    """Lines that show it: the learner's source line, the real error message, got and expected."""
    checks: tuple[CheckResult, ...] = ()
    line: int | None = None
    """The learner's line that it is about."""
    outcome: Outcome | None = None
    error: str | None = None
    """Type name of the exception, if one was raised."""
    notes: tuple[str, ...] = ()
    """Further remarks, such as a repeated given that was changed."""
    milliseconds: float = 0.0

    @property
    def accepted(self) -> bool:
        """Whether the step counts as done."""
        return self.kind in ("accept", "accept-with-note")


class PredictionResult(Struct, frozen=True):
    """What the run of a predict step said."""

    question: QuizStep
    """The same question, with what is right filled in from the run."""
    answer: str = ""
    """The right number or shape, as a learner reads it."""
    values: tuple[tuple[str, str], ...] = ()
    """Label and text of each value that is worth seeing."""


class Runner(Protocol):
    """What grading needs of a worker. The client is one; tests bring their own."""

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run one program of the learner in a process of its own, then ask."""
        ...

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Run programs of the lesson's author; one observation each, cached by content."""
        ...
