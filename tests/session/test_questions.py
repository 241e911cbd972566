"""Shuffled statements lead back to the file's order; reasons are told only when they may be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutor.course.model import QuizMode, QuizStep
from tutor.course.step_tables import Option
from tutor.grading.quiz import QuizAnswer, grade_quiz
from tutor.session.events import shuffled
from tutor.session.questions import (
    feedback,
    in_order,
    question_of,
    to_file_order,
    to_shown_order,
)


def quiz(mode: QuizMode, *correct: bool) -> QuizStep:
    options = tuple(
        Option(text=f"t{n}", why=f"why {n}.", correct=right) for n, right in enumerate(correct)
    )
    return QuizStep(id="q", title="Q", text="One.\n\nWhich\nis it?", mode=mode, options=options)


@given(st.lists(st.booleans(), min_size=1, max_size=9), st.integers(0, 50), st.data())
def test_what_is_said_on_screen_is_kept_in_the_order_of_the_file(
    correct: list[bool], attempt: int, data: st.DataObject
) -> None:
    step = quiz("true-false", *correct)
    order = shuffled(step, attempt)
    assert sorted(order) == list(range(len(correct)))
    assert shuffled(step, attempt) == order
    places = st.dictionaries(st.integers(0, len(correct) - 1), st.booleans())
    judged = data.draw(places)
    kept = to_file_order(judged, order)
    assert to_shown_order(kept, order) == judged
    shown = in_order(step, order)
    assert grade_quiz(shown, QuizAnswer(judged)).kind == grade_quiz(step, QuizAnswer(kept)).kind
    for place, said in judged.items():
        assert step.options[order[place]].text == shown.options[place].text
        assert kept[order[place]] is said


def test_attempts_differ_in_their_order() -> None:
    step = quiz("one", True, False, False, False)
    assert len({shuffled(step, attempt) for attempt in range(20)}) > 5


def test_of_what_was_judged_the_wrong_ones_get_their_reason() -> None:
    step, said = quiz("true-false", True, False), {0: True, 1: True}
    verdict = grade_quiz(step, QuizAnswer(said))
    assert feedback(step, said, verdict) == {0: (True, ""), 1: (False, "why 1.")}


def test_what_was_not_chosen_is_not_given_away() -> None:
    step = quiz("many", True, False, True)
    for said in ({1: True}, {0: False, 1: True, 2: False}):
        verdict = grade_quiz(step, QuizAnswer(said))
        assert feedback(step, said, verdict) == {1: (False, "why 1.")}


def test_once_right_every_statement_has_its_reason() -> None:
    step, said = quiz("one", False, True), {1: True}
    verdict = grade_quiz(step, QuizAnswer(said))
    assert feedback(step, said, verdict) == {0: (False, "why 0."), 1: (True, "why 1.")}
    both, judged = quiz("true-false", False, True), {0: False, 1: True}
    told = feedback(both, judged, grade_quiz(both, QuizAnswer(judged)))
    assert told == {0: (True, "why 0."), 1: (True, "why 1.")}


def test_an_answer_that_is_not_complete_gets_none() -> None:
    step = quiz("true-false", False, True)
    assert feedback(step, {0: True}, grade_quiz(step, QuizAnswer({0: True}))) == {}


def test_the_question_is_the_last_paragraph() -> None:
    assert question_of(quiz("one", True)) == "Which is it?"
