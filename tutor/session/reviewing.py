"""The review: a few questions about what was missed some days ago, which then ends.

It is offered and never asked for. The journals decide what is asked and when; an answer is judged
at once and counts for the review alone. Questions are made in the background, one ahead of the
other, so that nobody waits for the programs of a later one. The sentences are without keys: for the
review page, and for plain mode.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from tutor.course.kinds import kind_of
from tutor.course.model import QuizStep, Step
from tutor.grading.quiz import QuizAnswer, grade_quiz
from tutor.grading.review_questions import ReviewQuestion
from tutor.grading.verdict import Verdict
from tutor.paths import Places
from tutor.progress.entries import Entry, ReviewAnswered, ReviewPutOff
from tutor.progress.review_schedule import (
    GAPS,
    MAX_MISSES,
    ItemStanding,
    ReviewItem,
    ReviewRecord,
    due_today,
    fold_review,
    is_put_off,
)
from tutor.session import late
from tutor.session.events import shuffled
from tutor.session.opening import BREATH_S, Opening
from tutor.session.questions import feedback_at_end, in_order
from tutor.session.streaming import StreamingRunner
from tutor.session.words.key_names import fill_step

if TYPE_CHECKING:
    from tutor.grading.review_questions import ReviewQuestion
    from tutor.session.core import Hub


LASTS = timedelta(minutes=3)
"""Time after whose end no further question is asked."""

_GROUP = "review"


class DueItems:
    """The items that are due, and their steps."""

    def __init__(
        self,
        entries: Iterable[Entry],
        renamed: Mapping[str, str],
        load: Callable[[str], Step | None],
        now: datetime,
    ) -> None:
        """Read the journals' entries for the day of `now`; `pieces` finds the items.

        `load` reads a step of the course, and returns None if there is none that can be used.
        """
        self._load = load
        self._now = now
        self._steps: dict[str, Step | None] = {}
        self.record: ReviewRecord = fold_review(entries, renamed)
        self.items: tuple[ReviewItem, ...] = ()
        """The items to ask about, in order, once `pieces` has found them."""
        self.is_put_off = is_put_off(self.record, now)

    def pieces(self) -> Iterator[None]:
        """Find what is to be asked, pausing after each step that is read for it."""
        unread: list[str] = []

        def concept_of(item: ReviewItem) -> str | None:
            if item.step not in self._steps:
                unread.append(item.step)
                return None
            step = self.step_of(item)
            if step is None or not can_ask(step, item.idea):
                return None
            return step.concepts[0] if step.concepts else step.id

        while True:
            self.items = due_today(self.record, self._now, concept_of)
            if not unread:
                return
            self._steps[unread[0]] = self._load(unread[0])
            unread.clear()
            yield

    def step_of(self, item: ReviewItem) -> Step | None:
        return self._steps.get(item.step)


class Reviewing:
    """The review that the learner is in; `State.review` holds its place."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._review: Review | None = None
        """The review of the state: what is set there must not be computed from the state."""
        self._due: DueItems | None = None
        self._made: dict[int, ReviewQuestion | None] = {}
        """The questions that are made, by their place; None for one that cannot be."""
        self._first_shown: datetime | None = None

    async def offered(self) -> int:
        """Return how many questions are offered today; 0 also if the learner wants none.

        The titles of all steps must have been read.
        """
        if self._hub.state.is_exam:
            return 0
        due = await self._find(self._hub.opening.entries_with(self._hub.store.recorded))
        return 0 if due.is_put_off else len(due.items)

    def put_off(self) -> None:
        self._hub.record(ReviewPutOff())
        self._hub.drafts.save_soon()

    def begin(self) -> None:
        self._made, self._first_shown = {}, None
        self._put(Review())
        self._hub.background.restart(self._ask(), _GROUP)

    def answer(self, answer: QuizAnswer) -> None:
        """Judge the answer to the question on screen; only the first one counts.

        Options are numbered as they stand in the question.
        """
        review = self._review
        if review is None or review.question is None or review.is_answered:
            return
        verdict = grade_quiz(review.question.quiz, answer)
        review = replace(review, answer=answer, verdict=verdict)
        if verdict.kind not in ("accept", "reject"):
            self._put(review)
            return
        right = verdict.accepted
        standing = self._standing(review.item)
        review = replace(
            review,
            standing=standing.after(self._hub.now(), right=right) if standing is not None else None,
            answered=review.answered + 1,
            right=review.right + right,
        )
        assert review.item is not None  # that of the question
        item = review.item
        self._hub.record(ReviewAnswered(step=item.step, idea=item.idea, right=right))
        self._put(review)
        self._hub.drafts.save_soon()

    def go_on(self) -> None:
        """Show the next question, or the end; one that is not answered is asked another day."""
        review = self._review
        if review is None or review.end is not None or not review.items:
            return
        is_late = self._first_shown is not None and self._hub.now() - self._first_shown >= LASTS
        if is_late and review.number + 1 < len(review.items):
            self._end(review, "time")
        else:
            self._show(review, review.number + 1)

    def leave(self) -> None:
        self._hub.background.cancel(_GROUP)
        self._put(None)

    def _put(self, review: Review | None) -> None:
        self._review = review
        self._hub.set(review=review)

    async def _find(self, entries: Sequence[Entry]) -> DueItems:
        now = self._hub.now().astimezone()
        due = DueItems(entries, self._hub.opening.renamed(), self._load, now)
        for _ in due.pieces():
            await asyncio.sleep(BREATH_S)
        return due

    def _load(self, step_id: str) -> Step | None:
        step = self._hub.opening.load(step_id)
        return fill_step(step, self._hub.keys) if step is not None else None

    def _standing(self, item: ReviewItem | None) -> ItemStanding | None:
        return self._due.record.standing(item) if self._due is not None and item else None

    async def _ask(self) -> None:
        self._hub.read_outline(whole=True)
        entries = await asyncio.to_thread(self._hub.store.read_entries)
        self._due = await self._find(entries)
        items = () if self._hub.state.is_exam else self._due.items
        review = Review(items)
        if not items:
            self._end(review, "exam" if self._hub.state.is_exam else "nothing")
            return
        self._show(review, 0)
        for number, item in enumerate(items):
            self._made[number] = await self._make(item)
            shown = self._review
            if shown is not None and shown.number == number and shown.question is None:
                self._show(shown, number)

    async def _make(self, item: ReviewItem) -> ReviewQuestion | None:
        assert self._due is not None
        step, standing = self._due.step_of(item), self._standing(item)
        if step is None or standing is None:
            return None
        self._hub.worker.wake(asked=kind_of(step).has_program)
        client = self._hub.worker.client
        if client is None:
            return None
        runner = StreamingRunner(client, self._hub.caps)
        make = late.grading_of(step).review_question
        try:
            question = await make(step, item.idea, standing.answers, runner)
        except Exception:
            # A fault of the tutor must not cost the learner the app.
            return None
        if question is None or not kind_of(step).is_reshuffled:
            return question  # options of other steps have an order of their own
        order = shuffled(step, standing.answers + 1)
        return replace(question, quiz=in_order(question.quiz, order))

    def _show(self, review: Review, number: int) -> None:
        """Show the question at that place, or the first one after it that can be asked."""
        while number in self._made and self._made[number] is None:
            number += 1
        shown = Review(review.items, number, answered=review.answered, right=review.right)
        item = shown.item
        if item is None:
            has_none = len(self._made) == number and not any(self._made.values())
            self._end(shown, "not-run" if has_none else "all")
            return
        assert self._due is not None
        question = self._made.get(number)
        if question is not None and self._first_shown is None:
            self._first_shown = self._hub.now()
        self._put(replace(shown, step=self._due.step_of(item), question=question))

    def _end(self, review: Review, why: ReviewEnd) -> None:
        self._hub.background.cancel(_GROUP)
        count = len(review.items)
        self._put(
            Review(review.items, count, answered=review.answered, right=review.right, end=why)
        )


