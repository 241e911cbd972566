"""The drawing of a plot: axes, dotted guides, curves in fine dots, marks and labels.

It belongs to `figure_parts`, which draws the other parts of a figure.
"""

from __future__ import annotations

from dataclasses import dataclass

from tutor.course.figures.parts import Curve, Guide, Mark, Plot
from tutor.first_screen.glyphs import GlyphName
from tutor.ui.charts.figure_canvas import Canvas, Line

MAX_WIDTH = 72
"""Columns of the widest plot."""

LOW_HEIGHT = 6
"""Rows of the lowest plot, which is drawn where there is no room for `MIN_HEIGHT`."""
MIN_HEIGHT = 12
MAX_HEIGHT = 14
COLUMNS_PER_ROW = 12
"""Columns beyond `USUAL_WIDTH` for which a plot gets one row more."""
USUAL_WIDTH = 46
"""Columns up to which a plot has `MIN_HEIGHT` rows."""
GUIDE_STEP = 4
"""Fine dots from one dot of a guide to the next."""


def plot_lines(plot: Plot, width: int, glyphs: GlyphName, fewer_rows: int = 0) -> tuple[Line, ...]:
    """Return the drawing of a plot in at most `MAX_WIDTH` columns and `MAX_HEIGHT` rows.

    It has `fewer_rows` rows less than that width asks for, but at least `LOW_HEIGHT`.
    """
    scale = _scale(plot, width, glyphs, fewer_rows)
    canvas = scale.canvas
    _draw_axes(plot, scale)
    for guide in plot.guides:
        _draw_guide(guide, scale)
    for curve in plot.curves:
        _draw_curve(curve, scale)
    for label in plot.labels:
        canvas.write(scale.column(label.x), scale.row(label.y), label.text, label.ink)
    for mark in plot.marks:
        canvas.write(scale.column(mark.x), scale.row(mark.y), "●", mark.ink)
    for mark in plot.marks:  # last, so that no other mark cuts through a label
        _label_mark(mark, scale)
    return canvas.lines()


def x_of_column(plot: Plot, width: int, column: int) -> float | None:
    """Return the x under a column of the plot drawn in `width`; None beside its field."""
    scale = _scale(plot, width, "ascii")
    if not scale.left <= column < scale.canvas.width:
        return None
    return scale.x_at(2 * column + 1)


def _scale(plot: Plot, width: int, glyphs: GlyphName, fewer_rows: int = 0) -> _Scale:
    width = min(width, MAX_WIDTH)
    extra_rows = max(0, width - USUAL_WIDTH) // COLUMNS_PER_ROW
    rows = min(MAX_HEIGHT, MIN_HEIGHT + extra_rows)
    return _Scale(plot, Canvas(width, max(LOW_HEIGHT, rows - fewer_rows), glyphs))


@dataclass(frozen=True)
class _Scale:
    """A scale that turns numbers of a plot into dots and cells of its canvas, and back.

    The last two rows of the canvas belong to the x axis and its numbers.
    """

    plot: Plot
    canvas: Canvas

    @property
    def left(self) -> int:
        """The first column of the field, right of the y axis."""
        return max(len(f"{tick:g}") for tick in self.plot.y_ticks) + 2

    @property
    def bottom(self) -> int:
        """The row of the x axis, below the field."""
        return self.canvas.height - 2

    def dot_x(self, x: float) -> int:
        low, high = self.plot.x_range
        last = 2 * (self.canvas.width - self.left) - 1
        return 2 * self.left + round((x - low) / (high - low) * last)

    def dot_y(self, y: float) -> int:
        low, high = self.plot.y_range
        return round((high - y) / (high - low) * (4 * self.bottom - 1))

    def x_at(self, dot: int) -> float:
        low, high = self.plot.x_range
        last = 2 * (self.canvas.width - self.left) - 1
        return low + (dot - 2 * self.left) / last * (high - low)

    def column(self, x: float) -> int:
        return self.dot_x(x) // 2

    def row(self, y: float) -> int:
        return min(self.bottom - 1, max(0, self.dot_y(y) // 4))


def _draw_axes(plot: Plot, scale: _Scale) -> None:
    canvas, axis_column = scale.canvas, scale.left - 1
    for row in range(scale.bottom):
        canvas.write(axis_column, row, "│", "dim")
    for tick in plot.y_ticks:
        canvas.write(0, scale.row(tick), f"{tick:g}".rjust(axis_column - 1), "plain")
        canvas.write(axis_column, scale.row(tick), "┤", "dim")
    canvas.write(axis_column, scale.bottom, "└" + "─" * (canvas.width - scale.left), "dim")
    canvas.write(canvas.width - len(plot.x_name) - 1, scale.bottom, f" {plot.x_name}", "plain")
    for tick in plot.x_ticks:
        text = f"{tick:g}".replace("-", "−")
        centred = scale.column(tick) - (len(text) - 1) // 2 - (len(text) > 1)
        canvas.write(centred, scale.bottom + 1, text, "plain")


def _draw_guide(guide: Guide, scale: _Scale) -> None:
    if guide.y is not None:
        for dot in range(2 * scale.left, 2 * scale.canvas.width, GUIDE_STEP):
            scale.canvas.dot(dot, scale.dot_y(guide.y), "dim")
    if guide.x is not None:
        for dot in range(0, 4 * scale.bottom, GUIDE_STEP // 2):
            scale.canvas.dot(scale.dot_x(guide.x), dot, "dim")


def _draw_curve(curve: Curve, scale: _Scale) -> None:
    previous: int | None = None
    for x in range(2 * scale.left, 2 * scale.canvas.width):
        # capped outside the field: infinity has no dot, and rounding it raises OverflowError
        y = scale.dot_y(min(curve.function(scale.x_at(x)), 2 * scale.plot.y_range[1]))
        low, high = (y, y) if previous is None else _joined_range(previous, y)
        for dot in range(max(0, low), min(4 * scale.bottom - 1, high) + 1):
            scale.canvas.dot(x, dot, curve.ink)
        previous = y


def _joined_range(previous: int, y: int) -> tuple[int, int]:
    """Return the first and last dot of a column, without a gap to the column before.

    `previous` and `y` are the dots of the curve in the column before and in this one.
    """
    if previous == y:
        return y, y
    return (previous + 1, y) if y > previous else (y, previous - 1)


def _label_mark(mark: Mark, scale: _Scale) -> None:
    row = min(scale.bottom - 1, scale.row(mark.y) + 1)
    scale.canvas.write(scale.column(mark.x) + 1, row, mark.label, mark.ink)
