"""Values as short texts."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.wire import values
from tutor.wire.values import FloatValue, IntValue, TensorValue, TextValue, Value
from tutor.worker.format_value import MAX_SHOWN, format_value, number


def _tensor(numbers: list[float], *shape: int) -> TensorValue:
    return TensorValue("float32", "float", shape, struct.pack(f"<{len(numbers)}d", *numbers))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (values.NoneValue(), "None"),
        (values.BoolValue(True), "True"),
        (IntValue(12_345_678), "12345678"),
        (FloatValue(2.0), "2.0"),
        (FloatValue(0.91682732), "0.91683"),
        (FloatValue(8.061936), "8.0619"),
        (FloatValue(-1e-7), "-1e-07"),
        (FloatValue(float("nan")), "nan"),
        (FloatValue(float("-inf")), "-inf"),
        (values.ComplexValue(1.0, -2.5), "(1.0-2.5j)"),
        (TextValue("raw text"), "raw text"),
        (TextValue("two\n lines"), "two lines"),
        (_tensor([0.91682732], 1, 1), "tensor([[0.91683]])"),
        (_tensor([1, 2, 3, 4], 2, 2), "tensor([[1.0, 2.0], [3.0, 4.0]])"),
        (_tensor([5.0]), "tensor(5.0)"),
        (
            _tensor([1, 2] * 8, 1, 16),
            "tensor of shape (1, 16): 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, …",
        ),
        (_tensor([], 0, 3), "tensor of shape (0, 3)"),
        (values.ArrayValue("bool", "bool", (2,), b"\x01\x00"), "array([True, False])"),
        (
            values.ArrayValue("complex64", "complex", (1,), struct.pack("<2d", 1, 2)),
            "array([(1.0+2.0j)])",
        ),
        (values.SequenceValue("list", 1, (TextValue("a"),)), "['a']"),
        (values.SequenceValue("tuple", 1, (IntValue(1),)), "(1,)"),
        (values.SequenceValue("Size", 2, (IntValue(1), IntValue(6))), "Size(1, 6)"),
        (
            values.SequenceValue("list", 50, tuple(map(IntValue, range(50)))),
            "[0, 1, 2, 3, 4, 5, 6, 7, …]",
        ),
        (values.MappingValue("dict", 1, ((TextValue("lr"), FloatValue(0.1)),)), "{'lr': 0.1}"),
        (values.CallableValue("function", "relu"), "the function relu"),
        (values.ClassValue("Sigmoid"), "the class Sigmoid"),
        (values.ModuleValue("Sigmoid", "Sigmoid()", 0), "Sigmoid()"),
        (values.Other("Thing"), "a Thing"),
        (values.Missing(), "nothing"),
    ],
)
def test_a_short_text(value: Value, text: str) -> None:
    assert format_value(value) == text


@given(st.floats(-1e300, 1e300))
def test_a_number_is_shown_to_five_digits(value: float) -> None:
    assert float(number(value)) == pytest.approx(value, rel=1e-4, abs=1e-308)


@given(st.text())
def test_no_text_is_longer_than_eighty(text: str) -> None:
    assert len(format_value(values.SequenceValue("list", 9, (TextValue(text),) * 9))) <= MAX_SHOWN
