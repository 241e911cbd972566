"""How many lines of the givens are shown above the code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.first_screen.given_code import (
    GIVENS_LINES,
    MIN_EDITOR_ROWS,
    SPARE_ROWS,
    shown_givens,
)

WIDE_ENOUGH = 60


def lines(count: int) -> str:
    return "\n".join(f"x{number} = {number}" for number in range(count))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 60))
def test_no_row_of_the_editor_is_empty_while_givens_are_hidden(
    givens: int, code: int, rows: int
) -> None:
    shown = shown_givens(lines(givens), lines(code), WIDE_ENOUGH, rows)
    assert 0 <= shown <= givens
    editor = rows - 1 - shown
    if shown < givens:
        assert editor <= max(code + SPARE_ROWS, MIN_EDITOR_ROWS)
    if shown > GIVENS_LINES:
        assert editor >= code + SPARE_ROWS


@pytest.mark.parametrize(
    ("givens", "code", "rows", "shown"),
    [
        (12, 11, 25, 12),  # all fit
        (12, 12, 25, 11),
        (12, 20, 25, 6),  # what is left beside the editor's 12 rows, but not more than 6
        (12, 20, 16, 3),
        (12, 20, 13, 0),
        (12, 4, 13, 7),  # the code does not need its 12 rows
        (1, 30, 4, 0),
    ],
)
def test_givens_have_the_rows_that_the_code_leaves(
    givens: int, code: int, rows: int, shown: int
) -> None:
    assert shown_givens(lines(givens), lines(code), WIDE_ENOUGH, rows) == shown


def test_broken_lines_count_as_often_as_they_are_broken() -> None:
    wide = "x = " + "1" * 96
    assert shown_givens(wide, "", 104, 4) == 1
    assert shown_givens(wide, "", 54, 4) == 0
    assert shown_givens(wide, "", 54, 5) == 1
    assert shown_givens(lines(3), wide, 104, 6) == 3
    assert shown_givens(lines(3), wide, 54, 6) == 2


def test_the_end_of_the_last_line_begins_no_line_of_code() -> None:
    assert shown_givens(lines(3), lines(2) + "\n", WIDE_ENOUGH, 7) == 3
