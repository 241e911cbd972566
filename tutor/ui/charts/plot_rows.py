"""Draws the axes of a plot as rows of a given size: lines, points and bars over their scales.

Pure functions of plain data. Nothing is told by colour alone: where there are several lines each
has a letter, clouds of points and groups of bars differ by their characters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len, set_cell_size

from tutor.first_screen.glyphs import ASCII, UNICODE, PlotName
from tutor.text import one_line
from tutor.ui.charts.axes import (
    Axis,
    are_apart,
    format_label,
    has_place,
    log_ticks,
    ticks,
)
from tutor.ui.charts.canvas import DotCanvas
from tutor.ui.charts.picture import Piece, join_pieces, wrap_pieces
from tutor.wire.plotted import Axes, Series

INKS = ("plot--first", "plot--second", "plot--third", "plot--fourth")
AXIS, TITLE, NOTE = "plot--axis", "plot--title", "plot--note"

LETTERS = "abcdefghijkl"
POINTS = "ox+*#@%&$=~^"
FILLS, ASCII_FILLS = "█▒░▓", "#=:%"
EIGHTHS = "▁▂▃▄▅▆▇█"
MIN_SIZE = (16, 4)
"""Columns and rows that a plot with its scales needs."""
MIN_SLOT = 3.5
"""Columns from one bar to the next beyond which a blank one stands between them."""
MAX_NAME = 14
"""Columns of the name of a lying bar."""

Rows = list[list[Piece]]


def plot_rows(axes: Axes, width: int, height: int, glyphs: PlotName = "braille") -> Rows:
    """Return title, legend and plot in exactly so many rows; fewer where there is little to draw.

    Where there is no room for a plot, only its title is left.
    """
    head = _cut(axes.title, width, TITLE) + legend(axes.series, width, glyphs)
    room = height - len(head)
    if width < MIN_SIZE[0] or room < MIN_SIZE[1]:
        return head[:height]
    lying = [series for series in axes.series if series.kind == "rows"]
    if lying:
        return [*head, *_lying_bars(lying, width, room, glyphs)]
    if axes.y_name and room > MIN_SIZE[1] + 2:
        head += _cut(axes.y_name, width, AXIS)
        room -= 1
    return [*head, *_Plot(axes, width, room, glyphs).rows()]


def legend(series: Sequence[Series], width: int, glyphs: PlotName) -> Rows:
    """Return the row that says what is what; none if a single thing has no name."""
    if len(series) < 2 and not any(each.label for each in series):
        return []
    cells: list[Piece] = []
    for number, each in enumerate(series):
        mark = _mark(series, number, glyphs)
        name = one_line(each.label) or f"{each.kind} {number + 1}"
        cells.append((f"{mark} {name}  " if mark else f"{name}  ", _ink(number)))
    row: list[Piece] = []
    left = width
    for text, ink in cells:
        if left <= 0:
            break
        fitting = text if cell_len(text) <= left else set_cell_size(text, left)
        row.append((fitting, ink))
        left -= cell_len(fitting)
    return [row]


def _mark(series: Sequence[Series], number: int, glyphs: PlotName) -> str:
    """Return the character by which one of them is known, "" for a line that is alone."""
    kind = series[number].kind
    if kind == "points":
        return POINTS[number % len(POINTS)]
    if kind in ("bars", "rows"):
        return _fill(number, glyphs)
    lines = sum(each.kind == "line" for each in series)
    return LETTERS[number % len(LETTERS)] if lines > 1 or len(series) > 1 else ""


def _fill(number: int, glyphs: PlotName) -> str:
    fills = ASCII_FILLS if glyphs == "ascii" else FILLS
    return fills[number % len(fills)]


def _ink(number: int) -> str:
    return INKS[number % len(INKS)]


def _cut(text: str, width: int, style: str) -> Rows:
    words = one_line(text)
    if not words:
        return []
    return [[(words if cell_len(words) <= width else set_cell_size(words, width), style)]]


def scale(given: tuple[float, float], values: Iterable[float], *, log: bool) -> Axis:
    """Return the scale that the program has, or where that is none, one that holds the values."""
    low, high = given
    if has_place(low, log=log) and has_place(high) and are_apart(low, high):
        return Axis(low, high, log)
    there = [value for value in values if has_place(value)]
    low, high = (min(there), max(there)) if there else (0.0, 1.0)
    if are_apart(low, high):
        return Axis(low, high)
    room = max(1.0, abs(low) / 10)
    return Axis(low - room, low + room)


@dataclass(frozen=True)
class _Plot:
    """A plot over two scales, whose last two rows are the lower one and its numbers."""

    axes: Axes
    width: int
    height: int
    glyphs: PlotName

    def rows(self) -> Rows:
        axes, marks = self.axes, ASCII if self.glyphs == "ascii" else UNICODE
        y = scale(axes.y_range, (v for each in axes.series for v in each.y), log=axes.y_log)
        x = scale(axes.x_range, (v for each in axes.series for v in each.x), log=axes.x_log)
        room = self.height - 2
        labels = _labels(y, room)
        margin = max(map(len, labels.values()))
        columns = self.width - margin - 2
        cells = self._cells(x, y, columns, room)
        rows: Rows = []
        for row in range(room):
            edge = marks.tick if row in labels else marks.vertical
            text = f"{labels.get(row, ''):>{margin}} {edge}"
            rows.append([(text, AXIS), *join_pieces(cells[row])])
        left = " " * (margin + 1)
        name = one_line(axes.x_name)
        name = f" {name}" if name and cell_len(name) < columns // 2 else ""
        line = marks.horizontal * (columns - cell_len(name))
        rows.append([(f"{left}{marks.corner}{line}{name}", AXIS)])
        rows.append([(left + self._numbers(x, columns), AXIS)])
        return rows

    def _cells(self, x: Axis, y: Axis, columns: int, rows: int) -> list[list[Piece]]:
        cells: list[list[Piece]] = [[(" ", "")] * columns for _ in range(rows)]
        for number, series in enumerate(self.axes.series):
            if series.kind == "bars":
                self._bars(cells, number, series, x, y)
        for number, series in enumerate(self.axes.series):
            if series.kind == "line":
                self._line(cells, number, series, x, y)
        for number, series in enumerate(self.axes.series):
            if series.kind == "points":
                mark = POINTS[number % len(POINTS)]
                for column, row in self._places(series, x, y, columns, rows):
                    cells[row][column] = (mark, _ink(number))
        return cells

    def _places(
        self, series: Series, x: Axis, y: Axis, columns: int, rows: int
    ) -> Iterable[tuple[int, int]]:
        """Yield the column and row of each point within the plot."""
        for point in zip(series.x, series.y, strict=False):
            if _is_inside(x, point[0]) and _is_inside(y, point[1]):
                yield x.place(point[0], columns), rows - 1 - y.place(point[1], rows)

    def _line(
        self, cells: list[list[Piece]], number: int, series: Series, x: Axis, y: Axis
    ) -> None:
        canvas = DotCanvas(len(cells[0]), len(cells), self.glyphs)
        points = list(zip(series.x, series.y, strict=False))
        for start, end in pairwise([*points[:1], *points]):
            part = _clipped(start, end, x, y)
            if part is not None:
                (x0, y0), (x1, y1) = (
                    (x.place(a, canvas.width), canvas.height - 1 - y.place(b, canvas.height))
                    for a, b in part
                )
                canvas.line(x0, y0, x1, y1)
        for row, line in enumerate(cells):
            for column in range(len(line)):
                text = canvas.text(column, row)
                if text != " ":
                    line[column] = (text, _ink(number))
        letter = _mark(self.axes.series, number, self.glyphs)
        last = list(self._places(series, x, y, len(cells[0]), len(cells)))[-1:]
        for column, row in last if letter else ():
            cells[row][column] = (letter, f"{_ink(number)}")

    def _bars(
        self, cells: list[list[Piece]], number: int, series: Series, x: Axis, y: Axis
    ) -> None:
        rows, columns = len(cells), len(cells[0])
        slot = _spacing(series.x, x) * columns
        base = rows - 1 - y.place(min(max(0.0, y.low), y.high), rows) if not y.log else rows - 1
        fill = _fill(number, self.glyphs)
        for place, value in zip(series.x, series.y, strict=False):
            if not (_is_inside(x, place) and has_place(value)) or (y.log and value <= 0):
                continue
            middle = x.fraction(place) * columns
            left, right = _nearest(middle - slot / 2), _nearest(middle + slot / 2)
            right = max(left + 1, right - (slot > MIN_SLOT))
            top = rows - 1 - y.place(min(max(value, y.low), y.high), rows)
            for row in range(min(top, base), max(top, base) + 1):
                for column in range(max(0, left), min(columns, right)):
                    cells[row][column] = (fill, _ink(number))

    def _numbers(self, x: Axis, columns: int) -> str:
        """Return the names of bars or the numbers of the scale, each under its place."""
        named = next((s for s in self.axes.series if s.kind == "bars" and s.names), None)
        if named is not None:
            slot = max(1, round(_spacing(named.x, x) * columns) - 1)
            words = [
                (place, one_line(name)) for place, name in zip(named.x, named.names, strict=False)
            ]
            marks = [
                (place, set_cell_size(name, min(slot, cell_len(name)))) for place, name in words
            ]
        else:
            values = _tick_values(x, max(2, columns // 10))
            marks = [(value, format_label(value)) for value in values]
        text, used = "", 0
        for place, name in marks:
            if not _is_inside(x, place):
                continue
            at = 1 + x.place(place, columns) - cell_len(name) // 2
            at = max(0, min(at, columns + 1 - cell_len(name)))
            if at >= used + bool(used):
                text += " " * (at - used) + name
                used = at + cell_len(name)
        return text


def _nearest(value: float) -> int:
    """Round, halves up: where one bar ends the next begins, whatever the last digit says."""
    return math.floor(value + 0.5 + 1e-6)


def _is_inside(axis: Axis, value: float) -> bool:
    """Return True if the number has a place between the ends of the scale."""
    return has_place(value) and axis.low <= value <= axis.high


def _clipped(
    start: tuple[float, float], end: tuple[float, float], x: Axis, y: Axis
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the part of a straight line within the plot; None if there is none.

    On a logarithmic scale a line that leaves the plot ends at the last point within.
    """
    if not all(map(has_place, (*start, *end))):
        return None
    low, high = 0.0, 1.0
    for axis, a, b in ((x, start[0], end[0]), (y, start[1], end[1])):
        if axis.log and not (axis.low <= a <= axis.high and axis.low <= b <= axis.high):
            return None
        if a == b:
            if not axis.low <= a <= axis.high:
                return None
            continue
        parts = sorted(((axis.low - a) / (b - a), (axis.high - a) / (b - a)))
        low, high = max(low, parts[0]), min(high, parts[1])
    if low > high:
        return None

    def at(part: float) -> tuple[float, float]:
        between = (a + (b - a) * part for a, b in zip(start, end, strict=True))
        one, other = between
        return min(max(one, x.low), x.high), min(max(other, y.low), y.high)

    return at(low), at(high)


