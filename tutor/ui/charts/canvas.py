"""The canvas of every chart: cells with text, and fine dots in braille or ASCII.

The last drawing in a cell wins. The cell and the dot (0, 0) are at the upper left.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style

from tutor.first_screen.glyphs import GlyphName
from tutor.ui.charts.picture import Piece

BRAILLE_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bit of each dot of a braille character, by row and column (Unicode block U+2800)."""
FINE = (2, 4)
"""Dots of a braille cell, across and down."""


@dataclass(frozen=True, eq=False)
class Pen:
    """The look of a line. Dots of two pens never share a cell, even if both look alike."""

    style: str
    ascii_dot: str = "*"
    pattern: tuple[int, int] = (1, 1)
    """Number of dots drawn across, and the period of the pattern."""


class Canvas:
    """A canvas of `columns` × `rows` blank cells, which ignores dots outside of it."""

    def __init__(
        self, columns: int, rows: int, glyphs: GlyphName, dots: tuple[int, int] | None = None
    ) -> None:
        """Create a blank canvas of so many cells.

        `dots` are those of a cell, across and down; None for as many as a character can show.
        """
        self.columns, self.rows = columns, rows
        self.across, self.down = dots or (FINE if glyphs == "unicode" else (1, 1))
        self.width, self.height = columns * self.across, rows * self.down
        self.cells: list[list[Piece]] = [[(" ", "")] * columns for _ in range(rows)]
        """Character and style of each cell."""
        self._glyphs = glyphs
        self._pens: list[list[Pen | None]] = [[None] * columns for _ in range(rows)]
        self._bits = [[0] * columns for _ in range(rows)]

    def dot(self, x: int, y: int, pen: Pen) -> None:
        if not (0 <= x < self.width and 0 <= y < self.height):
            return
        column, row = x // self.across, y // self.down
        bits = BRAILLE_BITS[y % self.down][x % self.across]
        if self._pens[row][column] is pen:
            bits |= self._bits[row][column]
        self._pens[row][column], self._bits[row][column] = pen, bits
        text = chr(0x2800 | bits) if self._glyphs == "unicode" else pen.ascii_dot
        self.cells[row][column] = text, pen.style

    def line(self, x0: int, y0: int, x1: int, y1: int, pen: Pen) -> None:
        steps = max(abs(x1 - x0), abs(y1 - y0))
        drawn, period = pen.pattern
        for step in range(steps + 1):
            fraction = step / steps if steps else 0.0
            x = round(x0 + (x1 - x0) * fraction)
            if x % period < drawn:
                self.dot(x, round(y0 + (y1 - y0) * fraction), pen)

    def write(self, column: int, row: int, text: str, style: str | Style) -> None:
        """Write text from a cell on; move text left that would cross the right edge."""
        if not 0 <= row < self.rows:
            return
        column = max(0, min(column, self.columns - len(text)))
        for at, character in enumerate(text[: self.columns], column):
            self._pens[row][at] = None
            self.cells[row][at] = character, style

    def is_blank(self, column: int, row: int) -> bool:
        return self.cells[row][column][0] == " "
