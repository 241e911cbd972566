"""Moves of whole lines, for an editor in which nothing can be typed.

A line is moved up or down, or removed and restored by a `#` in front of it. This module has the
keys and the resulting lines; the editor applies them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

UP = frozenset({"shift+up", "alt+up", "ctrl+up"})
DOWN = frozenset({"shift+down", "alt+down", "ctrl+down"})
IN_OR_OUT = frozenset({"space", "ctrl+underscore", "ctrl+slash"})

MOVING_KEYS = UP | DOWN | IN_OR_OUT


class FixedRows(NamedTuple):
    """The number of fixed rows at both ends of the text."""

    above: int
    below: int

    def leave(self, row: int, row_count: int) -> bool:
        """Return True if the row can be moved."""
        return self.above <= row < row_count - self.below


def other_row(key: str, row: int, row_count: int, fixed: FixedRows) -> int | None:
    """Return the row that the key swaps with this one; None if it moves nothing."""
    other = row + (key in DOWN) - (key in UP)
    if other == row or not (fixed.leave(row, row_count) and fixed.leave(other, row_count)):
        return None
    return other


def exchanged(lines: Sequence[str], row: int, other: int) -> tuple[int, int, str]:
    """Return first and last row of two neighbours, and their swapped text."""
    first, last = sorted((row, other))
    return first, last, f"{lines[last]}\n{lines[first]}"
