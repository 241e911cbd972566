"""The decorations of an editor: a marked line, marked parts of lines, and shapes.

They are not part of the text. Each moves with its line, and an edit of that line removes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

GAP = 2
"""Blanks between a line and the text after it."""

Kind = Literal["mark", "mistake", "shape"]
"""A marked line of a run, verdict or pause; a marked part of a line; a shape after a line."""


class Decoration(NamedTuple):
    """A decoration of one line; rows and columns are counted from 0."""

    row: int
    kind: Kind
    text: str = ""
    """The text after the line."""
    start: int = 0
    end: int = 0
    """End of the underlined part of the line."""
    number: int = 0
    """Index among the mistakes that were put."""


class Decorations:
    """The decorations of a text."""

    def __init__(self) -> None:
        self._all: tuple[Decoration, ...] = ()
        self._by_row: dict[int, tuple[Decoration, ...]] = {}
        self._lines: list[str] = []
        """All lines, as of the last change of the decorations."""

    def put(
        self, kind: Kind, new: Iterable[Decoration], source: Sequence[str], lines: Sequence[str]
    ) -> None:
        """Replace all decorations of a kind; skip lines of `source` that changed since."""
        self.follow(lines)
        others = tuple(each for each in self._all if each.kind != kind)
        self._set((*others, *_moved(tuple(new), source, lines)), lines)

    def of(self, kind: Kind) -> tuple[Decoration, ...]:
        return tuple(each for each in self._all if each.kind == kind)

    def at(self, row: int) -> tuple[Decoration, ...]:
        return self._by_row.get(row, ())

    def follow(self, lines: Sequence[str]) -> frozenset[Kind]:
        """Move or drop decorations after an edit; return the affected kinds."""
        if not self._all or self._lines == lines:
            return frozenset()
        before = self._all
        self._set(_moved(before, self._lines, lines), lines)
        return frozenset(each.kind for each in {*before} ^ {*self._all})

    def _set(self, decorations: tuple[Decoration, ...], lines: Sequence[str]) -> None:
        self._all, self._lines, self._by_row = decorations, list(lines), {}
        for each in decorations:
            self._by_row[each.row] = (*self.at(each.row), each)


def _moved(
    decorations: tuple[Decoration, ...], old: Sequence[str], new: Sequence[str]
) -> tuple[Decoration, ...]:
    places = _rows_among({each.row for each in decorations}, old, new)
    return tuple(
        Decoration(places[each.row], *each[1:]) for each in decorations if each.row in places
    )


def _rows_among(rows: Iterable[int], old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Map old row numbers to new ones, without rows whose lines changed.

    All lines between the unchanged ones at both ends count as changed.
    """
    shorter = min(len(old), len(new))
    above = _count_alike(old, new, shorter)
    below = _count_alike(old[::-1], new[::-1], shorter - above)
    shift = len(new) - len(old)
    return {
        row: row if row < above else row + shift
        for row in rows
        if row < above or len(old) > row >= len(old) - below
    }


def _count_alike(some: Sequence[str], others: Sequence[str], limit: int) -> int:
    """Return the length of the common prefix, at most `limit`."""
    least, most = 0, limit
    while least < most:  # comparing lists is quick; a loop over all lines is not
        middle = (least + most + 1) // 2
        if some[least:middle] == others[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def append_to_row(code: Strip, text: str, style: Style, *, blanks: int = 0) -> Strip:
    """Return the row with the text after its code; unchanged if it does not fit.

    `blanks` is the number of blank cells at the end of the code that belong to it.
    """
    start = cell_len(code.text.rstrip()) + blanks + GAP
    end = start + cell_len(text)
    if end > code.cell_length or "\n" in text:
        return code
    base = next((segment.style for segment in code.crop(start, end) if segment.style), Style())
    return Strip.join([code.crop(0, start), Strip([Segment(text, base + style)]), code.crop(end)])
