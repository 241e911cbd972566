"""Further givens, drawn in the shape of those that a step has."""

from __future__ import annotations

import ast
from typing import Any

from tests.grading.steps import sigmoid_step
from tutor.authoring.mutation.inputs import can_draw, further_inputs
from tutor.course.given_variations import bound_to
from tutor.course.model import CodeStep
from tutor.course.step_tables import Variation


def drawn(step: CodeStep, name: str) -> list[str]:
    return [bound_to(scenario.given, name) for scenario in further_inputs(step, 20)]


def varied(given: str, *variations: dict[str, str], note: str = "") -> CodeStep:
    return sigmoid_step(
        given=given, variations=tuple(Variation(given=each, note=note) for each in variations)
    )


def literal(text: str) -> Any:  # noqa: ANN401 # what the text says
    return ast.literal_eval(text)


def test_numbers_are_others_each_time_and_the_same_in_each_run() -> None:
    step = varied("x = 2.4", {"x": "-1.3"})
    numbers = drawn(step, "x")
    assert len(set(numbers)) == 20
    assert all(-2.4 <= literal(number) <= 2.4 for number in numbers)
    assert drawn(step, "x") == numbers


def test_whole_numbers_stay_within_those_of_the_step() -> None:
    assert set(drawn(varied("y = 1", {"y": "0"}, {"y": "2"}), "y")) == {"0", "1", "2"}


def test_the_shape_is_that_of_the_base_or_of_a_variation_that_refuses() -> None:
    step = varied("x = [1.5, 2.0]\nn = 2", {"x": "[0.5, -0.5, 1.0]", "n": "3"})
    pairs = set(zip((len(literal(x)) for x in drawn(step, "x")), drawn(step, "n"), strict=True))
    assert {length for length, _ in pairs} == {2, 3}
    noted = varied("x = [1.5, 2.0]", {"x": "[0.5]"}, note="long")
    assert {len(literal(x)) for x in drawn(noted, "x")} == {2}


def test_sizes_and_axes_of_a_call_stay_as_they_are() -> None:
    step = varied("x = torch.tensor([[1.0, 2.0]]).reshape(2, 1)", {"x": "torch.zeros(2, 1)"})
    texts = set(drawn(step, "x"))
    assert "torch.zeros(2, 1)" in texts
    assert not can_draw(sigmoid_step(variations=(Variation(seed=1),)))
    assert can_draw(step)


def test_a_given_that_no_variation_varies_stays_as_it_is() -> None:
    step = varied("x = 2.4\nrate = 0.1", {"x": "1.0"})
    assert set(drawn(step, "rate")) == {"0.1"}


def test_seeds_are_others_too() -> None:
    seeds = [scenario.seed for scenario in further_inputs(sigmoid_step(variations=()), 3)]
    assert len({0, *seeds}) == 4
    assert {each.given for each in further_inputs(sigmoid_step(), 1)} != {sigmoid_step().given}
