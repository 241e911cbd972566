from __future__ import annotations

import pytest

from tests.grading.steps import sigmoid_step
from tests.support.observations import number
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Misconception
from tutor.grading.misconceptions import computes_alike, find_misconception, masked, raises_alike
from tutor.grading.plan import Scenario
from tutor.grading.scenario_result import RunAnswers, ScenarioResult
from tutor.wire.events import Answer, ErrorFacts, Executed, Observation
from tutor.wire.values import BoolValue, Missing, Value

SCENARIOS = (Scenario("", "x = 1"), Scenario("x = 2", "x = 2"))
ZERO_DIVISION = ErrorFacts("ZeroDivisionError", "division by 0")


def run(**said: Value | ErrorFacts) -> RunAnswers:
    answers = {
        name: Answer(Missing(), error=value) if isinstance(value, ErrorFacts) else Answer(value)
        for name, value in said.items()
    }
    return RunAnswers(
        Observation("finished", Executed("finished"), tuple(answers.values())), answers
    )


def step_of(*checks: Check) -> CodeStep:
    return sigmoid_step(checks=checks)


def results_of(learner: list[RunAnswers], solution: list[RunAnswers]) -> list[ScenarioResult]:
    return [
        ScenarioResult(scenario, mine, right)
        for scenario, mine, right in zip(SCENARIOS, learner, solution, strict=True)
    ]


P = step_of(Check(same="p"))
RIGHT = [run(p=number(1)), run(p=number(2))]


def alike(
    learner: list[RunAnswers],
    wrong: list[RunAnswers],
    step: CodeStep = P,
    right: list[RunAnswers] = RIGHT,
) -> bool:
    return computes_alike(step, results_of(learner, right), wrong)


def test_alike_on_the_base_and_every_variation() -> None:
    wrong = [run(p=number(5)), run(p=number(6))]
    assert alike([run(p=number(5)), run(p=number(6))], wrong)
    assert not alike([run(p=number(5)), run(p=number(7))], wrong)
    assert not alike([run(p=number(4)), run(p=number(6))], wrong)


def test_a_wrong_program_that_is_right_on_the_base_is_told_by_the_variation() -> None:
    wrong = [run(p=number(1)), run(p=number(6))]
    assert alike([run(p=number(1)), run(p=number(6))], wrong)
    assert not alike([run(p=number(3)), run(p=number(6))], wrong)


def test_a_program_that_is_right_everywhere_is_no_evidence() -> None:
    assert not alike(RIGHT, RIGHT)


def test_a_missing_name_is_no_evidence() -> None:
    missing = [run(p=Missing()), run(p=Missing())]
    undefined = ErrorFacts("NameError", "name 'p' is not defined")
    assert not alike(missing, missing)
    assert not alike([run(p=undefined)] * 2, [run(p=undefined)] * 2)


def test_alike_errors_of_a_check_are_evidence() -> None:
    failing = [run(p=ZERO_DIVISION)] * 2
    assert alike(failing, [run(p=ErrorFacts("ZeroDivisionError", "division by 7"))] * 2)
    assert not alike(failing, [run(p=ErrorFacts("ValueError", "division by 0"))] * 2)
    assert not alike(failing, [run(p=number(3))] * 2)


def test_wrong_programs_that_were_not_observed_never_match() -> None:
    lost = RunAnswers(Observation("lost"))
    assert not alike([run(p=number(5))] * 2, [lost, lost])


def test_only_checks_that_the_wrong_program_misses_are_compared() -> None:
    step = step_of(Check(same="p"), Check(same="q"))
    right = [run(p=number(1), q=number(1))] * 2
    wrong = [run(p=number(5), q=number(1))] * 2
    assert alike([run(p=number(5), q=number(9))] * 2, wrong, step, right)
    assert not alike([run(p=number(6), q=number(1))] * 2, wrong, step, right)


def test_all_that_it_misses_are_compared() -> None:
    step = step_of(Check(same="p"), Check(same="q"))
    right = [run(p=number(1), q=number(1))] * 2
    wrong = [run(p=number(5), q=number(5))] * 2
    assert not alike([run(p=number(5), q=number(1))] * 2, wrong, step, right)


def test_properties_are_alike_if_both_hold_or_neither_does() -> None:
    step = step_of(Check(true="p"))
    right = [run(p=BoolValue(True))] * 2
    assert alike([run(p=BoolValue(False))] * 2, [run(p=number(0))] * 2, step, right)
    assert not alike(right, [run(p=number(0))] * 2, step, right)


