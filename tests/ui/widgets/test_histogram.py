"""How often each size of number occurs in a tensor, in bars and in words."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.widgets.hosting import hosted, rows
from tutor.ui.widgets.histogram import Histogram, histogram_lines, histogram_words
from tutor.ui.widgets.layer_lines import SIGNS

LEVELS = SIGNS["unicode"].levels


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
    lines = histogram_lines(values, width, height, SIGNS["ascii"].levels)
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
