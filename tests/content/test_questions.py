"""Quizzes and predictions as they ship: every answer once, the right and each wrong one."""

from __future__ import annotations

import pytest

from tests.support.chapter_walk import right_answer
from tests.support.lessons import chapter
from tutor.client.client import WorkerClient
from tutor.course.model import PredictStep, QuestionStep, QuizStep
from tutor.grading.predict import predict_command, predict_questions, prediction_result
from tutor.grading.quiz import QuizAnswer, grade_quiz

STEPS = chapter().steps()
QUIZZES = [step for step in STEPS if isinstance(step, QuizStep)]
PREDICTIONS = [step for step in STEPS if isinstance(step, PredictStep)]


def wrong_answers(quiz: QuizStep) -> list[tuple[QuizAnswer, str]]:
    """Each wrong answer that was written down, and the reason that should be told."""
    answers = [(QuizAnswer(text=wrong.answer), wrong.why) for wrong in quiz.known_wrong]
    right = right_answer(quiz).judged
    for number, option in enumerate(quiz.options):
        if quiz.mode == "true-false":
            answers.append((QuizAnswer(right | {number: not option.correct}), option.why))
        elif not option.correct:
            chosen = {number: True} if quiz.mode == "one" else right | {number: True}
            answers.append((QuizAnswer(chosen), option.why))
    return answers


def check_all_answers(quiz: QuizStep) -> None:
    assert grade_quiz(quiz, right_answer(quiz)).kind == "accept"
    wrong = wrong_answers(quiz)
    assert wrong
    for answer, why in wrong:
        verdict = grade_quiz(quiz, answer)
        assert (verdict.kind, verdict.message) == ("reject", why.strip())


def ids(steps: list[QuizStep] | list[PredictStep]) -> list[str]:
    return [step.id for step in steps]


@pytest.mark.parametrize("quiz", QUIZZES, ids=ids(QUIZZES))
def test_every_answer_to_a_quiz(quiz: QuizStep) -> None:
    check_all_answers(quiz)


def test_a_number_that_nobody_foresaw_gets_no_foreseen_reason() -> None:
    quiz = next(quiz for quiz in QUIZZES if quiz.id == "quiz-loss")
    assert grade_quiz(quiz, QuizAnswer(text="0.5")).message == "0.5 is too small."
    assert "base 10" in grade_quiz(quiz, QuizAnswer(text="0.7")).message


@pytest.mark.process
@pytest.mark.xdist_group("content")
@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("step", PREDICTIONS, ids=ids(PREDICTIONS))
async def test_every_guess_at_a_program(step: PredictStep, client: WorkerClient) -> None:
    observation = await client.observe(predict_command(step), predict_questions(step))
    out = prediction_result(step, observation)
    check_all_answers(out.question)
    assert len(out.values) == len(step.shown)
    assert not any("Error" in text for _, text in out.values)


def test_every_question_has_hints_and_words_for_afterwards() -> None:
    steps: list[QuestionStep] = [*QUIZZES, *PREDICTIONS]
    for step in steps:
        assert len(step.hints) >= 2, step.id
        assert step.after, step.id
