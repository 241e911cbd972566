"""Authors are told of questions that keep each check waiting."""

from __future__ import annotations

from itertools import accumulate

import pytest

from tests.grading.steps import sigmoid_step
from tutor.authoring.question_costs import MAX_MILLISECONDS, check_question_costs, timed
from tutor.authoring.step_findings import StepFindings
from tutor.course.step_tables import Check, Misconception, Note
from tutor.grading.plan import learner_questions
from tutor.wire.events import Answer
from tutor.wire.values import FloatValue, Missing, TextValue, Value

STEP = sigmoid_step(
    checks=(Check(same="probability"), Check(true="callable(sigmoid)", say="{y}")),
    own_misconceptions=(Misconception(id="a", say="a", when="slow(\n    y\n)"),),
    notes=(Note(id="b", say="{late}", when="early"),),
)
QUESTIONS = learner_questions(STEP)


def told(costs: list[float], yardstick: float = 20.0) -> list[tuple[str, str]]:
    """Severity and message for these milliseconds of the yardstick and of each question."""
    took = accumulate((yardstick, *costs), initial=50.0)
    moments: list[Value] = [FloatValue(each / 1000) for each in took]
    answers = [Answer(moments[0])]
    for moment in moments[1:]:
        answers += [Answer(TextValue("the answer")), Answer(moment)]
    findings = StepFindings(STEP)
    check_question_costs(STEP, QUESTIONS, answers, findings)
    return [
        (problem.severity, f"{problem.key}: {problem.message}") for problem in findings.problems
    ]


def test_the_clock_is_asked_around_each_question() -> None:
    asked = timed(QUESTIONS)
    assert asked[3::2] == QUESTIONS
    assert eval(asked[1].expression), "the yardstick"
    assert len(set(asked[::2])) == 1
    assert isinstance(eval(asked[0].expression), float)


def test_cheap_questions_are_no_matter() -> None:
    assert told([MAX_MILLISECONDS / len(QUESTIONS) - 0.1] * len(QUESTIONS)) == []


@pytest.mark.parametrize(
    ("expression", "key"),
    [
        ("callable(sigmoid)", "check[2].true"),
        ("slow(\n    y\n)", "misconception[1].when"),
        ("late", "note[1].say"),
        ("y", "check[2].say"),
    ],
)
def test_the_dearest_is_named(expression: str, key: str) -> None:
    costs = [70.0 if each.expression == expression else 1.0 for each in QUESTIONS]
    ((severity, message),) = told(costs)
    quoted = " ".join(expression.split())
    assert severity == "warning"
    assert message.startswith(f"{key}: the step's {len(QUESTIONS)} questions take ")
    assert f"this one 70 ms (`{quoted}`)" in message


def test_a_slow_machine_is_not_the_steps_fault() -> None:
    costs = [MAX_MILLISECONDS] * len(QUESTIONS)
    assert told(costs)
    assert told(costs, yardstick=30.0 * len(QUESTIONS)) == []
    ((_, message),) = told(costs, yardstick=40.0)
    assert f"this one {MAX_MILLISECONDS / 2:.0f} ms" in message


def test_nothing_is_said_where_the_clock_gave_no_answer() -> None:
    findings = StepFindings(STEP)
    check_question_costs(STEP, QUESTIONS, (), findings)
    check_question_costs(STEP, QUESTIONS, [Answer(Missing())] * len(timed(QUESTIONS)), findings)
    assert findings.problems == []
