"""A change of a text, and the places in it."""

from __future__ import annotations

import re
from typing import NamedTuple

Place = tuple[int, int]
"""A row and a column, from 0."""

Span = tuple[Place, Place]
"""Where a selection begins, and where its cursor is: either may be first."""


_RUN = re.compile(r"\w+|\s+|[^\w\s]+")
"""What a double click selects: a name, spaces, or signs."""


class TextEdit(NamedTuple):
    """A part of a text that is replaced, and what is selected after it."""

    text: str
    start: Place
    end: Place
    selection: Span


def selected_rows(selection: Span) -> tuple[int, int]:
    """Return the first and last selected row, without one that is only touched at its start."""
    start, end = sorted(selection)
    if end[0] > start[0] and end[1] == 0:
        return start[0], end[0] - 1
    return start[0], end[0]


def word_at(line: str, column: int) -> tuple[int, int]:
    """Return where the word, the spaces or the signs at a column begin and end."""
    for run in _RUN.finditer(line):
        if column < run.end() or run.end() == len(line):
            return run.span()
    return 0, 0
