"""A change of a text, and positions in it."""

from __future__ import annotations

import re
from typing import NamedTuple

Place = tuple[int, int]
"""A row and a column, from 0."""

Span = tuple[Place, Place]
"""Start and cursor of a selection; either may be first."""


_RUN = re.compile(r"\w+|\s+|[^\w\s]+")
"""Unit of a double click: a name, spaces, or signs."""


class TextEdit(NamedTuple):
    """A replacement of a part of a text, with the selection after it."""

    text: str
    start: Place
    end: Place
    selection: Span


def selected_rows(selection: Span) -> tuple[int, int]:
    """Return the first and last selected row; skip a row touched only at its start."""
    start, end = sorted(selection)
    if end[0] > start[0] and end[1] == 0:
        return start[0], end[0] - 1
    return start[0], end[0]


def word_at(line: str, column: int) -> tuple[int, int]:
    for run in _RUN.finditer(line):
        if column < run.end() or run.end() == len(line):
            return run.span()
    return 0, 0
