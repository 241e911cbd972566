"""Medians and spread, and what may be said of pairs."""

from __future__ import annotations

import itertools
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import spread

ABOVE_ZERO = st.floats(0.01, 1e6)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert spread.percentile(values, 0.95) == 5
    assert spread.percentile(values, 0.5) == 3
    assert spread.percentile(values, 0.05) == 1
    assert spread.percentile([float(n) for n in range(1, 21)], 0.95) == 19


def test_the_deviation_does_not_see_one_outlier() -> None:
    assert spread.deviation([10, 11, 9, 10, 500]) == 1


def test_a_ratio_needs_a_reference() -> None:
    assert spread.ratio([4, 6], [2]) == 2.5
    assert spread.ratio([4], []) is None
    assert spread.ratio([4], [0]) is None


@pytest.mark.parametrize(
    ("pairs", "left_out"), [(1, 0), (5, 0), (6, 0), (8, 0), (9, 1), (12, 2), (20, 5), (30, 9)]
)
def test_the_interval_is_that_of_the_sign_test(pairs: int, left_out: int) -> None:
    found = spread.compare([float(n) for n in range(1, pairs + 1)], [1.0] * pairs)
    assert (found.low, found.high) == (1 + left_out, pairs - left_out)


def test_the_interval_misses_a_median_in_at_most_one_of_twenty_cases() -> None:
    """Each sign of ten differences is as likely as the other: all cases are counted."""
    missed = 0
    for signs in itertools.product((-1.0, 1.0), repeat=10):
        found = spread.compare([sign * (n + 1) for n, sign in enumerate(signs)], [0.0] * 10)
        missed += not found.low <= 0 <= found.high
    assert missed / 2**10 <= 1 - spread.CONFIDENCE


def test_all_of_six_pairs_on_one_side_is_no_accident() -> None:
    assert spread.fewest_pairs() == 6
    assert spread.compare([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 7]).tendency == "better"
    assert spread.compare([2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6]).tendency == "worse"


def test_five_pairs_tell_nothing() -> None:
    assert spread.compare([1.0] * 5, [2.0] * 5).tendency == "unknown"


def test_one_pair_to_the_other_side_keeps_six_from_telling() -> None:
    found = spread.compare([1, 1, 1, 1, 1, 3], [2.0] * 6)
    assert found.tendency == "same"
    assert found.sentence() == "no difference beyond the noise: 0.50× (0.50 to 1.50 in 6 pairs)"


def test_more_may_be_better() -> None:
    assert spread.compare([3.0] * 6, [2.0] * 6, more_is_better=True).tendency == "better"
    assert spread.compare([2.0] * 6, [3.0] * 6, more_is_better=True).tendency == "worse"


def test_counts_that_may_be_zero_are_compared_by_differences() -> None:
    found = spread.compare([0, 0, 0, 0, 0, 0], [15, 15, 20, 15, 15, 9])
    assert found.tendency == "better"
    assert found.sentence() == "better: -15 (-20 to -9 in 6 pairs)"


def test_equal_counts_are_the_same_however_few() -> None:
    assert spread.compare([0.0], [0.0]).tendency == "same"
    assert spread.compare([143.0], [143.0]).sentence() == (
        "no difference beyond the noise: 1.00× in 1 pairs"
    )


@given(st.lists(st.tuples(ABOVE_ZERO, ABOVE_ZERO), min_size=1, max_size=40))
def test_who_is_better_is_worse_seen_from_the_other_side(pairs: list[tuple[float, float]]) -> None:
    ours, theirs = [own for own, _ in pairs], [other for _, other in pairs]
    there, back = spread.compare(ours, theirs), spread.compare(theirs, ours)
    opposite = {"better": "worse", "worse": "better", "same": "same", "unknown": "unknown"}
    assert back.tendency == opposite[there.tendency]
    assert there.low <= there.middle <= there.high


@given(st.lists(ABOVE_ZERO, min_size=6, max_size=30), st.floats(0.1, 0.9))
def test_a_machine_that_slows_down_changes_no_ratio(values: list[float], factor: float) -> None:
    """Both of a pair are slowed down alike, whatever each pair took."""
    found = spread.compare([factor * value for value in values], values)
    assert found.tendency == "better"
    assert found.middle == pytest.approx(factor)
    assert statistics.median(values) >= min(values)
