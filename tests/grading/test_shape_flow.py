"""The way of the shapes through a model, as a learner reads it."""

from __future__ import annotations

from msgspec.structs import replace

from tests.grading.facts import facts
from tutor.grading.errors import quote
from tutor.grading.shape_flow import shape_flow
from tutor.wire.events import LayerShapes


def linear(number: int, takes: int, gives: int) -> LayerShapes:
    return LayerShapes(
        f"model[{number}]", "Linear", (gives, takes), took=(1, takes), gave=(1, gives)
    )


FAILED = LayerShapes("model[2]", "Linear", (2, 5), took=(1, 4), failed=True)


def test_each_layer_says_what_came_in_and_what_came_out() -> None:
    assert shape_flow([linear(0, 16, 8), linear(1, 8, 4), FAILED]) == (
        "model[0]  Linear(16, 8)  (1, 16) → (1, 8)",
        "model[1]  Linear(8, 4)   (1, 8) → (1, 4)",
        "model[2]  Linear(5, 2)   (1, 4) does not fit: it takes 5 numbers",
    )


def test_of_a_deep_model_the_last_layers_are_shown() -> None:
    deep = [linear(n, 3, 3) for n in range(9)]
    lines = shape_flow([*deep, LayerShapes("model[9]", "Linear", (2, 5), (1, 3), failed=True)])
    assert lines[0] == "(5 layers before)"
    assert [line.split()[0] for line in lines[1:]] == [f"model[{n}]" for n in (5, 6, 7, 8, 9)]


def test_a_layer_that_fails_for_another_reason_than_its_width() -> None:
    convolution = LayerShapes("net.conv", "Conv2d", (4, 3, 2, 2), took=(1, 2, 5, 5), failed=True)
    assert shape_flow([convolution]) == ("net.conv  Conv2d  (1, 2, 5, 5) fails here",)
    fits = LayerShapes("net.fc", "Linear", (4, 3), took=(1, 3), failed=True)
    assert shape_flow([fits]) == ("net.fc  Linear(3, 4)  (1, 3) fails here",)
    unknown = LayerShapes("net.head", "Head", failed=True)
    assert shape_flow([unknown]) == ("net.head  Head  ? fails here",)


def test_nothing_is_said_when_no_layer_failed() -> None:
    assert shape_flow([]) == ()
    assert shape_flow([linear(0, 2, 2)]) == ()


def test_it_stands_under_the_message_as_evidence() -> None:
    error = facts("RuntimeError: mat1 and mat2 shapes cannot be multiplied (1x4 and 5x2)")
    told = quote(replace(error, line=2, source_line="model(x)", layers=(linear(1, 8, 4), FAILED)))
    assert told[0] == "line 2: model(x)"
    assert told[2].startswith("model[1]")
    assert told[3].startswith("model[2]")
