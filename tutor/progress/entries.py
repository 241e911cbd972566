"""What a journal's lines say. Made by ui, kept by `journal`, read by `fold`; in the past tense.

A line is one JSON object: `kind`, the fields of that kind, `v`, `at` and `n`. Fields may be added
with a default; a field is never renamed and a kind never reused, since old journals stay.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, TypeAlias, TypeVar

from msgspec import Meta, Struct, field, structs

from tutor.course.help_levels import HelpLevel
from tutor.grading.verdict import VerdictKind

VERSION = 1
"""The `v` of every line. A line with a larger one is left to a newer nntutor."""

NOT_STAMPED = datetime.min.replace(tzinfo=UTC)
"""The time of an entry that no journal has recorded yet."""


class Stamped(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What the journal adds to every entry."""

    v: int = VERSION
    at: Annotated[datetime, Meta(tz=True)] = NOT_STAMPED
    """UTC, never before the entry that stands above it in the same file."""
    n: int = 0
    """Its number in its file. It keeps apart two equal entries of the same microsecond."""


class StepOpened(Stamped, frozen=True, tag="step-opened"):
    """The learner came to a step."""

    step: str


class StepRead(Stamped, frozen=True, tag="step-read"):
    """The learner went on from a step that is only read."""

    step: str


class PlaceKept(Stamped, frozen=True, tag="place-kept"):
    """Where the learner was, to come back to."""

    step: str
    pane: str
    row: int
    column: int
    scroll: int
    """First line shown."""


class AnswerJudged(Stamped, frozen=True, tag="answer-judged"):
    """A program was checked."""

    step: str
    verdict: VerdictKind
    slug: str = ""
    digest: str = ""
    """Of the learner's source."""
    milliseconds: float = 0.0


class QuizAnswered(Stamped, frozen=True, tag="quiz-answered"):
    """A quiz was answered."""

    step: str
    verdict: VerdictKind
    judged: dict[int, bool] = field(default_factory=dict)
    """Option index → said true, or chosen."""
    text: str = ""


class QuizShuffled(Stamped, frozen=True, tag="quiz-shuffled"):
    """The statements of a quiz stand in another order from now on."""

    step: str
    times: int
    """How often they were shuffled anew by then."""


class HintShown(Stamped, frozen=True, tag="hint-shown"):
    """`count` hints of the step are open now."""

    step: str
    count: int


class SolutionShown(Stamped, frozen=True, tag="solution-shown"):
    """So much of the step's solution is in sight now."""

    step: str
    level: HelpLevel = field(name="level")
    words: int = 0
    """On the level `words`, how many."""


class StartedClean(Stamped, frozen=True, tag="started-clean"):
    """The solution was put out of sight, and the buffer holds what the step began with."""

    step: str


class AppEnded(Stamped, frozen=True, tag="app-ended"):
    """The app came to its end by itself: the last line of its file."""


Entry: TypeAlias = (
    StepOpened
    | StepRead
    | PlaceKept
    | AnswerJudged
    | QuizAnswered
    | QuizShuffled
    | HintShown
    | SolutionShown
    | StartedClean
    | AppEnded
)

Stamp = TypeVar("Stamp", bound=Stamped)


def unstamped(entry: Stamp) -> Stamp:
    """The entry as it was before a journal recorded it."""
    return structs.replace(entry, v=VERSION, at=NOT_STAMPED, n=0)
