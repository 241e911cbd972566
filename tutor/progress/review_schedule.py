"""The schedule of the review: the missed items, and the day on which each is asked again. Pure.

An item is a mistake, or a step solved with its solution on screen: the question of a step, or one
wrong idea. It comes back after 2, 7 and 21 days: a right answer leads to the next gap and past the
last one out, a wrong one a gap back, and the third wrong one out as well. The number of waiting
items is never shown, and items that do not fit into a day are asked on another, the oldest first.

The result depends on the set of lines alone, so that the journals of two apps can be merged. No
clock is read here: the caller passes the time, whose time zone determines the day.
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
"""Days until an item is asked again, by the number of consecutive right answers."""

MAX_A_DAY = 5
"""Maximum questions of one day."""

MAX_MISSES = 3
"""Wrong answers after which the step should be read again."""

_ONE_ANSWER = timedelta(hours=12)
"""Answers to one item within this time count as one: two apps have asked the same."""

_YEARS = range(1970, 9000)
"""Years of lines that count: anybody may write a journal, and dates are limited."""

_SLUG = re.compile(r"[a-z0-9-]{1,80}")


class ReviewItem(Struct, frozen=True):
    """A wrong idea, or a step's question, to be asked again."""

    step: str
    idea: str = ""
    """Slug of the wrong idea; empty for the question of the step, or for any idea of it."""


class ItemStanding(Struct, frozen=True):
    """The review stage of an item."""

    item: ReviewItem
    since: datetime
    """Time when it was missed, or asked last."""
    gap: int = 0
    """Index in `GAPS` of the current gap: 0 (2 days) to 2 (21 days)."""
    misses: int = 0
    """Number of wrong answers in the review."""
    answers: int = 0
    """Number of answers in the review, by which the question can vary each time."""

    @property
    def is_over(self) -> bool:
        """Return True if it is not asked any more."""
        return self.gap >= len(GAPS) or self.misses >= MAX_MISSES

    def after(self, at: datetime, *, right: bool) -> ItemStanding:
        """Return the stage after an answer."""
        return replace(
            self,
            since=at,
            gap=self.gap + 1 if right else max(0, self.gap - 1),
            misses=self.misses + (not right),
            answers=self.answers + 1,
        )


class ReviewRecord(Struct, frozen=True):
    """The state of the review according to the journals."""

    standings: tuple[ItemStanding, ...] = ()
    """Items that have entered the review, including finished ones."""
    answered: tuple[tuple[datetime, ReviewItem], ...] = ()
    """Answers that count, in order of time."""
    put_off: datetime | None = None
    """Time when the learner last declined the day's review."""

    def standing(self, item: ReviewItem) -> ItemStanding | None:
        """Return the stage of the item; None if it never entered the review."""
        return next((each for each in self.standings if each.item == item), None)


def fold_review(entries: Iterable[Entry], renamed: Mapping[str, str] | None = None) -> ReviewRecord:
    """Return the state of the review from these entries, in any order.

    `renamed` maps former step ids to present ones.
    """
    folding = _Folding(renamed or {})
    for entry in sorted(entries, key=attrgetter("at")):
        if entry.at.year in _YEARS:
            folding.add(entry)
    return ReviewRecord(tuple(folding.standings.values()), tuple(folding.answered), folding.put_off)


class _Folding:
    """A record under construction."""

    def __init__(self, renamed: Mapping[str, str]) -> None:
        self._renamed = renamed
        self._done: set[str] = set()
        self._solution_on_screen: set[str] = set()
        self._waiting: dict[str, dict[ReviewItem, None]] = {}
        """Mistakes at steps that are not done yet: the learner can still correct them there."""
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
    """Return the items still to be asked today, the oldest first.

    `concept_of` returns the concept of an item, of which one is asked a day; None for an item that
    cannot be asked. It is called item by item, until there are enough.
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
