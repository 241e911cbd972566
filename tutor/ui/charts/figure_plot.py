"""The plot of a figure: axes, dotted guides, curves in fine dots, marks and labels.

It belongs to `figure_parts`, which draws the other parts of a figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias, cast

from tutor.course.figures.parts import Curve, Guide, Ink, Plot, Span
from tutor.first_screen.glyphs import GlyphName
from tutor.first_screen.transcription import transcribed
from tutor.ui.charts.axes import Axis
from tutor.ui.charts.canvas import FINE, Canvas, Pen
from tutor.ui.charts.picture import Piece, join_pieces

Line: TypeAlias = tuple[Span, ...]
"""A row of a drawing: texts with their inks, from the left."""

MAX_WIDTH = 72
"""Maximum columns of a plot."""
LOW_HEIGHT = 6
"""Minimum rows of a plot, if there is no room for `MIN_HEIGHT`."""
MIN_HEIGHT = 12
MAX_HEIGHT = 14
COLUMNS_PER_ROW = 12
"""Columns beyond `USUAL_WIDTH` for each further row of a plot."""
USUAL_WIDTH = 46
"""Maximum columns of a plot with `MIN_HEIGHT` rows."""
GUIDE_STEP = 4
"""Fine dots from one dot of a guide to the next."""

# the arrow in a box must keep its width; formulas have separate replacements
ARROW = str.maketrans("→", ">")
ASCII_SPELLINGS = str.maketrans("−·│─┤├└╭╮╰╯┐┘█░▶◀●", "-*|-||+++++++#:><o")
"""Replacements for a terminal without these characters."""


def spell(text: str, glyphs: GlyphName) -> str:
    """Return the text with ASCII replacements, or unchanged for other glyphs."""
    if glyphs == "unicode":
        return text
    return transcribed(text.translate(ARROW), glyphs).translate(ASCII_SPELLINGS)


def plot_lines(plot: Plot, width: int, glyphs: GlyphName, fewer_rows: int = 0) -> tuple[Line, ...]:
    """Return a plot, drawn in at most `MAX_WIDTH` columns and `MAX_HEIGHT` rows.

    It has `fewer_rows` rows less than usual for that width, but at least `LOW_HEIGHT`.
    """
    width = min(width, MAX_WIDTH)
    rows = min(MAX_HEIGHT, MIN_HEIGHT + max(0, width - USUAL_WIDTH) // COLUMNS_PER_ROW)
    canvas = Canvas(width, max(LOW_HEIGHT, rows - fewer_rows), glyphs, FINE)
    drawing = _Drawing(plot, canvas, glyphs)
    drawing.draw()
    return tuple(_line(row) for row in canvas.cells)


def x_of_column(plot: Plot, width: int, column: int) -> float | None:
    """Return the x at a column of the plot in `width`; None outside its field."""
    width, left = min(width, MAX_WIDTH), _left(plot)
    return _x_at(plot, width, 2 * column + 1) if left <= column < width else None


def _left(plot: Plot) -> int:
    """Return the first column of the field, right of the y axis."""
    return max(len(f"{tick:g}") for tick in plot.y_ticks) + 2


def _x_at(plot: Plot, width: int, dot: int) -> float:
    (low, high), left = plot.x_range, _left(plot)
    return low + (dot - 2 * left) / (2 * (width - left) - 1) * (high - low)


def _line(cells: list[Piece]) -> Line:
    while cells and cells[-1][0] == " ":
        cells = cells[:-1]
    inked = join_pieces([(text, ink or "plain") for text, ink in cells])
    return tuple((text, cast(Ink, ink)) for text, ink in inked)


@cache
def _pen(ink: Ink) -> Pen:
    return Pen(ink, "." if ink == "dim" else "*")


@dataclass(frozen=True)
class _Drawing:
    """A drawing of a plot; the last two rows hold the x axis and its numbers."""

    plot: Plot
    canvas: Canvas
    glyphs: GlyphName

    def draw(self) -> None:
        self._draw_axes()
        for guide in self.plot.guides:
            self._draw_guide(guide)
        for curve in self.plot.curves:
            self._draw_curve(curve)
        for label in self.plot.labels:
            self._write(self._column(label.x), self._row(label.y), label.text, label.ink)
        for mark in self.plot.marks:
            self._write(self._column(mark.x), self._row(mark.y), "●", mark.ink)
        for mark in self.plot.marks:  # last, so that no other mark crosses a label
            row = min(self._bottom - 1, self._row(mark.y) + 1)
            self._write(self._column(mark.x) + 1, row, mark.label, mark.ink)

    @property
    def _bottom(self) -> int:
        return self.canvas.rows - 2

    def _dot_x(self, x: float) -> int:
        left = _left(self.plot)
        return 2 * left + Axis(*self.plot.x_range).place(x, 2 * (self.canvas.columns - left))

    def _dot_y(self, y: float) -> int:
        low, high = self.plot.y_range
        return Axis(high, low).place(y, 4 * self._bottom)

    def _column(self, x: float) -> int:
        return self._dot_x(x) // 2

    def _row(self, y: float) -> int:
        return min(self._bottom - 1, max(0, self._dot_y(y) // 4))

    def _write(self, column: int, row: int, text: str, ink: Ink) -> None:
        self.canvas.write(column, row, spell(text, self.glyphs), ink)

    def _draw_axes(self) -> None:
        plot, width, bottom = self.plot, self.canvas.columns, self._bottom
        axis = _left(plot) - 1
        for row in range(bottom):
            self._write(axis, row, "│", "dim")
        for tick in plot.y_ticks:
            self._write(0, self._row(tick), f"{tick:g}".rjust(axis - 1), "plain")
            self._write(axis, self._row(tick), "┤", "dim")
        self._write(axis, bottom, "└" + "─" * (width - axis - 1), "dim")
        self._write(width - len(plot.x_name) - 1, bottom, f" {plot.x_name}", "plain")
        for tick in plot.x_ticks:
            text = f"{tick:g}".replace("-", "−")
            centred = self._column(tick) - (len(text) - 1) // 2 - (len(text) > 1)
            self._write(centred, bottom + 1, text, "plain")

    def _draw_guide(self, guide: Guide) -> None:
        if guide.y is not None:
            for dot in range(2 * _left(self.plot), self.canvas.width, GUIDE_STEP):
                self.canvas.dot(dot, self._dot_y(guide.y), _pen("dim"))
        if guide.x is not None:
            for dot in range(0, 4 * self._bottom, GUIDE_STEP // 2):
                self.canvas.dot(self._dot_x(guide.x), dot, _pen("dim"))

    def _draw_curve(self, curve: Curve) -> None:
        """Draw a curve without gaps between its columns of dots."""
        pen = _pen(curve.ink)
        previous: int | None = None
        for x in range(2 * _left(self.plot), self.canvas.width):
            # capped outside the field: infinity has no dot, and rounding it raises OverflowError
            value = curve.function(_x_at(self.plot, self.canvas.columns, x))
            y = self._dot_y(min(value, 2 * self.plot.y_range[1]))
            low, high = y, y
            if previous is not None and previous != y:
                low, high = (previous + 1, y) if y > previous else (y, previous - 1)
            for dot in range(max(0, low), min(4 * self._bottom - 1, high) + 1):
                self.canvas.dot(x, dot, pen)
            previous = y
