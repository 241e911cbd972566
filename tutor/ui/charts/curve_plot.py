"""Draws the plot of a loss curve, with all that stands behind it, as rows of styled pieces.

Numbers come in and text goes out: nothing here knows a widget, a run or a training. Where several
things share a cell one of them is drawn. Curves differ in form as well as in colour: the one that
is looked at is whole, another of the same run is dashed, that of the run before is dotted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tutor.first_screen.glyphs import ASCII, UNICODE, GlyphSet, PlotName
from tutor.ui.charts.axes import (
    Axis,
    Point,
    format_label,
    has_place,
    log_ticks,
    smooth,
    steps_extent,
    thin,
    ticks,
)
from tutor.ui.charts.canvas import DotCanvas
from tutor.ui.charts.picture import Piece, join_pieces

MIN_SMOOTHED = 64
"""Losses from which on the line is smoothed, with the losses themselves as dots behind it."""
OFF_CHART = 1_000
"""A number of dots that surely leads out of the chart."""
DASHED, DOTTED = (3, 5), (1, 4)
"""Dots across that are drawn, of so many."""
CHECK_COLUMNS = 4
"""Columns for one check at least: more would hide the curve."""
BORDER_COLUMNS = 3
"""Columns for one border at least: of more borders only some are marked."""

ToDot = Callable[[Point], tuple[int, int]]


@dataclass(frozen=True)
class Beside:
    """What is drawn beside the curve of losses; steps are counted from 1, as those of the curve."""

    others: tuple[Sequence[float], ...] = ()
    """Further curves of the same run."""
    before: Sequence[float] = ()
    """The same curve in the run before, drawn as far as this one has room for."""
    checks: Sequence[Point] = ()
    """Losses that were computed without training, each with the step after which it was."""
    borders: Sequence[int] = ()
    """The steps after which an epoch begins."""
    broken: int = 0
    """The step at which the loss became nan or infinite; 0 if it did not."""
    notes: tuple[str, ...] = ()
    """Sentences below the plot, in place of those that the chart makes."""


NOTHING_BESIDE = Beside()


@dataclass(frozen=True)
class LossPlot:
    """A curve of losses and its axes, ready to be drawn."""

    losses: Sequence[float]
    x_axis: Axis
    y_axis: Axis
    cursor: int = 0
    """The step that is marked; 0 if none is."""
    beside: Beside = NOTHING_BESIDE
    glyphs: PlotName = "braille"

    @property
    def marks(self) -> GlyphSet:
        """The glyphs for marks and axes."""
        return ASCII if self.glyphs == "ascii" else UNICODE

    def draw(self, width: int, height: int) -> list[list[Piece]]:
        """Return the rows of the plot with its axes and their labels."""
        marks, rows = self.marks, height - 2
        labels = vertical_labels(self.y_axis, rows)
        label_width = max(len(text) for text in labels.values())
        columns = width - label_width - 2
        cells = self._cells(columns, rows)
        picture: list[list[Piece]] = []
        for row in range(rows):
            edge = marks.tick if row in labels else marks.vertical
            text = f"{labels.get(row, ''):>{label_width}} {edge}"
            picture.append([(text, "loss-chart--axis"), *cells[row]])
        left = " " * (label_width + 1)
        floor = left + marks.corner + self._floor(columns)
        picture.append([(floor, "loss-chart--axis")])
        picture.append([(left + horizontal_labels(self.x_axis, columns), "loss-chart--axis")])
        return picture

    def points(self, losses: Sequence[float]) -> list[Point]:
        """Return the losses that have a place on the vertical axis, each with its step."""
        return placed(losses, log=self.y_axis.log)

    def _floor(self, columns: int) -> str:
        """Return the horizontal axis, with the borders of epochs on it."""
        marks = self.marks
        cells = [marks.horizontal] * columns
        borders = [each for each in self.beside.borders if 0 < each <= self.x_axis.high]
        every = max(1, math.ceil(len(borders) * BORDER_COLUMNS / columns))
        for border in borders[every - 1 :: every]:
            cells[self.x_axis.place(border, columns)] = marks.border
        return "".join(cells)

    def _cells(self, columns: int, rows: int) -> list[list[Piece]]:
        line, raw = (DotCanvas(columns, rows, self.glyphs) for _ in range(2))
        layers: list[_Layer] = []

        def to_dot(point: Point) -> tuple[int, int]:
            x = self.x_axis.place(point[0], line.width)
            return x, line.height - 1 - self.y_axis.place(point[1], line.height)

        before = DotCanvas(columns, rows, self.glyphs)
        self._draw_curve(before, self._clipped(self.beside.before), to_dot, DOTTED)
        layers.append(_Layer(before, "loss-chart--before", ":"))
        for losses in self.beside.others:
            other = DotCanvas(columns, rows, self.glyphs)
            self._draw_curve(other, self._clipped(losses), to_dot, DASHED)
            layers.append(_Layer(other, "loss-chart--other", "+"))
        points = self.points(self.losses)
        if len(points) >= MIN_SMOOTHED:
            for point in thin(points, 4 * line.width):
                raw.dot(*to_dot(point))
        layers.append(_Layer(raw, "loss-chart--raw", "."))
        dots = self._draw_curve(line, self.losses, to_dot)
        layers.append(_Layer(line, "loss-chart--line", "*"))
        signs = self._signs(line, to_dot, dots if len(points) * 3 <= columns else ())
        upright = self._uprights(line, to_dot)
        return [_row(row, columns, layers, signs, upright, self.marks) for row in range(rows)]

    def _clipped(self, losses: Sequence[float]) -> list[float]:
        """Return the losses that the axes have room for; nan stands for each that is too high."""
        low, high = self.y_axis.low, self.y_axis.high
        inside = losses[: int(self.x_axis.high)]
        return [loss if low <= loss <= high else math.nan for loss in inside]

    def _draw_curve(
        self,
        canvas: DotCanvas,
        losses: Sequence[float],
        to_dot: ToDot,
        pattern: tuple[int, int] = (1, 1),
    ) -> list[tuple[int, int]]:
        """Draw the curve, smoothed where it is long, and return its dots."""
        curve = self.points(losses)
        if len(curve) >= MIN_SMOOTHED:
            smoothed = smooth([loss for _, loss in curve])
            curve = list(zip([step for step, _ in curve], smoothed, strict=True))
        dots = [(step, *to_dot((step, loss))) for step, loss in thin(curve, 2 * canvas.width)]
        for (previous, x0, y0), (step, x1, y1) in zip(dots[:1] + dots, dots, strict=False):
            if self._is_connected(losses, int(previous), int(step)):
                canvas.line(x0, y0, x1, y1, pattern)
            else:
                canvas.dot(x1, y1)
        return [(x, y) for _, x, y in dots]

    def _is_connected(self, losses: Sequence[float], previous: int, step: int) -> bool:
        """Return True if all losses after step `previous` up to `step` have a place."""
        between = losses[previous:step]
        return step - previous <= 1 or all(has_place(loss, log=self.y_axis.log) for loss in between)

    def _signs(
        self, canvas: DotCanvas, to_dot: ToDot, markers: Sequence[tuple[int, int]]
    ) -> dict[tuple[int, int], Piece]:
        """Return the signs by column and row: single losses, checks, and the cursor on top."""
        marks, signs = self.marks, dict[tuple[int, int], Piece]()
        across, down = canvas.dots_across, canvas.dots_down
        for x, y in markers:
            signs[x // across, y // down] = marks.marker, "loss-chart--line"
        inside = [
            (step, loss)
            for step, loss in self.beside.checks
            if step <= self.x_axis.high and has_place(loss, log=self.y_axis.log)
        ]
        every = max(1, -(-len(inside) * CHECK_COLUMNS // canvas.columns))
        for step, loss in inside[::-1][::every]:
            if self.y_axis.low <= loss <= self.y_axis.high:
                x, y = to_dot((step, loss))
                signs[x // across, y // down] = marks.check, "loss-chart--check"
        cursor = self._cursor_dot(to_dot)
        if cursor is not None:
            signs[cursor[0] // across, cursor[1] // down] = marks.cursor, "loss-chart--cursor"
        return signs

    def _cursor_dot(self, to_dot: ToDot) -> tuple[int, int] | None:
        """Return the dot of the marked step, None if no step is marked.

        The dot of a loss that has no place is above the chart, so that only its line is seen.
        """
        if not 1 <= self.cursor <= len(self.losses):
            return None
        loss = self.losses[self.cursor - 1]
        if has_place(loss, log=self.y_axis.log):
            return to_dot((self.cursor, loss))
        return to_dot((self.cursor, self.y_axis.high))[0], -OFF_CHART

    def _uprights(self, canvas: DotCanvas, to_dot: ToDot) -> dict[int, str]:
        """Return the columns with an upright line through their empty cells, and its style."""
        columns: dict[int, str] = {}
        high = self.y_axis.high
        if 0 < self.beside.broken <= self.x_axis.high:
            columns[to_dot((self.beside.broken, high))[0] // canvas.dots_across] = BROKEN
        cursor = self._cursor_dot(to_dot)
        if cursor is not None:
            columns[cursor[0] // canvas.dots_across] = "loss-chart--cursor"
        return columns


BROKEN = "loss-chart--broken"


@dataclass(frozen=True)
class _Layer:
    canvas: DotCanvas
    style: str
    ascii_dot: str = field(default="*")


def _row(
    row: int,
    columns: int,
    layers: Sequence[_Layer],
    signs: dict[tuple[int, int], Piece],
    uprights: dict[int, str],
    marks: GlyphSet,
) -> list[Piece]:
    """Return a row of the plot: of each cell the sign, else the uppermost layer, else a line."""
    cells: list[Piece] = []
    for column in range(columns):
        cell: Piece = " ", layers[0].style
        for layer in layers:
            text = layer.canvas.text(column, row, layer.ascii_dot)
            if text != " ":
                cell = text, layer.style
        if cell[0] == " " and column in uprights:
            cell = marks.vertical, uprights[column]
        cells.append(signs.get((column, row), cell))
    return join_pieces(cells)


def placed(losses: Sequence[float], *, log: bool) -> list[Point]:
    """Return the losses that can be drawn, each with its step."""
    return [(step, loss) for step, loss in enumerate(losses, 1) if has_place(loss, log=log)]


def steps_axis(count: int) -> Axis:
    """Return the horizontal axis for so many steps."""
    return Axis(0, steps_extent(count))


def vertical_labels(axis: Axis, rows: int) -> dict[int, str]:
    """Return the labels of the vertical axis by row, two at least; row 0 is the highest."""
    max_labels = max(1, (rows - 1) // 2)
    values = log_ticks(axis.low, axis.high, max_labels) if axis.log else ()
    values = values or ticks(axis.low, axis.high, min(4, max_labels))
    if len(values) < 2:
        values = (axis.low, axis.high)
    return {rows - 1 - axis.place(value, rows): format_label(value) for value in values}


def horizontal_labels(axis: Axis, columns: int) -> str:
    """Return the row of step numbers under their columns: 0, the end, and quarters that fit."""
    text = [" "] * (columns + 1)
    quarter = axis.high / 4
    free_from = 0
    for value in (0, axis.high, 2 * quarter, quarter, 3 * quarter):
        number = format_label(value) if value < 1000 else f"{value:.0f}"
        at = 1 + axis.place(value, columns) - (len(number) // 2 if value else 0)
        at = max(free_from, min(at, columns + 1 - len(number)))
        around = text[max(0, at - 1) : at + len(number) + 1]
        if all(cell == " " for cell in around):
            text[at : at + len(number)] = number
    return "".join(text)
