"""The entries of a journal, named in the past tense: made by session, read by `fold`.

A line of the file is one entry as a JSON object: `kind`, the fields of that kind, `v`, `at` and
`n`. Fields may be added with a default. A field must never be renamed and a kind never reused:
journals of older versions stay and would be read wrongly.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, TypeAlias, TypeVar

from msgspec import Meta, Struct, field, structs

from tutor.course.help_levels import HelpLevel
from tutor.grading.verdict import VerdictKind

VERSION = 1
"""Version in every line written, `v`. Lines with a larger one are left to a newer nntutor."""

NOT_STAMPED = datetime.min.replace(tzinfo=UTC)
"""Time of an entry that no journal has recorded yet."""


def digest_of(source: str) -> str:
    """Return the hash of a program in the journal: 64 hexadecimal digits."""
    import hashlib  # not needed for the first frame

    return hashlib.sha256(content_of(source)).hexdigest()


def content_of(source: str) -> bytes:
    """Return the bytes of a program that are hashed, and stored under their hash."""
    return source.encode("utf-8", "replace")


def is_digest_of(digest: str, full: str) -> bool:
    """Return True if both identify the same program; older journals have the first 16 digits."""
    return full == digest or (len(digest) == 16 and full.startswith(digest))


class Stamped(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """The base of all entries: the fields that the journal fills in when it records one."""

    v: int = VERSION
    at: Annotated[datetime, Meta(tz=True)] = NOT_STAMPED
    """Time of recording in UTC, never before that of the entry above it in the same file."""
    n: int = 0
    """Number in its file, from 0, by which equal entries of the same microsecond differ."""


class StepOpened(Stamped, frozen=True, tag="step-opened"):
    """The learner came to a step."""

    step: str


class StepRead(Stamped, frozen=True, tag="step-read"):
    """The learner finished a step without an accepted answer.

    They went on from a reading step, or guessed wrongly at what a program does.
    """

    step: str


class PlaceKept(Stamped, frozen=True, tag="place-kept"):
    """The learner was at a place of a step, to which the next start returns."""

    step: str
    pane: str
    row: int
    column: int
    scroll: int
    """First visible line."""


class AnswerJudged(Stamped, frozen=True, tag="answer-judged"):
    """A program was checked."""

    step: str
    verdict: VerdictKind
    slug: str = ""
    digest: str = ""
    """Hash of the learner's source, as `digest_of` makes it, or its first 16 digits."""
    milliseconds: float = 0.0


class QuizAnswered(Stamped, frozen=True, tag="quiz-answered"):
    """The question of a quiz or predict step was answered."""

    step: str
    verdict: VerdictKind
    judged: dict[int, bool] = field(default_factory=dict)
    """Index of the option in the step's file → True if it was judged true, or chosen."""
    text: str = ""
    """Number or shape that was typed; empty for options."""


class QuizShuffled(Stamped, frozen=True, tag="quiz-shuffled"):
    """The statements of a quiz were put into another order."""

    step: str
    times: int
    """Number of reshuffles, including this one."""


class HintShown(Stamped, frozen=True, tag="hint-shown"):
    """Another hint of the step was shown."""

    step: str
    count: int
    """Number of hints shown so far."""
    number: int = 0
    """Number of the hint, from 1. 0: the first of those not shown yet."""


class SolutionShown(Stamped, frozen=True, tag="solution-shown"):
    """Another part of the step's solution was shown."""

    step: str
    level: HelpLevel = field(name="rung")
    words: int = 0
    """Number of words shown on the level `words`."""


class StartedClean(Stamped, frozen=True, tag="started-clean"):
    """The solution was hidden, and the editor's initial text was restored."""

    step: str


class ReviewAnswered(Stamped, frozen=True, tag="review-answered"):
    """A question of the review was answered, some days after a mistake."""

    step: str
    idea: str = ""
    """Slug of the wrong idea in question; empty for the step as a whole."""
    right: bool = False


class ReviewPutOff(Stamped, frozen=True, tag="review-put-off"):
    """The learner wants no review on this day."""


class AppEnded(Stamped, frozen=True, tag="app-ended"):
    """The app ended by itself; the last entry of its file."""


StepEntry: TypeAlias = (
    StepOpened
    | StepRead
    | PlaceKept
    | AnswerJudged
    | QuizAnswered
    | QuizShuffled
    | HintShown
    | SolutionShown
    | StartedClean
    | ReviewAnswered
)
"""The entries that belong to a step."""

Entry: TypeAlias = StepEntry | ReviewPutOff | AppEnded

Stamp = TypeVar("Stamp", bound=Stamped)


def unstamped(entry: Stamp) -> Stamp:
    """Return the entry as it was before a journal recorded it."""
    return structs.replace(entry, v=VERSION, at=NOT_STAMPED, n=0)
