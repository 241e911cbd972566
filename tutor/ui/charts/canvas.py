"""A canvas of dots on a grid of character cells: braille, block quarters, or ASCII.

`LossChart` draws its curve with it. The dot (0, 0) is at the upper left. This module knows neither
Textual nor Rich, so that a drawing can be compared as text.
"""

from __future__ import annotations

from tutor.first_screen.glyphs import PlotName

BRAILLE_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a braille character, by row and column (Unicode block U+2800)."""
QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""Block characters by the sum of their bits: upper left 1, upper right 2, lower left 4, right 8."""

DOTS_PER_CELL: dict[PlotName, tuple[int, int]] = {
    "braille": (2, 4),
    "blocks": (2, 2),
    "ascii": (1, 1),
}
"""The dots of one cell, across and down."""


class DotCanvas:
    """A canvas of `columns` × `rows` cells, empty at first, that ignores dots outside of it."""

    def __init__(self, columns: int, rows: int, glyphs: PlotName = "braille") -> None:
        self.columns, self.rows, self.glyphs = columns, rows, glyphs
        self.dots_across, self.dots_down = DOTS_PER_CELL[glyphs]
        self.width, self.height = columns * self.dots_across, rows * self.dots_down
        self.cells = [[0] * columns for _ in range(rows)]

    def dot(self, x: int, y: int) -> None:
        """Set the dot at (x, y), counted in dots; do nothing outside the canvas."""
        if 0 <= x < self.width and 0 <= y < self.height:
            column, row = x // self.dots_across, y // self.dots_down
            self.cells[row][column] |= self._bit(x % self.dots_across, y % self.dots_down)

    def line(self, x0: int, y0: int, x1: int, y1: int, pattern: tuple[int, int] = (1, 1)) -> None:
        """Set the dots of a straight line, both ends included.

        `pattern` says how many dots across are set, of how many.
        """
        steps = max(abs(x1 - x0), abs(y1 - y0))
        drawn, period = pattern
        for step in range(steps + 1):
            fraction = step / steps if steps else 0.0
            x = round(x0 + (x1 - x0) * fraction)
            if x % period < drawn:
                self.dot(x, round(y0 + (y1 - y0) * fraction))

    def text(self, column: int, row: int, ascii_dot: str = "*") -> str:
        """Return the character of a cell, a space if the cell is empty.

        `ascii_dot` stands for a filled cell where the canvas is drawn in ASCII.
        """
        bits = self.cells[row][column]
        if not bits:
            return " "
        if self.glyphs == "braille":
            return chr(0x2800 + bits)
        return QUARTERS[bits] if self.glyphs == "blocks" else ascii_dot

    def lines(self) -> list[str]:
        """Return the rows of the canvas, each `columns` characters long."""
        return [
            "".join(self.text(column, row) for column in range(self.columns))
            for row in range(self.rows)
        ]

    def _bit(self, x: int, y: int) -> int:
        if self.glyphs == "braille":
            return BRAILLE_BITS[y][x]
        return 1 << (2 * y + x) if self.glyphs == "blocks" else 1