def read_due(places: Places, now: datetime) -> tuple[ReviewItem, ...]:
    """Read the journals and the course, and return what is to be asked on the day of `now`."""
    opening = Opening(places)
    opening.read_progress()
    opening.read_whole()
    due = DueItems(opening.entries_with(()), opening.renamed(), opening.load, now)
    for _ in due.pieces():
        pass
    return due.items


def can_ask(step: Step, idea: str) -> bool:
    if kind_of(step).has_question:
        return not idea
    programs = (item for item in step.misconceptions if item.wrong or item.example)
    return any(idea in ("", item.id) for item in programs)


ReviewEnd = Literal["nothing", "exam", "all", "time", "not-run"]
"""Why a review is over: nothing was to be asked, it is an exam, all is asked, its minutes are over,
or no question could be made, since no program ran."""


class Review(Struct, frozen=True):
    """The review under way: a few questions, one after the other, and then its end."""

    items: tuple[ReviewItem, ...] = ()
    """The items to ask about, in order; empty while they are not known."""
    number: int = 0
    """The place among them of the one on screen, from 0."""
    step: Step | None = None
    question: ReviewQuestion | None = None
    """None while it is being made, and at the end."""
    answer: QuizAnswer | None = None
    verdict: Verdict | None = None
    """The verdict on it; one that says `not-attempted` leaves the question open."""
    standing: ItemStanding | None = None
    answered: int = 0
    right: int = 0
    end: ReviewEnd | None = None

    @property
    def is_answered(self) -> bool:
        return self.verdict is not None and self.verdict.kind != "not-attempted"

    @property
    def item(self) -> ReviewItem | None:
        return self.items[self.number] if self.number < len(self.items) else None

    @property
    def must_read_again(self) -> bool:
        """True if the learner missed the item so often that its step is to be read again."""
        return self.standing is not None and self.standing.misses >= MAX_MISSES