def test_properties_alone_are_no_evidence_where_something_else_is_missed() -> None:
    step = step_of(Check(true="p"), Check(same="q"), Check(same="r", note="other-r"))
    right = [run(p=BoolValue(True), q=number(1), r=number(1))] * 2
    wrong = [run(p=BoolValue(False), q=number(1), r=number(1))] * 2
    assert alike([run(p=BoolValue(False), q=number(1), r=number(2))] * 2, wrong, step, right)
    assert not alike([run(p=BoolValue(False), q=number(9), r=number(1))] * 2, wrong, step, right)


def test_a_variation_that_only_leads_to_a_note_does_not_hide_a_mistake() -> None:
    """The same mistake, made for one row, comes out otherwise with more; who makes it for all
    rows is told apart by them."""
    items = (
        Misconception(id="a", say="", wrong="p = 5"),
        Misconception(id="b", say="", wrong="p = 5 * x"),
    )
    step = sigmoid_step(checks=(Check(same="p"),), own_misconceptions=items)
    soft = Scenario("x = rows", "x = rows", note="one-row-only")
    wrongs = {"p = 5": [run(p=number(5))] * 2, "p = 5 * x": [run(p=number(n)) for n in (5, 10)]}

    def found(*numbers: float) -> str | None:
        results = [
            ScenarioResult(scenario, run(p=number(mine)), right)
            for scenario, mine, right in zip((SCENARIOS[0], soft), numbers, RIGHT, strict=True)
        ]
        item = find_misconception(step, results, wrongs, [])
        return item.id if item else None

    assert found(5, 10) == "b"
    assert found(5, 7) == "a"
    assert found(6, 10) is None


def test_one_number_that_was_typed_in_shows_no_way_to_it() -> None:
    """The wrong program comes to 5 whatever is given; so does who writes 5."""
    item = Misconception(id="a", say="", wrong="p = x - x + 5")
    typing = Misconception(id="b", say="", wrong="p = 5")
    learner = [run(p=number(5))] * 2

    def found(item: Misconception, typed_in: set[str]) -> str | None:
        step = sigmoid_step(checks=(Check(same="p"),), own_misconceptions=(item,))
        wrongs = {item.wrong: [run(p=number(5))] * 2}
        found = find_misconception(step, results_of(learner, RIGHT), wrongs, [], typed_in)
        return found.id if found else None

    assert found(item, set()) == "a"
    assert found(item, {"q"}) == "a"
    assert found(item, {"p"}) is None
    assert found(typing, {"p"}) == "b"


def test_the_first_in_file_order_is_found() -> None:
    items = (
        Misconception(id="a", say="", when="odd"),
        Misconception(id="b", say="", wrong="p = 5"),
        Misconception(id="c", say="", raises="Zero"),
    )
    step = sigmoid_step(checks=(Check(same="p"),), own_misconceptions=items)
    wrong = {"p = 5": [run(p=number(5))] * 2}

    def found(learner: RunAnswers) -> str | None:
        results = results_of([learner, learner], RIGHT)
        item = find_misconception(step, results, wrong, [learner])
        return item.id if item else None

    assert found(run(p=number(5), odd=BoolValue(True))) == "a"
    assert found(run(p=number(5), odd=BoolValue(False))) == "b"
    assert found(run(p=number(5), odd=ZERO_DIVISION)) == "b"
    assert found(run(p=ZERO_DIVISION)) == "c"
    assert found(run(p=number(6))) is None


@pytest.mark.parametrize(
    ("message", "source", "expected"),
    [
        ("shapes (1x6 and 8x3)", "", "shapes (#x# and #x#)"),
        ("<f at 0x7f00aa>", "", "<f at @>"),
        ("f() takes 1 argument", "def f(a): pass", "_() takes # argument"),
        ("Module [Net] is missing", "class Net: pass", "Module [_] is missing"),
        ("module 'torch.nn' has no attribute 'sigmoid'", "x = 1", None),
        ("loss of 1.5e-3", "not python (", "loss of #"),
    ],
)
def test_masking(message: str, source: str, expected: str | None) -> None:
    assert masked(message, source) == (expected or message)


def test_errors_alike_but_for_numbers_and_own_names() -> None:
    def raising(message: str) -> RunAnswers:
        error = ErrorFacts("TypeError", message)
        return RunAnswers(Observation("raised", Executed("raised", error=error)))

    mine = ErrorFacts("TypeError", "g() takes 2 arguments")
    assert raises_alike(mine, "g = 1", raising("h() takes 3 arguments"), "h = 2")
    assert not raises_alike(mine, "g = 1", raising("h() takes 3 arguments"), "")
    assert not raises_alike(mine, "g = 1", run(p=number(1)), "h = 2")
