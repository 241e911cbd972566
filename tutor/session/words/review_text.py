"""The sentences of a review, without keys: for the review page, and for plain mode."""

from __future__ import annotations

from tutor.course.model import QuizStep
from tutor.grading.quiz import QuizAnswer
from tutor.grading.review_questions import ReviewQuestion
from tutor.progress.review_schedule import GAPS
from tutor.session.questions import feedback_at_end
from tutor.session.review_state import Review, ReviewEnd

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
