"""Tables of values and their shades."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.ui.charts.heat_scale import (
    LEVELS,
    format_signed,
    level,
    max_magnitude,
    sample,
    sampled_note,
    sign,
    to_grid,
)

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("shape", "rows", "columns", "note"),
    [
        ((), 1, 1, ""),
        ((6,), 1, 6, ""),
        ((2, 3), 2, 3, ""),
        ((2, 3, 4), 2, 12, "(2, 3, 4) shown as 2 × 12"),
        ((0, 3), 0, 3, ""),
    ],
)
def test_any_shape_becomes_a_table(
    shape: tuple[int, ...], rows: int, columns: int, note: str
) -> None:
    table = to_grid([0.0] * math.prod(shape), shape)
    assert (table.rows, table.columns, table.note) == (rows, columns, note)


def test_values_are_read_row_by_row() -> None:
    assert to_grid([1, 2, 3, 4, 5, 6], (2, 3)).at(1, 0) == 4


def test_values_must_fill_the_shape() -> None:
    with pytest.raises(ValueError, match=r"5 values do not fill the shape \(2, 3\)"):
        to_grid([0.0] * 5, (2, 3))


@given(st.integers(1, 300), st.integers(1, 60))
def test_a_sample_fits_and_is_even(count: int, room: int) -> None:
    chosen = sample(count, room)
    assert len(chosen) <= room
    assert (chosen.step == 1) == (count <= room)


@pytest.mark.parametrize(
    ("every", "note"),
    [
        (1, ""),
        (2, "every 2nd row"),
        (3, "every 3rd row"),
        (12, "every 12th row"),
        (23, "every 23rd row"),
    ],
)
def test_what_is_left_out_is_told(every: int, note: str) -> None:
    assert sampled_note("row", sample(every * 5, 5)) == note


@given(st.lists(FINITE, min_size=1))
def test_the_scale_is_symmetric_and_keeps_order(values: list[float]) -> None:
    limit = max_magnitude(values)
    levels = [level(value, limit) for value in sorted(values)]
    assert levels == sorted(levels, key=lambda step: step or 0)
    assert [level(-value, limit) for value in values] == [
        -(level(value, limit) or 0) for value in values
    ]
    if limit:
        assert LEVELS in [abs(step or 0) for step in levels]


def test_values_that_are_none_have_no_shade() -> None:
    assert max_magnitude([math.nan, math.inf, -2.0]) == 2.0
    assert level(math.nan, 2.0) is None
    assert level(math.inf, 2.0) is None
    assert level(1.0, 0.0) == 0
    assert max_magnitude([math.nan]) == 0


def test_the_outer_third_is_signed() -> None:
    assert [sign(step) for step in (-7, -5, -4, 0, 4, 5, 7)] == ["-", "-", " ", " ", " ", "+", "+"]


@given(FINITE)
def test_numbers_are_short(value: float) -> None:
    assert len(format_signed(value)) <= 8
    assert format_signed(value)[0] in "+-0"
