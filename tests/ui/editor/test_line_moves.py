"""Which keys move a line, and where it goes."""

from __future__ import annotations

import pytest

from tutor.ui.editor.whole_lines import FixedRows, exchanged, other_row

FIXED = FixedRows(above=1, below=2)
"""Of six rows, the second to the fourth can be moved."""


@pytest.mark.parametrize(
    ("key", "row", "other"),
    [
        ("shift+down", 1, 2),
        ("alt+down", 2, 3),
        ("ctrl+up", 3, 2),
        ("shift+up", 1, None),
        ("shift+down", 3, None),
        ("shift+down", 0, None),
        ("shift+up", 4, None),
        ("space", 2, None),
    ],
)
def test_a_line_moves_among_those_that_can_be_moved(key: str, row: int, other: int | None) -> None:
    assert other_row(key, row, 6, FIXED) == other


@pytest.mark.parametrize(("row", "other"), [(1, 2), (2, 1)])
def test_two_neighbours_stand_in_each_others_place(row: int, other: int) -> None:
    assert exchanged(["a", "b", "c", "d"], row, other) == (1, 2, "c\nb")
