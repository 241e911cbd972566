from __future__ import annotations

import pytest

from tests.grading.steps import SOLUTION, sigmoid_step
from tutor.client.transcript import MAX_BYTES
from tutor.course.model import PredictStep
from tutor.course.step_tables import Check, Misconception, Note, Variation
from tutor.grading.plan import (
    applied_again,
    author_commands,
    command_under,
    learner_command,
    learner_questions,
    other_seed,
    scenarios,
    wrong_programs,
)
from tutor.grading.predict import predict_command
from tutor.wire.commands import Execute, Limits, ObserveAll

STEP = sigmoid_step(
    checks=(
        Check(same="probability", say="You have {probability} of {x}."),
        Check(same="sigmoid(given.x)", like="probability"),
        Check(true="callable(sigmoid)"),
    ),
    variations=(
        Variation(given={"x": "-1.3"}),
        Variation(seed=3, note="soft"),
    ),
    own_misconceptions=(
        Misconception(id="a", say="{probability} and {y}", wrong="probability = 1"),
        Misconception(id="b", say="b", when="y == 1"),
    ),
    notes=(
        Note(id="soft", say="s", wrong="probability = 2"),
        Note(id="n", say="n", when="y == 2"),
    ),
    seed=5,
    limit_s=2.0,
    limit_mb=100,
    fixed=("x",),
)


def test_the_base_and_its_variations() -> None:
    base, other, seeded = scenarios(STEP)
    assert (base.label, base.given, base.seed, base.is_base) == ("", "x = 2.4", 5, True)
    assert (other.label, other.given, other.varied) == ("x = -1.3", "x = -1.3", ("x",))
    assert (seeded.label, seeded.given, seeded.seed, seeded.note) == (
        "torch.manual_seed(3)",
        "x = 2.4",
        3,
        "soft",
    )


def test_every_question_is_asked_once() -> None:
    asked = [question.expression for question in learner_questions(STEP)]
    assert asked == [
        "probability",
        "sigmoid(given.x)",
        "callable(sigmoid)",
        "y == 1",
        "y == 2",
        "x",
        "y",
    ]


def test_what_the_learner_runs() -> None:
    command = learner_command(STEP, "import math\nx = 2.4\nprobability = 3")
    assert command.program.source == "\n\nprobability = 3"
    assert (command.program.given, command.program.prelude) == ("x = 2.4", "import math\n")
    assert (command.program.seed, command.live, command.fixed) == (5, True, ("x",))
    assert command.limits == Limits(seconds=2.0, memory_mb=100)


def test_all_that_a_program_may_print_is_the_same_for_run_check_and_predict() -> None:
    predict = PredictStep(id="p", title="", text="", mode="number", program="x = 1")
    commands = [
        learner_command(STEP, "probability = 3"),
        *[command_under(STEP, "probability = 3", one, live=False) for one in scenarios(STEP)],
        predict_command(predict),
        predict_command(predict, "x = 2"),
    ]
    assert {command.limits.output_mb * 1024 * 1024 for command in commands} == {MAX_BYTES}


@pytest.mark.parametrize("asks", [True, False])
def test_a_step_that_asks_for_network_or_card_asks_for_all_its_programs(asks: bool) -> None:
    step = sigmoid_step(network=asks, gpu=not asks)
    predict = PredictStep(
        id="p", title="", text="", mode="number", program="x = 1", network=asks, gpu=not asks
    )
    commands: list[Execute | ObserveAll] = [
        learner_command(step, "probability = 3"),
        *author_commands(step),
        predict_command(predict),
    ]
    assert {command.network for command in commands} == {asks}
    assert {command.gpu for command in commands} == {not asks}


@pytest.mark.parametrize(("text", "reads"), [("moved(x)", True), ("trace.losses", False)])
def test_states_are_kept_for_all_programs_of_a_step_that_asks_for_them(
    text: str, reads: bool
) -> None:
    step = sigmoid_step(checks=(Check(same=text, name="x"),))
    predict = PredictStep(id="p", title="", text="", mode="number", program="x = 1", answer=text)
    commands: list[Execute | ObserveAll] = [
        *[command_under(step, "x = 1", one, live=False) for one in scenarios(step)],
        *author_commands(step),
        predict_command(predict),
    ]
    assert {command.step_log for command in commands} == {reads}


def test_the_authors_programs_come_in_the_same_order_every_time() -> None:
    solution, wrongs = author_commands(STEP)
    assert (solution, wrongs) == author_commands(STEP)
    assert [p.source for p in solution.programs] == [SOLUTION] * 4
    assert [p.seed for p in solution.programs] == [5, 5, 3, other_seed(STEP).seed]
    assert wrong_programs(STEP) == ("probability = 1", "probability = 2")
    assert [(p.source[-1], p.given, p.seed) for p in wrongs.programs] == [
        ("1", "x = 2.4", 5),
        ("1", "x = -1.3", 5),
        ("1", "x = 2.4", 3),
        ("2", "x = 2.4", 5),
        ("2", "x = -1.3", 5),
        ("2", "x = 2.4", 3),
    ]


def test_the_solution_alone_is_asked_what_would_give_it_away() -> None:
    solution, wrongs = author_commands(STEP)
    assert [q.expression for q in solution.questions][-1] == "sigmoid(probability)"
    assert "sigmoid(probability)" not in [q.expression for q in wrongs.questions]
    assert applied_again(STEP) == {"probability": ("sigmoid(probability)",)}


def test_a_step_without_wrong_programs_has_one_command() -> None:
    (solution,) = author_commands(sigmoid_step())
    assert isinstance(solution, ObserveAll)
    assert applied_again(sigmoid_step()) == {"probability": ()}


def test_author_programs_have_time_for_all_of_them() -> None:
    slow = sigmoid_step(limit_s=40.0)
    assert author_commands(slow)[0].limits.seconds == 120.0
    assert author_commands(sigmoid_step())[0].limits.seconds == 60.0


def test_the_other_seed_stays_in_range() -> None:
    assert 0 <= other_seed(sigmoid_step(seed=2**32 - 1)).seed < 2**32


def test_every_run_has_the_data_files_of_the_step() -> None:
    data = (("table.csv", b"3700"),)
    step = sigmoid_step(
        data=data, own_misconceptions=(Misconception(id="a", say="a", wrong="probability = 1"),)
    )
    commands: list[Execute | ObserveAll] = [
        learner_command(step, SOLUTION),
        command_under(step, SOLUTION, scenarios(step)[1], live=False),
        *author_commands(step),
    ]
    predict = PredictStep(id="p", title="P", text="?", mode="one", program="x = 1", data=data)
    commands += [predict_command(predict), predict_command(predict, "x = 2")]
    assert len(commands) == 6
    assert {command.files for command in commands} == {data}
