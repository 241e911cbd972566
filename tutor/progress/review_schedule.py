"""The schedule of the review: what was missed, and on which day each of it is asked again. Pure.

An item is what was missed, or solved with its solution: the question of a step, or one wrong idea.
It comes back after 2, 7 and 21 days: a right answer leads to the next gap and past the last one
out, a wrong one a gap back, and the third wrong one out as well. What waits is never counted, and
what did not fit into a day is asked on another, the oldest first.

The result depends on the set of lines alone, so that the journals of two apps can be merged. No
clock is read here: the caller says what time it is, and its time zone says which day that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from tutor.progress.entries import (
    AnswerJudged,
    Entry,
    QuizAnswered,
    ReviewAnswered,
    ReviewPutOff,
    SolutionShown,
    StartedClean,
    StepEntry,
    StepRead,
)
from tutor.progress.fold import present_id

GAPS = (2, 7, 21)
"""Days until an item is asked again, for each right answer that it has had without a wrong one."""

MAX_A_DAY = 5
"""Questions of one day."""

MAX_MISSES = 3
"""Wrong answers after which the step had better be read again."""

_ONE_ANSWER = timedelta(hours=12)
"""Answers to one item that are nearer than this are one: two apps have asked the same."""

_YEARS = range(1970, 9000)
"""Years of lines that count: anybody may write a journal, and dates end."""

_SLUG = re.compile(r"[a-z0-9-]{1,80}")


class ReviewItem(Struct, frozen=True):
    """What is asked again."""

    step: str
    idea: str = ""
    """Slug of the wrong idea; empty for the question of the step, or for any idea of it."""


class ItemStanding(Struct, frozen=True):
    """How far an item is."""

    item: ReviewItem
    since: datetime
    """When it was missed, or asked last."""
    gap: int = 0
    """The place in `GAPS` of the gap that runs."""
    misses: int = 0
    """Wrong answers in the review."""
    answers: int = 0
    """All answers in the review, by which a question can be asked otherwise each time."""

    @property
    def is_over(self) -> bool:
        """Whether it is asked no more."""
        return self.gap >= len(GAPS) or self.misses >= MAX_MISSES

    def after(self, at: datetime, *, right: bool) -> ItemStanding:
        """Return how far it is after an answer."""
        return replace(
            self,
            since=at,
            gap=self.gap + 1 if right else max(0, self.gap - 1),
            misses=self.misses + (not right),
            answers=self.answers + 1,
        )


class ReviewRecord(Struct, frozen=True):
    """What the journals say of the review."""

    standings: tuple[ItemStanding, ...] = ()
    """Items that have entered, those included that are over."""
    answered: tuple[tuple[datetime, ReviewItem], ...] = ()
    """The answers that count, in order of time."""
    put_off: datetime | None = None
    """When the learner last wanted no review on a day."""

    def standing(self, item: ReviewItem) -> ItemStanding | None:
        """Return how far the item is, None if it never entered."""
        return next((each for each in self.standings if each.item == item), None)


def fold_review(entries: Iterable[Entry], renamed: Mapping[str, str] | None = None) -> ReviewRecord:
    """Return what these entries say of the review, in whatever order they come.

    `renamed` maps former step ids to present ones.
    """
    folding = _Folding(renamed or {})
    for entry in sorted(entries, key=attrgetter("at")):
        if entry.at.year in _YEARS:
            folding.add(entry)
    return ReviewRecord(tuple(folding.standings.values()), tuple(folding.answered), folding.put_off)


class _Folding:
    """A record that is being made."""

    def __init__(self, renamed: Mapping[str, str]) -> None:
        self._renamed = renamed
        self._done: set[str] = set()
        self._solution_on_screen: set[str] = set()
        self._waiting: dict[str, dict[ReviewItem, None]] = {}
        """What was missed at steps that are not done yet: there it can still be set right."""
        self.standings: dict[ReviewItem, ItemStanding] = {}
        self.answered: list[tuple[datetime, ReviewItem]] = []
        self.put_off: datetime | None = None

    def add(self, entry: Entry) -> None:
        match entry:
            case ReviewPutOff():
                self.put_off = entry.at
            case ReviewAnswered():
                self._answer(entry)
            case SolutionShown():
                self._solution_on_screen.add(self._step_of(entry))
            case StartedClean():
                self._solution_on_screen.discard(self._step_of(entry))
            case AnswerJudged(verdict="reject") if _SLUG.fullmatch(entry.slug):
                self._miss(ReviewItem(self._step_of(entry), entry.slug), entry.at)
            case QuizAnswered(verdict="reject"):
                self._miss(ReviewItem(self._step_of(entry)), entry.at)
            case AnswerJudged(verdict="accept" | "accept-with-note"):
                self._solve(self._step_of(entry), entry.at)
            case QuizAnswered(verdict="accept") | StepRead():
                self._finish(self._step_of(entry), entry.at)
            case _:
                pass

    def _answer(self, entry: ReviewAnswered) -> None:
        item = ReviewItem(self._step_of(entry), entry.idea)
        standing = self.standings.get(item)
        if standing is None or standing.is_over:
            return
        if standing.answers and entry.at - standing.since < _ONE_ANSWER:
            return
        self.standings[item] = standing.after(entry.at, right=entry.right)
        self.answered.append((entry.at, item))

    def _step_of(self, entry: StepEntry) -> str:
        return present_id(entry.step, self._renamed)

    def _miss(self, item: ReviewItem, at: datetime) -> None:
        if item.step in self._done:
            self._enter(item, at)
        else:
            self._waiting.setdefault(item.step, {})[item] = None

    def _solve(self, step: str, at: datetime) -> None:
        if step in self._solution_on_screen and step not in self._done:
            self._miss(ReviewItem(step), at)
        self._finish(step, at)

    def _finish(self, step: str, at: datetime) -> None:
        self._done.add(step)
        for item in self._waiting.pop(step, ()):
            self._enter(item, at)

    def _enter(self, item: ReviewItem, at: datetime) -> None:
        self.standings[item] = ItemStanding(item, at)


def due_today(
    record: ReviewRecord, now: datetime, concept_of: Callable[[ReviewItem], str | None]
) -> tuple[ReviewItem, ...]:
    """Return what is to be asked today from now on, the oldest first.

    `concept_of` returns what an item is about, of which one is asked a day; None for one that
    cannot be asked. It is called in turn, until there are enough.
    """
    today = now.date()
    asked = [item for at, item in record.answered if _day(at, now) == today]
    concepts = {concept_of(item) for item in asked}
    waiting = [each for each in record.standings if not each.is_over and _due(each, now) <= today]
    waiting.sort(key=lambda each: (_due(each, now), each.since, each.item.step, each.item.idea))
    found: list[ReviewItem] = []
    for each in waiting:
        if len(asked) + len(found) >= MAX_A_DAY:
            break
        concept = None if each.item in asked else concept_of(each.item)
        if concept is not None and concept not in concepts:
            concepts.add(concept)
            found.append(each.item)
    return tuple(found)


def is_put_off(record: ReviewRecord, now: datetime) -> bool:
    """Return True if the learner wants no review on this day."""
    return record.put_off is not None and _day(record.put_off, now) == now.date()


def _due(standing: ItemStanding, now: datetime) -> date:
    return _day(standing.since, now) + timedelta(days=GAPS[standing.gap])


def _day(at: datetime, now: datetime) -> date:
    """Return the day of `at` in the time zone of `now`."""
    return at.astimezone(now.tzinfo).date()
