"""What the review asks about the course: made by real runs, and answered right by one option."""

from __future__ import annotations

import pytest

from tests.support.sampling import drawn
from tutor.client.client import WorkerClient
from tutor.course.kinds import kind_of
from tutor.course.model import Course, QuizStep, Step
from tutor.grading.kinds import grading_of
from tutor.grading.review_questions import OTHERS_WROTE, WHICH_PROGRAM, ReviewQuestion

pytestmark = pytest.mark.asyncio(loop_scope="package")


def _items(course: Course) -> list[tuple[str, str]]:
    """Step and wrong idea of all that a learner can miss, each once."""
    found: dict[tuple[str, str], None] = {}
    for step in course.steps():
        if kind_of(step).has_question:
            found[step.id, ""] = None
        ideas = [item for item in step.misconceptions if item.wrong or item.example]
        found |= {(step.id, item.id): None for item in ideas}
    return list(found)


async def test_what_is_missed_makes_a_question_that_one_option_answers(
    course: Course, client: WorkerClient
) -> None:
    for step_id, idea in drawn(_items(course), 4, "review"):
        step = course.find(step_id)
        question = await grading_of(step).review_question(step, idea, 0, client)
        assert question is not None, (step_id, idea)
        _judge(question, step, f"{step_id} {idea}")


def _judge(question: ReviewQuestion, step: Step | None, name: str) -> None:
    """Assert what holds of the questions about each kind of step."""
    if isinstance(step, QuizStep):
        assert question.quiz is step
        return
    quiz = question.quiz
    if not quiz.options:
        assert quiz.answer, name
        return
    right = [option.text for option in quiz.options if option.correct]
    assert len({option.text for option in quiz.options}) == len(quiz.options) >= 2, name
    assert len(right) == 1 or quiz.mode in ("many", "true-false"), name
    if not kind_of(step).has_solution:
        return
    told = [option.why for option in quiz.options if "gets the message:" in option.why]
    assert len(told) == 1, name
    assert "{" not in told[0], name
    is_pair = quiz.text == WHICH_PROGRAM.format(title=quiz.title)
    assert bool(question.program) is (is_pair or OTHERS_WROTE in quiz.text), name
