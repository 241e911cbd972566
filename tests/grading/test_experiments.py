"""Wrong programs to guess about: which ones, what is asked, and what came out of a run."""

from __future__ import annotations

import pytest

from tests.grading.steps import sigmoid_step
from tests.support.python_runner import PythonRunner
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Misconception
from tutor.grading.experiments import (
    STOPS,
    Experiment,
    ExperimentResult,
    find_experiments,
    run_experiment,
)
from tutor.wire.events import Outcome


def wrong(program: str, idea: str = "", say: str = "You have {probability}.") -> Misconception:
    return Misconception(id=idea or f"idea-{abs(hash(program))}", wrong=program, say=say)


HALF = wrong("probability = math.exp(-x)", "half")
NEGATED = wrong("probability = -1 / (1 + math.exp(-x))", "negated")
PERCENT = wrong("probability = 100 / (1 + math.exp(-x))", "percent")
RAISES = wrong("probability = math.exp(x, x)", "raises", "exp takes one number.")


async def found(step: CodeStep) -> tuple[Experiment, ...]:
    experiments = await find_experiments(step, PythonRunner())
    assert experiments is not None
    return experiments


async def test_a_wrong_program_asks_for_the_value_in_which_it_differs() -> None:
    (half, *_) = await found(sigmoid_step(own_misconceptions=(HALF, NEGATED, PERCENT)))
    assert half.program == HALF.wrong
    assert half.asked.words == "`probability`"
    assert set(half.options) == {"`0.0907`", "`-0.9168`", "`91.6827`", STOPS}
    assert half.options[-1] == STOPS
    assert half.right == "`0.9168`"
    assert half.tells_right


async def test_the_order_is_that_of_the_file_with_one_for_each_idea() -> None:
    step = sigmoid_step(
        own_misconceptions=(PERCENT, HALF, wrong("probability = math.exp(x)", "half"), NEGATED)
    )
    once, again = await found(step), await found(step)
    assert [each.program for each in once] == [PERCENT.wrong, HALF.wrong, NEGATED.wrong]
    assert once == again


async def test_too_few_values_are_joined_by_the_right_one_which_is_not_told_then() -> None:
    (half,) = await found(sigmoid_step(own_misconceptions=(HALF,)))
    assert set(half.options) == {"`0.0907`", "`0.9168`", STOPS}
    assert not half.tells_right


async def test_a_program_that_raises_asks_whether_it_does() -> None:
    experiments = await found(sigmoid_step(own_misconceptions=(HALF, NEGATED, RAISES)))
    raises = experiments[-1]
    assert raises.program == RAISES.wrong
    assert set(raises.options) == {"`0.0907`", "`-0.9168`", STOPS}


@pytest.mark.parametrize(
    "program",
    [
        "probability = 1 / (1 + math.exp(-x)) + 0.01",  # too close to what is right
        "probability = 3",  # says itself what comes out
        "probability = [i / 7 for i in range(40)]",  # too long for a line
        "probability = lambda: 3",  # no value that can be told
        "probability =",  # no program
    ],
)
async def test_what_is_no_guess_is_left_out(program: str) -> None:
    experiments = await found(sigmoid_step(own_misconceptions=(wrong(program), HALF, NEGATED)))
    assert [each.program for each in experiments] == [HALF.wrong, NEGATED.wrong]


async def test_values_that_nobody_can_tell_apart_are_not_offered_together() -> None:
    close = wrong("probability = math.exp(-x) + 0.002", "close")
    (half, *_) = await found(sigmoid_step(own_misconceptions=(HALF, close, NEGATED)))
    assert set(half.options) == {"`0.0907`", "`-0.9168`", STOPS}


async def test_of_a_list_in_a_check_the_first_part_that_differs_is_asked_for() -> None:
    step = sigmoid_step(
        solution="def double(z):\n    return 2 * z\n",
        checks=(Check(same="[double(0), double(2.5), double(x)]", name="double"),),
        own_misconceptions=(wrong("def double(z):\n    return z * z\n", say="It squares."),),
        variations=(),
    )
    (squared,) = await found(step)
    assert squared.asked.words == "`double(2.5)`"
    assert set(squared.options) == {"`6.2500`", "`5.0`", STOPS}


async def test_what_a_check_counts_is_asked_for_by_its_name() -> None:
    step = sigmoid_step(
        solution="rows = [x, x, x]\n",
        checks=(Check(same="len([row for row in rows])", name="rows that were kept"),),
        own_misconceptions=(wrong("rows = [x]\n", say="One."),),
        variations=(),
    )
    (one,) = await found(step)
    assert one.asked.words == "rows that were kept"
    assert one.asked.is_count
    assert set(one.options) == {"`1`", "`3`", STOPS}


async def test_where_no_check_can_be_asked_for_a_number_is_that_both_programs_bind() -> None:
    step = sigmoid_step(
        solution="loss = x\nfor _ in range(2):\n    loss = loss / 2\n",
        checks=(Check(true="0.5 < loss < 0.7", name="a small loss"),),
        own_misconceptions=(
            wrong("loss = x\nfor _ in range(2):\n    loss = loss * 2\n", say="Up."),
        ),
        variations=(),
    )
    (grows,) = await found(step)
    assert grows.asked.words == "`loss`"
    assert set(grows.options) == {"`9.6000`", "`0.6000`", STOPS}
    drawn = wrong("import random\nloss = x * random.random()", say="Luck.")
    assert not await find_experiments(sigmoid_step(own_misconceptions=(drawn,)), PythonRunner())


async def test_a_step_without_wrong_programs_has_none() -> None:
    assert await found(sigmoid_step()) == ()
    by_property = Misconception(id="big", say="Big.", when="probability > 1")
    assert await found(sigmoid_step(own_misconceptions=(by_property,))) == ()


async def test_a_run_tells_what_came_out_and_what_its_writer_is_told() -> None:
    step = sigmoid_step(own_misconceptions=(HALF, NEGATED, RAISES))
    half, _, raises = await found(step)
    came_out = await run_experiment(step, half, PythonRunner())
    assert isinstance(came_out, ExperimentResult)
    assert came_out.came_out == "`0.0907`"
    assert came_out.sentence.startswith("You have 0.09")
    assert came_out.evidence == ()
    stopped = await run_experiment(step, raises, PythonRunner())
    assert isinstance(stopped, ExperimentResult)
    assert stopped.came_out == STOPS
    assert stopped.sentence == "exp takes one number."
    assert "TypeError" in stopped.evidence[-1]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("stopped", "stopped"), ("timeout", "10 s"), ("lost", "could not be run")],
)
async def test_a_run_without_an_end_tells_why(outcome: Outcome, words: str) -> None:
    step = sigmoid_step(own_misconceptions=(HALF, NEGATED))
    half, _ = await found(step)
    told = await run_experiment(step, half, PythonRunner({"math.exp(-x)": outcome}))
    assert isinstance(told, str)
    assert words in told
