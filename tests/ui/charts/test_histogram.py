"""How often each size of number occurs in a tensor, in bars and in words."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.widgets.hosting import hosted, rows
from tutor.first_screen.glyphs import ASCII, UNICODE
from tutor.ui.charts.histogram import (
    Counted,
    Histogram,
    counted_lines,
    counted_words,
    histogram_lines,
    histogram_words,
)
from tutor.wire.values import Counts, Statistics

LEVELS = UNICODE.levels


def test_bars_are_as_high_as_numbers_are_many() -> None:
    lines = histogram_lines([0.0, 0.1, 0.1, 1.0, 1.0, 1.0, 1.0], 4, 2, LEVELS)
    assert ["".join(text for text, _ in line) for line in lines] == [
        "▃  ▇",
        "▇  ▇",
        "0 +1.000"[:4],
    ]


def test_words_tell_the_middle_half_zeros_and_what_is_no_number() -> None:
    assert histogram_words([-1.0, 0.0, 0.0, 1.0, math.nan]) == (
        "5 numbers, half of them from 0 to +1.000, 2 are 0, 1 nan or infinite."
    )
    assert histogram_words([math.inf]) == "There is no finite number to count."


@given(st.lists(st.floats(), max_size=50), st.integers(1, 90), st.integers(1, 20))
def test_it_keeps_to_its_room(values: list[float], width: int, height: int) -> None:
    lines = histogram_lines(values, width, height, ASCII.levels)
    assert len(lines) in (0, height + 1)
    assert all(len("".join(text for text, _ in line)) <= width for line in lines)
    assert histogram_words(values)


async def test_a_matrix_can_be_looked_at_column_by_column() -> None:
    widget = Histogram()
    async with hosted(widget, (60, 8)) as pilot:
        widget.show_values([0.0, 5.0, 1.0, 5.0, 2.0, 7.0], (3, 2))
        await pilot.pause()
        assert rows(widget)[0].startswith("6 numbers")
        widget.show_next_column()
        widget.show_next_column()
        await pilot.pause()
        assert rows(widget)[0] == "column 1: 3 numbers, half of them from +5.000 to +7.000."
        widget.show_next_column()
        await pilot.pause()
        assert rows(widget)[0].startswith("6 numbers")


NORMAL = Statistics(0.0, 1.0, -3.0, 3.0, 0, 0)


def test_of_counts_bars_are_drawn_and_the_middle_is_told_with_its_share() -> None:
    bins = (0,) * 29 + (101, 300) + (0,) * 28 + (1,)
    counted = Counted((500, 1000), NORMAL, Counts(402, 2, bins))
    assert counted_words(counted) == (
        "500,000 numbers, 402 of them counted, 99 % from -0.100 to +0.100, 2 are 0."
    )
    texts = ["".join(text for text, _ in line) for line in counted_lines(counted, 25, 2, LEVELS)]
    assert texts == [" " * 10 + "▇", " " * 9 + "▅▇" + " " * 8 + "▁", "-3.000        +3.000"]


def test_equal_or_odd_numbers_have_words_and_no_bars() -> None:
    same = Counted((5000,), Statistics(1.0, 0.0, 1.0, 1.0, 3, 0), Counts(5000))
    assert counted_words(same) == "5,000 numbers, all +1.000, 3 nan or infinite."
    assert counted_lines(same, 40, 5, LEVELS) == []


@given(
    st.lists(st.integers(0, 10**9), min_size=60, max_size=60), st.integers(1, 90), st.integers(1, 9)
)
def test_counts_keep_to_their_room(bins: list[int], width: int, height: int) -> None:
    counted = Counted((10, 10), NORMAL, Counts(sum(bins), 0, tuple(bins)))
    lines = counted_lines(counted, width, height, ASCII.levels)
    assert len(lines) in (0, height + 1)
    assert all(len("".join(text for text, _ in line)) <= width for line in lines)
    assert counted_words(counted)
