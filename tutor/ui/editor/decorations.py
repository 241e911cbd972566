"""What an editor draws beside its code, as one list: a marked line, marked parts of lines, shapes.

None of it is part of the text. Each moves with its line, and goes with an edit of that line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

GAP = 2
"""Blanks between a line and a text after it."""

Kind = Literal["mark", "mistake", "shape"]
"""The line that a run, verdict or pause is about, a part of a line, or a shape after a line."""


class Decoration(NamedTuple):
    """One thing that is drawn beside a line; rows and columns are counted from 0."""

    row: int
    kind: Kind
    text: str = ""
    """The text after the line."""
    start: int = 0
    end: int = 0
    """The part of the line that is underlined."""
    number: int = 0
    """The place among the mistakes that were put."""


class Decorations:
    """The decorations of a text."""

    def __init__(self) -> None:
        self._all: tuple[Decoration, ...] = ()
        self._by_row: dict[int, tuple[Decoration, ...]] = {}
        self._lines: list[str] = []
        """All lines, as they were when a decoration was put or moved last."""

    def put(
        self, kind: Kind, new: Iterable[Decoration], source: Sequence[str], lines: Sequence[str]
    ) -> None:
        """Replace those of a kind by new ones of `source`, where its lines are among `lines`."""
        self.follow(lines)
        others = tuple(each for each in self._all if each.kind != kind)
        self._set((*others, *_moved(tuple(new), source, lines)), lines)

    def of(self, kind: Kind) -> tuple[Decoration, ...]:
        return tuple(each for each in self._all if each.kind == kind)

    def at(self, row: int) -> tuple[Decoration, ...]:
        return self._by_row.get(row, ())

    def follow(self, lines: Sequence[str]) -> frozenset[Kind]:
        """Move each with its line, and drop those of changed lines; return the kinds affected."""
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
    """Return where these rows of the old lines are among the new ones, without changed ones.

    What lies between the unchanged lines at both ends counts as changed.
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
    """Return how many lines at the start are the same, at most `limit`."""
    least, most = 0, limit
    while least < most:  # a comparison of lists is quick, a loop over all lines is not
        middle = (least + most + 1) // 2
        if some[least:middle] == others[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def append_to_row(code: Strip, text: str, style: Style, *, blanks: int = 0) -> Strip:
    """Return the row with the text after its code, in that style; unchanged if it has no room.

    `blanks` is the number of cells at the end of the code that are blank and belong to it.
    """
    start = cell_len(code.text.rstrip()) + blanks + GAP
    end = start + cell_len(text)
    if end > code.cell_length or "\n" in text:
        return code
    base = next((segment.style for segment in code.crop(start, end) if segment.style), Style())
    return Strip.join([code.crop(0, start), Strip([Segment(text, base + style)]), code.crop(end)])
