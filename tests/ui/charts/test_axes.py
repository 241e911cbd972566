"""Axes and ticks for any numbers."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tutor.ui.charts.axes import (
    MAX_NUMBER,
    Axis,
    format_label,
    has_place,
    linear_axis,
    log_axis,
    log_ticks,
    row_labels,
    steps_extent,
    ticks,
)
from tutor.ui.charts.curve import MIN_SMOOTHED, smooth, thin

NUMBERS = st.floats(-1e9, 1e9).filter(lambda value: value == 0 or abs(value) > 1e-9)
POSITIVE = st.floats(1e-9, 1e9)


@given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_a_linear_axis_holds_its_values(values: list[float]) -> None:
    axis = linear_axis(values)
    slack = (axis.high - axis.low) * 1e-6
    assert axis.low - slack <= min(values) <= max(values) <= axis.high + slack
    for value in values:
        assert 0 <= axis.place(value, 100) <= 99


@given(st.lists(POSITIVE, min_size=1, max_size=20))
def test_a_log_axis_holds_its_values(values: list[float]) -> None:
    axis = log_axis(values)
    assert axis.low <= min(values) * (1 + 1e-6)
    assert max(values) <= axis.high * (1 + 1e-6)
    shown = log_ticks(axis.low, axis.high, 4)
    assert 1 <= len(shown) <= 4
    assert all(0 <= axis.place(value, 50) <= 49 for value in shown)


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0.02, 1.2, 7, (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)),
        (0.02, 1.2, 5, (0.1, 1.0)),
        (2, 9, 7, (2, 5)),
        (0.1, 10, 9, (0.1, 1, 10)),
        (1e-12, 1, 4, (1e-12, 1e-8, 1e-4, 1)),
    ],
)
def test_a_short_logarithmic_range_has_ticks_between_its_powers(
    low: float, high: float, most: int, expected: tuple[float, ...]
) -> None:
    assert log_ticks(low, high, most) == pytest.approx(expected)


EXTREMES = [0.0, 5e-324, 1e-300, 1e-16, 1.0, 1.0 + 2e-16, 1e16, 1e16 + 2, MAX_NUMBER]


@pytest.mark.parametrize("log", [False, True], ids=["linear", "log"])
@pytest.mark.parametrize("first", [*EXTREMES, -1.0, -MAX_NUMBER])
def test_the_least_and_the_greatest_numbers_have_an_axis(first: float, log: bool) -> None:
    for second in EXTREMES:
        values = [value for value in (first, second) if has_place(value, log=log)]
        if not values:
            continue
        axis = (log_axis if log else linear_axis)(values)
        assert axis.low < axis.high
        assert all(0 <= axis.place(value, 50) <= 49 for value in values)
        found = log_ticks(axis.low, axis.high, 7) if log else ticks(axis.low, axis.high, 5)
        assert all(map(math.isfinite, found))


def test_what_no_scale_can_hold_has_no_place() -> None:
    beyond = (math.nan, math.inf, -math.inf, 1e301, -1e308)
    assert not any(has_place(value, log=log) for value in beyond for log in (False, True))
    assert has_place(0.0)
    assert not has_place(0.0, log=True)


@given(st.lists(NUMBERS, min_size=2, max_size=10))
def test_an_axis_only_grows(values: list[float]) -> None:
    before = linear_axis(values[:1])
    after = linear_axis(values, before)
    assert after.low <= before.low
    assert before.high <= after.high


@given(NUMBERS, NUMBERS, st.integers(1, 8))
def test_ticks_are_few_even_and_inside(low: float, high: float, parts: int) -> None:
    assume(high - low > 1e-3 * max(abs(low), abs(high), 1e-9))
    found = ticks(low, high, parts)
    assert len(found) <= parts + 1
    slack = (high - low) * 1e-6
    assert all(low - slack <= value <= high + slack for value in found)


def test_losses_near_zero_begin_at_zero() -> None:
    assert linear_axis([0.91, 0.21]) == Axis(0.0, 1.0)
    assert linear_axis([0.91, 0.31]).low == pytest.approx(0.2)
    low = linear_axis([0.74, 0.69]).low
    assert 0.6 < low <= 0.69


def test_one_value_has_a_range_as_well() -> None:
    assert linear_axis([0.0]).low < 0 < linear_axis([0.0]).high
    assert log_axis([1.0]) == Axis(0.1, 10, log=True)


@pytest.mark.parametrize(
    ("count", "end"),
    [(0, 8), (8, 8), (9, 12), (16, 16), (17, 20), (100, 100), (101, 120), (11_513, 12_000)],
)
def test_the_steps_axis_ends_at_round_numbers(count: int, end: int) -> None:
    assert steps_extent(count) == end


@given(st.integers(9, 10**7))
def test_the_steps_axis_ends_near_the_last_step(count: int) -> None:
    end = steps_extent(count)
    assert count <= end < 1.4 * count
    assert end % 4 == 0


@given(st.lists(st.tuples(st.integers(), NUMBERS), max_size=200), st.integers(4, 50))
def test_thinning_keeps_what_sticks_out(points: list[tuple[float, float]], max_points: int) -> None:
    points = [(float(step), value) for step, (_, value) in enumerate(points)]
    kept = thin(points, max_points)
    assert len(kept) <= max(max_points, 4)
    assert kept == sorted(kept)
    if points:
        assert min(value for _, value in kept) == min(value for _, value in points)
        assert max(value for _, value in kept) == max(value for _, value in points)
        assert {kept[0], kept[-1]} == {points[0], points[-1]}


@given(st.lists(st.floats(0, 10), min_size=MIN_SMOOTHED, max_size=300))
def test_smoothing_stays_among_the_values(values: list[float]) -> None:
    smoothed = smooth(tuple(values))
    assert len(smoothed) in (0, len(values))
    if smoothed:
        assert (smoothed[0], smoothed[-1]) == pytest.approx((values[0], values[-1]))
    assert all(min(values) - 1e-9 <= value <= max(values) + 1e-9 for value in smoothed)


def test_only_noise_is_smoothed_and_the_line_does_not_lag() -> None:
    fall = [2.5 * math.exp(-n / 90) for n in range(300)]
    noise = random.Random(0)
    noisy = [loss + 0.3 * (noise.random() - 0.5) for loss in fall]
    assert smooth(tuple(fall)) == smooth(tuple(fall), log=True) == ()
    assert smooth(tuple(noisy[: MIN_SMOOTHED - 1])) == ()
    beside = [line - loss for line, loss in zip(smooth(tuple(noisy)), fall, strict=True)]
    assert max(map(abs, beside[10:-10])) < 0.1
    assert abs(sum(beside)) / 300 < 0.01


def test_on_a_log_scale_noise_counts_by_its_share_of_a_loss() -> None:
    noise = random.Random(0)
    losses = tuple(100 * math.exp(-n / 2) + 0.01 * (0.5 + noise.random()) for n in range(300))
    assert smooth(losses) == ()
    assert len(smooth(losses, log=True)) == 300


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.5, "0.5"), (128, "128"), (1e-5, "1e-5"), (2e7, "2e7"), (1e12, "1e12")],
)
def test_labels_are_short(value: float, text: str) -> None:
    assert format_label(value) == text


@pytest.mark.parametrize("ends", [(0.66, 0.74), (0.0, 1.0), (0.2, 0.7), (0.0, 0.6), (-3.0, 7.0)])
def test_an_upright_axis_has_three_labels_or_more(ends: tuple[float, float]) -> None:
    for rows in range(4, 30):
        labels = row_labels(linear_axis(ends), rows, 4)
        assert 3 <= len(labels) <= max(4, (rows + 1) // 2), rows
        assert set(labels) <= set(range(rows))
