"""Questions that ask again what was missed: what each says is true, and one option is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.grading.steps import SOLUTION, sigmoid_step
from tests.support.lessons import PREDICT, step_alone, write_course
from tests.support.python_runner import PythonRunner
from tutor.course.model import PredictStep
from tutor.course.step_tables import Check, Misconception, Variation
from tutor.grading.experiments import STOPS
from tutor.grading.quiz import QuizAnswer, grade_quiz
from tutor.grading.review_questions import (
    OTHER_GIVENS,
    SAME_GIVENS,
    ReviewQuestion,
    code_question,
    predict_question,
)
from tutor.session.reviewing import right_answer


def idea(program: str, slug: str, say: str = "You have {probability}.") -> Misconception:
    return Misconception(id=slug, wrong=program, say=say)


HALF = idea("probability = math.exp(-x)", "half")
NEGATED = idea("probability = -1 / (1 + math.exp(-x))", "negated")
PERCENT = idea("probability = 100 / (1 + math.exp(-x))", "percent")
RAISES = idea("probability = math.exp(x, x)", "raises", "exp takes one number.")
CLOSE = idea("probability = 1 / (1 + math.exp(-x)) + 0.001", "close", "A little too much.")
ALL = (HALF, NEGATED, PERCENT, RAISES, CLOSE)


async def asked(
    slug: str, *ideas: Misconception, turn: int = 0, **changes: object
) -> ReviewQuestion:
    step = sigmoid_step(own_misconceptions=ideas or ALL, **changes)
    question = await code_question(step, slug, turn, PythonRunner())
    assert question is not None
    assert (question.quiz.id, question.quiz.title) == (step.id, step.title)
    assert sum(option.correct for option in question.quiz.options) == 1
    assert all(option.why for option in question.quiz.options)
    return question


def texts(question: ReviewQuestion) -> set[str]:
    return {option.text for option in question.quiz.options}


def right(question: ReviewQuestion) -> str:
    return next(option.text for option in question.quiz.options if option.correct)


def told(question: ReviewQuestion, text: str) -> str:
    """What is told to a learner who chooses the option of that text."""
    place = [option.text for option in question.quiz.options].index(text)
    verdict = grade_quiz(question.quiz, QuizAnswer({place: True}))
    assert verdict.accepted is (text == right(question))
    return verdict.message


async def test_it_asks_what_a_right_answer_gives_with_other_givens() -> None:
    question = await asked("half", idea(HALF.wrong, "half", "It is {round(probability, 1)}."), *ALL)
    assert (question.given, question.label) == ("x = -1.3", OTHER_GIVENS)
    assert question.program == ""
    assert question.quiz.text.endswith("has run after this code. What is `probability`?")
    assert right(question) == "`0.2142`"
    assert texts(question) == {"`0.2142`", "`3.6693`", "`-0.2142`", "`21.4165`"}
    assert told(question, "`3.6693`") == (
        "`probability = math.exp(-x)` gives that. An answer like this gets the message: It is 3.7."
    )
    assert told(question, "`-0.2142`") == "`probability = -1 / (1 + math.exp(-x))` gives that."


async def test_without_variations_it_asks_with_the_givens_of_the_step() -> None:
    question = await asked("half", variations=())
    assert (question.given, question.label) == ("x = 2.4", SAME_GIVENS)
    assert right(question) == "`0.9168`"


async def test_each_time_it_may_be_asked_with_other_givens() -> None:
    variations = (Variation(given={"x": "-1.3"}), Variation(given={"x": "3.0"}))
    questions = [await asked("half", turn=turn, variations=variations) for turn in range(3)]
    assert [question.given for question in questions] == ["x = -1.3", "x = 3.0", "x = -1.3"]
    orders = {tuple(o.text for o in (await asked("half", turn=n)).quiz.options) for n in range(8)}
    assert len(orders) > 1


async def test_variations_whose_miss_is_only_a_remark_are_left_out() -> None:
    question = await asked("half", variations=(Variation(given={"x": "-1.3"}, note="n"),))
    assert question.given == "x = 2.4"


async def test_of_a_program_that_stops_it_asks_what_that_does() -> None:
    question = await asked("raises")
    assert question.program == RAISES.wrong
    assert right(question) == STOPS
    assert told(question, "`0.0907`") == f"What comes out: {STOPS}"


async def test_of_values_that_look_alike_it_asks_which_program_is_right() -> None:
    near = "probability = 1 / (1 + math.exp(-x))"
    question = await asked("close", also_right=(near,))
    first, second = question.program.split("\n\n")
    assert {first.split("\n")[1], second.split("\n")[1]} == {near, CLOSE.wrong}
    assert near in (first if right(question) == "Program A" else second)
    (wrong,) = texts(question) - {right(question)}
    assert (
        told(question, wrong)
        == "It is not right. An answer like this gets the message: A little too much."
    )
    assert "“A score into a probability”" in question.quiz.text


@pytest.mark.parametrize(
    "check",
    [
        Check(same="probability", note="n"),
        Check(same="probability", rtol=0.5),
        Check(same="probability", like="1 / (1 + math.exp(-x))"),
    ],
)
async def test_what_may_have_several_right_values_is_not_asked_for(check: Check) -> None:
    question = await asked("negated", *ALL, checks=(check,))
    assert "A right answer to" not in question.quiz.text


async def test_two_values_are_asked_for_where_there_is_nothing_else() -> None:
    question = await asked("three", idea("probability = 3", "three"))
    assert texts(question) == {"`0.2142`", "`3`"}


async def test_without_an_idea_it_takes_turns() -> None:
    programs = [told(await asked("", turn=turn), "`-0.2142`") for turn in range(2)]
    assert [("An answer like this" in program) for program in programs] == [False, True]


async def test_an_idea_that_is_found_otherwise_is_asked_by_its_example() -> None:
    found = Misconception(id="percent", when="probability > 1", example=PERCENT.wrong, say="Share.")
    question = await asked("percent", HALF, NEGATED, found)
    assert told(question, "`21.4165`").endswith("An answer like this gets the message: Share.")


async def test_words_that_lack_a_value_are_not_told() -> None:
    question = await asked("half", idea(HALF.wrong, "half", "You have {missing}."), NEGATED)
    assert told(question, "`3.6693`") == "`probability = math.exp(-x)` gives that."


async def test_a_long_program_is_named_in_words() -> None:
    long = idea("half = math.exp(-x)\nprobability = half", "half")
    question = await asked("half", long, NEGATED)
    assert told(question, "`3.6693`").startswith("A wrong program gives that.")


@pytest.mark.parametrize("piece", ["1 / (1", "math.exp(-x)"])
async def test_runs_that_were_lost_make_no_question(piece: str) -> None:
    runner = PythonRunner(endings={piece: "lost"})
    step = sigmoid_step(own_misconceptions=(HALF, NEGATED))
    assert await code_question(step, "half", 0, runner) is None


async def test_without_such_an_idea_there_is_no_question() -> None:
    step = sigmoid_step(own_misconceptions=ALL)
    assert await code_question(step, "unknown", 0, PythonRunner()) is None
    assert await code_question(sigmoid_step(), "", 0, PythonRunner()) is None


async def test_numbers_that_are_drawn_are_not_asked_for() -> None:
    question = await asked(
        "half",
        prelude="import math\nimport random\n",
        given="x = random.random()",
        solution=SOLUTION,
        variations=(),
    )
    assert "A right answer to" not in question.quiz.text


async def test_a_guess_is_asked_once_more_with_what_comes_out(tmp_path: Path) -> None:
    step = step_alone(write_course(tmp_path, predict=PREDICT), "halved")
    assert isinstance(step, PredictStep)
    question = await predict_question(step, PythonRunner())
    assert question is not None
    assert (question.given, question.program) == ("x = 2", "y = x / 2")
    assert right(question) == "2"
    assert question.told == (("y", "1.0"),)
    lost = PythonRunner(endings={"y = x": "lost"})
    assert await predict_question(step, lost) is None


async def test_a_typed_answer_is_told_as_the_run_shows_it(tmp_path: Path) -> None:
    typed = f"""{PREDICT.split("[[option]]")[0].replace('"one"', '"number"')}
answer = "3 * x"

[[wrong]]
answer = "x + 3"
why = "That is a sum."
"""
    step = step_alone(write_course(tmp_path, predict=typed), "halved")
    assert isinstance(step, PredictStep)
    question = await predict_question(step, PythonRunner())
    assert question is not None
    assert question.right == "6"
    assert right_answer(question) == "6"
