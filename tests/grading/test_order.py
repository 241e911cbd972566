"""The order of lines: every one that works is right, and a decoy is told where it is to blame."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.python_runner import PythonRunner
from tutor.course.line_order import program_of
from tutor.course.model import CourseOutline, OrderStep
from tutor.course.step_tables import Check, Decoy, Variation, WrongOrder
from tutor.grading.kinds import grading_of
from tutor.grading.order import NOTHING_IN, UNCHANGED, as_code, grade_order
from tutor.grading.plan import author_commands
from tutor.grading.verdict import Verdict
from tutor.session.state import State

DECOY_WHY = "A `break` ends the loop before the last number."
ALWAYS_WHY = "Nobody reads `last`."


def order_step(**changes: Any) -> OrderStep:  # noqa: ANN401 # fields of a step
    """Sum up products in a loop: the two first lines stand in any order."""
    fields: dict[str, Any] = {
        "id": "sum-up",
        "title": "Sum up",
        "text": "Add twice each number of `numbers`, and its sign, to `total`.",
        "given": "numbers = [3, -4, 5]\ntotal = 0",
        "around": "for number in numbers:\n    {lines}\nprint(total)",
        "lines": "double = 2 * number\nsign = number / abs(number)\ntotal += double + sign\n",
        "decoys": (
            Decoy(line="break", why=DECOY_WHY),
            Decoy(line="last = number", why=ALWAYS_WHY),
        ),
        "checks": (Check(same="total"),),
        "variations": (Variation(given={"numbers": "[2]"}),),
        "wrong_orders": (
            WrongOrder(id="undefined", say="Not there yet.", raises="double"),
            WrongOrder(id="too-late", say="No sign yet.", order=(1, 3, 2)),
        ),
    }
    return OrderStep(**{**fields, **changes})


STEP = order_step()


async def judged(*numbers: int, step: OrderStep = STEP) -> Verdict:
    return await grade_order(step, program_of(step, numbers), PythonRunner())


async def test_every_order_that_works_is_right_and_no_other() -> None:
    right = [
        numbers for numbers in permutations((1, 2, 3)) if (await judged(*numbers)).kind == "accept"
    ]
    assert right == [(1, 2, 3), (2, 1, 3)]


async def test_a_wrong_order_has_its_own_words() -> None:
    verdict = await judged(1, 3, 2)
    assert (verdict.kind, verdict.slug, verdict.message) == ("reject", "too-late", "No sign yet.")
    assert verdict.line == 3
    assert (await judged(3, 2, 1)).slug == "undefined"


async def test_the_lines_as_they_were_shuffled_are_no_attempt() -> None:
    verdict = await grade_order(STEP, STEP.scaffold, PythonRunner())
    assert (verdict.kind, verdict.slug, verdict.message) == (
        "not-attempted",
        "nothing-changed",
        UNCHANGED,
    )


async def test_lines_that_are_all_taken_out_are_no_attempt() -> None:
    taken_out = STEP.scaffold.replace("    ", "    # ")
    verdict = await grade_order(STEP, taken_out, PythonRunner())
    assert (verdict.kind, verdict.message) == ("not-attempted", NOTHING_IN)


async def test_a_line_that_is_taken_out_is_not_there() -> None:
    program = program_of(STEP, (2, 1, 3, 4, 5)).replace("break", "# break")
    program = program.replace("last", "# last")
    assert (await grade_order(STEP, program, PythonRunner())).kind == "accept"


async def test_a_decoy_is_to_blame_where_the_rest_is_right() -> None:
    verdict = await judged(1, 2, 3, 4)
    assert (verdict.kind, verdict.slug, verdict.message) == ("reject", "decoy-line", DECOY_WHY)
    assert verdict.line == 5


async def test_a_decoy_is_not_to_blame_where_the_rest_is_wrong_too() -> None:
    assert (await judged(1, 3, 2, 5)).slug == "too-late"


async def test_a_decoy_that_does_no_harm_is_a_remark() -> None:
    verdict = await judged(1, 2, 5, 3)
    assert (verdict.kind, verdict.slug) == ("accept-with-note", "decoy-line")
    assert verdict.message == f"It works with `last = number` in that place, too. {ALWAYS_WHY}"


async def test_the_same_answer_written_otherwise_is_judged_by_what_it_does() -> None:
    source = "numbers = [3, -4, 5]\ntotal = 0\nfor n in numbers:\n    double=2*n\n" + (
        "    sign = n / abs(n)\n    total = total + double + sign"
    )
    step = order_step(lines="double = 2 * number\ntotal += double + number / abs(number)\n")
    assert (await grade_order(step, source, PythonRunner())).accepted


def test_the_code_step_that_it_amounts_to_has_the_author_programs() -> None:
    code = as_code(STEP)
    assert code.solution == program_of(STEP, (1, 2, 3))
    assert [item.wrong for item in code.misconceptions] == ["", program_of(STEP, (1, 3, 2))]
    assert len(author_commands(code)) == 2


@pytest.mark.parametrize("step_id", ["a", "b", "c", "d"])
def test_the_start_has_all_lines_and_is_never_in_order(step_id: str) -> None:
    step = order_step(id=step_id)
    assert step.scaffold != program_of(step, (1, 2, 3, 4, 5))
    assert sorted(step.scaffold.splitlines()) == sorted(
        program_of(step, (1, 2, 3, 4, 5)).splitlines()
    )
    assert step.scaffold == order_step(id=step_id).scaffold


async def test_wrong_orders_are_experiments_after_a_right_one() -> None:
    step = order_step(given="numbers = [3, -4, 5]\ntotal = sign = 0")
    grading, runner = grading_of(step), PythonRunner()
    found = await grading.find_experiments(step, runner)
    assert found is not None
    (experiment,) = found
    assert experiment.program == program_of(STEP, (1, 3, 2))
    assert experiment.asked.words == "`total`"
    assert grading.run_experiment is not None
    result = await grading.run_experiment(step, experiment, runner)
    assert not isinstance(result, str)
    assert result.came_out in experiment.options


def test_a_hint_may_be_meant_for_a_wrong_order() -> None:
    step = order_step(hints=("a", "b"), hint_for={"too-late": 2})
    assert as_code(step).hint_for == {"too-late": 2}
    state = State(course=CourseOutline(title=""), step=step)
    assert replace(state, verdict=Verdict("reject", "too-late")).next_hint == 2
    assert state.next_hint == 1