def _spacing(places: Sequence[float], x: Axis) -> float:
    """Return the part of the scale between two neighbours, a third for a single one."""
    inside = sorted({x.fraction(place) for place in places if _is_inside(x, place)})
    gaps = [after - before for before, after in pairwise(inside)]
    return min(gaps, default=1 / 3)


def _tick_values(axis: Axis, most: int) -> tuple[float, ...]:
    values = log_ticks(axis.low, axis.high, most) if axis.log else ()
    return values or ticks(axis.low, axis.high, min(5, most))


def _labels(axis: Axis, rows: int) -> dict[int, str]:
    """Return the numbers of the upright scale by row, two at least where there are two rows."""
    values = _tick_values(axis, max(1, (rows - 1) // 2))
    if len(values) < 2:
        values = (axis.low, axis.high)
    inside = [value for value in values if _is_inside(axis, value)] or [axis.low]
    return {rows - 1 - axis.place(value, rows): format_label(value) for value in inside}


def _lying_bars(groups: Sequence[Series], width: int, height: int, glyphs: PlotName) -> Rows:
    """Return a row for each bar, the one that stands highest in the plot first."""
    bars = [
        (place, one_line(name), value, number)
        for number, group in enumerate(groups)
        for place, value, name in zip(
            group.x, group.y, group.names or [""] * len(group.x), strict=False
        )
        if has_place(place) and has_place(value)
    ]
    bars.sort(key=lambda bar: (-bar[0], bar[3]))
    most = max((abs(bar[2]) for bar in bars), default=0.0) or 1.0
    margin = min(MAX_NAME, max((cell_len(bar[1]) for bar in bars), default=0))
    texts = [format_label(bar[2]) for bar in bars]
    room = max(1, width - margin - max(map(len, texts), default=0) - 2)
    rows: Rows = []
    for (_, name, value, number), text in zip(bars[:height], texts, strict=False):
        cells = round(abs(value) / most * room)
        rows.append(
            [
                (set_cell_size(name, margin) + " ", AXIS),
                (_fill(number, glyphs) * cells, _ink(number)),
                (f" {text}", ""),
            ]
        )
    return rows


def note_rows(words: str, width: int, most: int) -> Rows:
    """Return words in at most so many rows."""
    return wrap_pieces(words, width, NOTE)[:most]
