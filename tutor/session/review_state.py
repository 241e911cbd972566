"""The state of a review as frozen data: which question stands, and what came of the answer."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tutor.course.model import Step
from tutor.grading.quiz import QuizAnswer
from tutor.grading.review_questions import ReviewQuestion
from tutor.grading.verdict import Verdict
from tutor.progress.review_schedule import MAX_MISSES, ItemStanding, ReviewItem

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
