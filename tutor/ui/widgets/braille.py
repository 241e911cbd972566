"""Dots and lines on a grid of character cells, in braille, in block quarters, or as ASCII. Pure.

For charts and figures. A cell holds 2 × 4 dots in braille, 2 × 2 in blocks, 1 × 1 in ASCII; the
dot (0, 0) is in the upper left.
"""

from __future__ import annotations

from tutor.ui.widgets.glyphs import PlotName

BRAILLE_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"

DOTS_PER_CELL: dict[PlotName, tuple[int, int]] = {
    "braille": (2, 4),
    "blocks": (2, 2),
    "ascii": (1, 1),
}
"""Dots in a cell, across and down."""


class DotCanvas:
    """`columns` × `rows` cells, empty at first. Dots outside are left out."""

    def __init__(self, columns: int, rows: int, glyphs: PlotName = "braille") -> None:
        self.columns, self.rows, self.glyphs = columns, rows, glyphs
        self.dots_across, self.dots_down = DOTS_PER_CELL[glyphs]
        self.width, self.height = columns * self.dots_across, rows * self.dots_down
        self.cells = [[0] * columns for _ in range(rows)]

    def dot(self, x: int, y: int) -> None:
        """Sets one dot."""
        if 0 <= x < self.width and 0 <= y < self.height:
            column, row = x // self.dots_across, y // self.dots_down
            self.cells[row][column] |= self._bit(x % self.dots_across, y % self.dots_down)

    def line(self, x0: int, y0: int, x1: int, y1: int) -> None:
        """Sets the dots of a straight line, both ends included."""
        steps = max(abs(x1 - x0), abs(y1 - y0))
        for step in range(steps + 1):
            fraction = step / steps if steps else 0.0
            self.dot(round(x0 + (x1 - x0) * fraction), round(y0 + (y1 - y0) * fraction))

    def text(self, column: int, row: int, ascii_dot: str = "*") -> str:
        """The character of a cell; a space if it is empty."""
        bits = self.cells[row][column]
        if not bits:
            return " "
        if self.glyphs == "braille":
            return chr(0x2800 + bits)
        return QUARTERS[bits] if self.glyphs == "blocks" else ascii_dot

    def lines(self) -> list[str]:
        """All rows as text."""
        return [
            "".join(self.text(column, row) for column in range(self.columns))
            for row in range(self.rows)
        ]

    def _bit(self, x: int, y: int) -> int:
        if self.glyphs == "braille":
            return BRAILLE_BITS[y][x]
        return 1 << (2 * y + x) if self.glyphs == "blocks" else 1
