from __future__ import annotations

import struct

import pytest

from tutor.authoring.hardcoded import as_python, hardcoded_program
from tutor.course.model import CodeStep
from tutor.wire.values import (
    BoolValue,
    CallableValue,
    ComplexValue,
    FloatValue,
    IntValue,
    NoneValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (NoneValue(), "None"),
        (BoolValue(True), "True"),
        (IntValue(-3), "-3"),
        (FloatValue(0.1), "0.1"),
        (FloatValue(float("-inf")), "float('-inf')"),
        (ComplexValue(1.0, -2.0), "complex(1.0, -2.0)"),
        (TextValue("a'b"), '"a\'b"'),
        (SequenceValue("list", 2, (IntValue(1), TextValue("x"))), "list([1, 'x'])"),
        (SequenceValue("tuple", 0, ()), "tuple([])"),
        (SequenceValue("list", 9, (IntValue(1),)), None),
        (SequenceValue("list", 1, (CallableValue("function", "f"),)), None),
        (SequenceValue("set", 1, (IntValue(1),)), None),
        (CallableValue("function", "f"), None),
    ],
)
def test_a_value_written_down(value: Value, text: str | None) -> None:
    assert as_python(value) == text
    if text is not None and not isinstance(value, FloatValue):
        eval(text)


def test_a_tensor_written_down() -> None:
    data = struct.pack("<2d", 0.5, float("nan"))
    tensor = TensorValue(dtype="float32", kind="float", shape=(1, 2), data=data)
    text = "torch.tensor([0.5, float('nan')], dtype=torch.float32).reshape((1, 2))"
    assert as_python(tensor) == text
    large = TensorValue(dtype="int64", kind="int", shape=(2000,), data=bytes(16000))
    assert as_python(large) is None


def step(solution: str) -> CodeStep:
    return CodeStep(id="s", title="S", text="S", scaffold="", solution=solution)


def test_names_that_can_be_typed_in_follow_the_solution() -> None:
    bound: dict[str, Value] = {"y": IntValue(6), "f": CallableValue("function", "f")}
    cheat = hardcoded_program(step("f = abs\ny = f(x)"), ("f", "y"), bound)
    assert cheat == "f = abs\ny = f(x)\ny = 6"


def test_what_the_solution_types_in_itself_is_no_cheat() -> None:
    bound: dict[str, Value] = {"rate": FloatValue(0.1)}
    assert hardcoded_program(step("rate = 0.1"), ("rate",), bound) is None
    assert hardcoded_program(step("rate = half / 5"), ("rate",), bound) is not None
    assert hardcoded_program(step("rate = half / 5"), (), bound) is None