WHAT_IT_IS = (
    "What you miss, or solve with the solution on screen, is asked again after 2, 7 and 21 days."
)

NOTHING_DUE = f"There is nothing to review today. {WHAT_IT_IS}"

_ENDS: dict[ReviewEnd, str] = {
    "nothing": NOTHING_DUE,
    "exam": "This is an exam: nothing is reviewed.",
    "all": "That was the review for today: {right} of {answered} right.",
    "time": "Three minutes are over: {right} of {answered} right. The rest comes another day.",
    "not-run": "No question could be made: the programs that it needs did not run.",
}
SKIPPED = "That was the review for today."


def end_words(review: Review) -> str:
    if review.end is None:
        return ""
    if review.end == "all" and not review.answered:
        return SKIPPED
    return _ENDS[review.end].format(right=review.right, answered=review.answered)


def next_words(review: Review) -> str:
    standing = review.standing
    if standing is None or review.step is None:
        return ""
    if review.must_read_again:
        return f"Read “{review.step.title}” again. This question does not come back."
    if standing.is_over:
        return "It does not come back: you know it."
    return f"It comes back in {GAPS[standing.gap]} days."


def reasons(quiz: QuizStep, answer: QuizAnswer) -> dict[int, tuple[bool, str]]:
    """Return what is told under options, by their place: whether it is right, and why.

    Of options to choose from these are the right ones and those that were chosen.
    """
    told = feedback_at_end(quiz, answer.judged)
    if quiz.mode == "true-false":
        return told
    return {
        place: (right, why)
        for place, (right, why) in told.items()
        if right or answer.judged.get(place)
    }


def right_answer(question: ReviewQuestion) -> str:
    typed = question.quiz.mode in ("number", "shape")
    return (question.right or question.quiz.answer) if typed else ""
