from __future__ import annotations

import pytest

from tests.support.observations import number, tensor
from tutor.grading.show import MAX_SHOWN, describe, shorten, show_number, show_value
from tutor.wire.values import (
    BoolValue,
    CallableValue,
    ClassValue,
    IntValue,
    MappingValue,
    Missing,
    ModuleValue,
    NoneValue,
    Other,
    SequenceValue,
    TextValue,
    Value,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0831727, "0.0832"),
        (14.7288, "14.7288"),
        (2.0, "2.0"),
        (0.0, "0.0"),
        (-0.25, "-0.2500"),
        (1.1698e-4, "0.000117"),
        (1e-12, "1e-12"),
        (123456.0, "1.23e+05"),
        (3, "3"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
    ],
)
def test_a_number_in_a_message(value: float, text: str) -> None:
    assert show_number(value) == text


@pytest.mark.parametrize(
    ("value", "text", "sort"),
    [
        (number(2.5), "2.5", "a number"),
        (IntValue(3), "3", "a number"),
        (BoolValue(True), "True", "a number"),
        (tensor([1, 2.5], (1, 2)), "[[1.0, 2.5000]]", "a tensor"),
        (tensor([0.5] * 100), "tensor of shape (100,)", "a tensor"),
        (tensor([], (0, 3)), "[]", "a tensor"),
        (TextValue("a"), "'a'", "text"),
        (NoneValue(), "None", "None"),
        (Missing(), "missing", "missing"),
        (ClassValue("Sigmoid"), "the class `Sigmoid`", "the class `Sigmoid`"),
        (CallableValue("function", "f"), "a function", "a function"),
        (ModuleValue("Linear", "Linear(8, 1)", 9), "Linear(8, 1)", "a module (`Linear`)"),
        (SequenceValue("list", 1, (IntValue(1),)), "[1]", "a list"),
        (
            MappingValue("OrderedDict", 0, ()),
            "an object of the type `OrderedDict`",
            "an object of the type `OrderedDict`",
        ),
        (Other("ellipsis"), "the blank `...`", "the blank `...`"),
        (Other("SGD", "SGD (lr: 0.1)"), "SGD (lr: 0.1)", "an object of the type `SGD`"),
    ],
)
def test_values(value: Value, text: str, sort: str) -> None:
    assert show_value(value) == text
    assert describe(value) == sort


def test_long_texts_are_cut_and_lines_joined() -> None:
    assert shorten("a\n  b") == "a b"
    assert len(shorten("x" * 500)) == MAX_SHOWN
    assert shorten("x" * 500).endswith("…")
