from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.support.python_runner import PythonRunner
from tutor.course.model import PredictStep, QuizMode
from tutor.course.step_tables import KnownWrongAnswer, Option, ShownValue
from tutor.grading.predict import (
    grade_guess,
    predict_command,
    predict_questions,
    shown_values,
    typed_value,
)
from tutor.grading.quiz import QuizAnswer
from tutor.grading.scenario_result import run_answers
from tutor.grading.verdict import PredictionResult, Verdict
from tutor.wire.events import Observation, Outcome
from tutor.wire.values import (
    ComplexValue,
    FloatValue,
    IntValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

KEPT = Option(text="2", when="x == given.x", why="`y` is another name.")
HALVED = Option(text="1", when="x == given.x / 2", why="That is in `y`.", misconception="in-place")


def step_of(
    program: str = "y = x / 2",
    mode: QuizMode = "one",
    options: tuple[Option, ...] = (KEPT, HALVED),
    answer: str = "",
    known_wrong: tuple[KnownWrongAnswer, ...] = (),
) -> PredictStep:
    return PredictStep(
        id="p",
        title="P",
        text="?",
        mode=mode,
        given="x = 2",
        program=program,
        options=options,
        answer=answer,
        tolerance=0.01,
        known_wrong=known_wrong,
        shown=(ShownValue(value="y"), ShownValue(value="x", label="now in x")),
    )


async def judged(step: PredictStep, guess: QuizAnswer) -> tuple[Verdict, PredictionResult | None]:
    command, questions = predict_command(step), predict_questions(step)
    return grade_guess(step, guess, await PythonRunner().observe(command, questions))


async def test_the_run_says_which_option_is_right() -> None:
    right, out = await judged(step_of(), QuizAnswer(judged={0: True}))
    assert right.kind == "accept"
    assert out is not None
    assert [option.correct for option in out.question.options] == [True, False]
    assert out.values == (("`y`", "1.0"), ("now in x", "2"))
    wrong, _ = await judged(step_of(), QuizAnswer(judged={1: True}))
    assert (wrong.kind, wrong.slug, wrong.message) == ("reject", "in-place", "That is in `y`.")


async def test_another_program_makes_another_option_right() -> None:
    verdict, _ = await judged(step_of("x = y = x / 2"), QuizAnswer(judged={1: True}))
    assert verdict.kind == "accept"


async def test_an_empty_guess_is_none() -> None:
    verdict, _ = await judged(step_of(), QuizAnswer())
    assert verdict.kind == "not-attempted"


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [("1", "accept", ""), ("2/2", "accept", ""), ("4", "reject", "Doubled."),
     ("3", "reject", "3 is too large."), ("one", "not-attempted", None)],
)  # fmt: skip
async def test_a_number_is_computed_by_the_run(text: str, kind: str, message: str | None) -> None:
    doubled = KnownWrongAnswer(answer="given.x * 2", why="Doubled.")
    step = step_of(mode="number", options=(), answer="y", known_wrong=(doubled,))
    verdict, out = await judged(step, QuizAnswer(text=text))
    assert verdict.kind == kind
    assert message is None or verdict.message == message
    assert out is not None
    assert out.answer == "1.0"


async def test_a_shape_is_computed_by_the_run() -> None:
    step = step_of("y = (x, 4)", "shape", (), "y")
    verdict, out = await judged(replace(step, tolerance=0.0), QuizAnswer(text="2x4"))
    assert verdict.kind == "accept"
    assert out is not None
    assert out.answer == "(2, 4)"


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (step_of("y = x / 0"), "its program raises ZeroDivisionError: division by zero"),
        (step_of("x = 3\ny = 1"), "0 of its options hold after the run, not one"),
        (step_of(mode="many", options=(HALVED, HALVED)),
         "none of its options holds after the run"),
        (step_of(options=(KEPT, replace(HALVED, when="z"))), "`z` cannot be evaluated: NameError"),
        (step_of(mode="number", options=(), answer="'y'"), "`'y'` is not a number"),
    ],
)  # fmt: skip
async def test_a_broken_step_costs_the_learner_nothing(step: PredictStep, reason: str) -> None:
    verdict, out = await judged(step, QuizAnswer(judged={0: True}))
    assert verdict.kind == "tutor-fault"
    assert verdict.evidence[0].startswith(reason)
    assert out is None


async def test_a_program_may_be_meant_to_raise() -> None:
    raises = Option(text="an error", when="trace.error is not None", why="2 / 0 has no value.")
    step = replace(step_of("y = 2 / 0", options=(raises, HALVED)), shown=())
    questions = predict_questions(step)
    assert questions
    verdict, out = await judged(step, QuizAnswer(judged={0: True}))
    assert (verdict.kind, verdict.outcome) == ("accept", "raised")
    assert out is not None


async def test_a_value_that_is_not_there_is_left_out() -> None:
    step = step_of()
    questions = predict_questions(step)
    edited = predict_command(step, "x = x + 1")
    run = run_answers(await PythonRunner().observe(edited, questions), questions)
    assert shown_values(step, run) == [("now in x", "3")]


@pytest.mark.parametrize(
    ("outcome", "kind", "said"),
    [
        ("stopped", "not-attempted", "Your guess is kept. Run it again."),
        ("lost", "tutor-fault", "The program could not be run: no seccomp. Your guess is kept."),
        ("timeout", "tutor-fault", "its program ended as `timeout`"),
    ],
)
def test_a_run_that_says_nothing(outcome: Outcome, kind: str, said: str) -> None:
    verdict, out = grade_guess(
        step_of(), QuizAnswer(judged={0: True}), Observation(outcome, detail="no seccomp.")
    )
    assert verdict.kind == kind
    assert said in verdict.message
    assert out is None


@pytest.mark.parametrize(
    ("mode", "value", "typed"),
    [
        ("number", IntValue(3), ("3.0", "3")),
        ("number", FloatValue(0.67917869), ("0.67917869", "0.6792")),
        ("number", TensorValue("float32", "float", (1, 1), b"\0\0\0\0\0\0\xe8\x3f"),
         ("0.75", "0.7500")),
        ("number", TensorValue("float32", "float", (2,), b"\0" * 16), None),
        ("number", ComplexValue(1, 0), None),
        ("number", TextValue("3"), None),
        ("shape", TensorValue("float32", "float", (2, 4), b"\0" * 64), ("(2, 4)", "(2, 4)")),
        ("shape", SequenceValue("Size", 1, (IntValue(3),)), ("(3,)", "(3,)")),
        ("shape", SequenceValue("tuple", 2, (IntValue(3), TextValue("a"))), None),
        ("shape", IntValue(3), None),
    ],
)  # fmt: skip
def test_typed_values(mode: str, value: Value, typed: tuple[str, str] | None) -> None:
    assert typed_value(mode, value) == typed
