from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.grading.typed import half_unit, parse_number, parse_shape


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0,75", 0.75),
        (" .75 ", 0.75),
        (",75", 0.75),
        ("3/4", 0.75),
        ("3 / 4", 0.75),
        ("3÷4", 0.75),
        ("-3/-4", 0.75),
        ("75 %", 0.75),
        ("75%", 0.75),
        ("= 0.75", 0.75),
        ("≈0.75", 0.75),
        ("-3", -3),
        ("−3", -3),
        ("– 3", -3),
        ("+ 3", 3),
        ("3.", 3),
        ("1e-3", 0.001),
        ("1E−3", 0.001),
        ("2·10^-3", 0.002),
        ("2 x 10**3", 2000),
        ("1 000", 1000),
        ("1 234 567.5", 1234567.5),
        ("1_000", 1000),
    ],
)
def test_a_number_as_people_type_it(text: str, number: float) -> None:
    assert parse_number(text) == pytest.approx(number)


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "1 2", "1/2/3", "1/0", "/2", "1/", "--1", "1,2,3", "1.2.3", "e5", "1e", "nan",
     "inf", "-inf", "1e999", "1/1e-400", "0x10", "²", "٣", "%", ".", ",", "1%%", "(2, 4)", "None"],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "text",
    ["(2, 4)", "2, 4", "2,4", "2x4", "2 x 4", "2X4", "2×4", "2 4", "2  4", "[2, 4]", "(2,4,)",
     "(2, 4", "2*4", "2;4", "torch.Size([2, 4])", " ( 2 , 4 ) "],
)  # fmt: skip
def test_a_shape_as_people_type_it(text: str) -> None:
    assert parse_shape(text) == (2, 4)


def test_short_shapes() -> None:
    assert parse_shape("()") == parse_shape("[]") == ()
    assert parse_shape("(3,)") == parse_shape("3") == (3,)


@pytest.mark.parametrize(
    "text",
    ["", " ", ",", "(,)", "(2,,4)", "2.5", "-2, 4", "a, b", "2, four", "²", "9" * 10, "9" * 5000],
)
def test_what_is_no_shape(text: str) -> None:
    assert parse_shape(text) is None


@given(st.lists(st.integers(0, 99), max_size=4))
def test_python_shapes_are_read(shape: list[int]) -> None:
    assert parse_shape(str(tuple(shape))) == tuple(shape)


@given(st.floats(-1e9, 1e9))
def test_python_numbers_are_read(number: float) -> None:
    assert parse_number(str(number)) == number


@given(st.text())
def test_no_text_crashes(text: str) -> None:
    number = parse_number(text)
    assert number is None or math.isfinite(number)
    shape = parse_shape(text)
    assert shape is None or all(size >= 0 for size in shape)


@pytest.mark.parametrize(
    ("text", "half"),
    [("0.75", 0.005), ("0,7", 0.05), ("−.750", 0.0005), ("2.5e-3", 5e-5), ("2.5·10^-3", 5e-5),
     ("92 %", 0.005), ("92.5 %", 0.0005), ("3", 0), ("1e-3", 0), ("3/4", 0), ("three", 0)],
)  # fmt: skip
def test_half_a_unit_of_the_last_digit(text: str, half: float) -> None:
    assert half_unit(text) == pytest.approx(half)
