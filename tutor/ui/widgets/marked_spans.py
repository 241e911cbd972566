"""Parts of lines that an editor marks: by a sign beside the line, and a line under the part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from tutor.ui.widgets.line_ends import follow_rows


class MarkedSpan(NamedTuple):
    """A part of a line, by rows and columns from 0."""

    row: int
    start: int
    end: int
    number: int
    """Its place among those that were put: by it one finds what the mark is about."""


class MarkedSpans:
    """Parts of lines; each moves with its line, and goes with an edit of it."""

    def __init__(self, sign: str) -> None:
        self.sign = sign
        """What stands beside a marked line, one cell wide."""
        self.colour = ""
        self.spans: Sequence[MarkedSpan] = ()
        self._by_row: dict[int, tuple[MarkedSpan, ...]] = {}
        self._lines: list[str] = []
        """All lines, as they were when the parts were put or moved last."""

    def put(self, spans: Iterable[MarkedSpan], lines: Sequence[str]) -> None:
        """Replace all parts; `lines` are those that they belong to."""
        self.spans, self._lines = tuple(spans), list(lines)
        self._by_row = {}
        for span in self.spans:
            self._by_row[span.row] = (*self.at(span.row), span)

    def at(self, row: int) -> tuple[MarkedSpan, ...]:
        """Return the marked parts of a line."""
        return self._by_row.get(row, ())

    def follow(self, lines: Sequence[str]) -> bool:
        """Move the parts with their lines, and drop those of changed lines.

        Return True if any has moved or gone.
        """
        if not self.spans or self._lines == lines:
            return False
        places = follow_rows({span.row for span in self.spans}, self._lines, lines)
        before = self.spans
        self.put(
            (MarkedSpan(places[span.row], *span[1:]) for span in before if span.row in places),
            lines,
        )
        return self.spans != before

    def underline(self, line: Text, row: int) -> None:
        """Underline the marked parts of a line."""
        for span in self.at(row):
            line.stylize(Style(underline=True, color=self.colour), span.start, span.end)

    def draw_sign(self, strip: Strip, gutter_width: int) -> Strip:
        """Return a row of the editor; the first of a marked line with the sign in its gutter."""
        if not self.spans:
            return strip
        gutter = strip.crop(0, gutter_width)
        number = gutter.text.strip()
        if not (number.isdecimal() and self.at(int(number) - 1)):
            return strip
        base = next((segment.style for segment in gutter if segment.style), Style())
        style = base + Style(color=self.colour, bold=True)
        text = f"{number:>{gutter_width - 2}}{self.sign} "
        return Strip.join([Strip([Segment(text, style)]), strip.crop(gutter_width)])
