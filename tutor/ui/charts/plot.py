"""A chart of the axes of a program's plots, one above the other if they fit.

It takes plain data, and knows neither matplotlib nor runs. No meaning depends on colour alone: of
several lines each has a letter; clouds of points and groups of bars differ by their characters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.binding import Binding, BindingType
from textual.message import Message

from tutor.first_screen.glyphs import GlyphSet
from tutor.text import one_line
from tutor.ui.charts import heat_scale
from tutor.ui.charts.axes import (
    Axis,
    are_apart,
    column_labels,
    format_label,
    framed,
    has_place,
    row_labels,
    tick_values,
)
from tutor.ui.charts.canvas import Canvas, Pen
from tutor.ui.charts.heat_panel import Painter, Panel
from tutor.ui.charts.picture import Picture, Piece, wrap_pieces
from tutor.wire.plotted import Axes, Image, Series

MIN_ROWS = 10
"""Minimum rows of a plot among several."""
MIN_NOTES = 3
"""Rows that the text under a plot may always take, unless the plot is very low."""
NOTES_SHARE = 5
"""In a high plot, the text may take one row in this many."""

INKS = ("plot--first", "plot--second", "plot--third", "plot--fourth")
AXIS, TITLE, NOTE = "plot--axis", "plot--title", "plot--note"
LETTERS = "abcdefghijkl"
POINTS = "ox+*#@%&$=~^"
MIN_SIZE = (16, 4)
"""Minimum columns and rows of a plot with its scales."""
MIN_SLOT = 3.5
"""Columns from one bar to the next beyond which a blank column separates them."""
MAX_NAME = 14
"""Maximum columns of the name of a horizontal bar."""

Rows = list[list[Piece]]


class PlotView(Picture, can_focus=True):
    """Plots, each with its title, legend, scales, and a sentence in words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "pick(-1)", "Plot before"),
        Binding("right_square_bracket", "pick(1)", "Plot after"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "plot--first",
        "plot--second",
        "plot--third",
        "plot--fourth",
        "plot--axis",
        "plot--title",
        "plot--note",
        "heat-map--label",
        "heat-map--note",
    }
    DEFAULT_CSS: ClassVar[str] = """
    PlotView {
        height: 1fr;
        & > .plot--first { color: $text-primary; text-style: bold; }
        & > .plot--second { color: $text-accent; text-style: bold; }
        & > .plot--third { color: $text-warning; }
        & > .plot--fourth { color: $foreground; }
        & > .plot--axis { color: $text-muted; }
        & > .plot--title { text-style: bold; }
        & > .plot--note { color: $text-muted; }
        & > .heat-map--label { color: $text-muted; }
        & > .heat-map--note { text-style: italic; }
    }
    """

    @dataclass
    class Picked(Message):
        """Posted to select the plot that many places further on."""

        delta: int

    axes: tuple[Axes, ...] = ()
    words: tuple[str, ...] = ()
    empty = ""

    def show_plots(self, axes: Sequence[Axes], words: Sequence[str], *, empty: str = "") -> None:
        """Show as many of the axes as fit, at least the first, each with its text below."""
        with self.redrawing():
            self.axes, self.words, self.empty = tuple(axes), tuple(words), empty

    def action_pick(self, delta: int) -> None:
        self.post_message(self.Picked(delta))

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        if not self.axes:
            return wrap_pieces(self.empty, width)
        count = max(1, min(len(self.axes), height // MIN_ROWS))
        rows: Rows = []
        for number in range(count):
            until = height * (number + 1) // count
            room = until - len(rows) - (1 if number + 1 < count else 0)
            rows += self._draw_one(self.axes[number], self.words[number], width, room)
            rows += [[] for _ in range(until - len(rows))] if number + 1 < count else []
        return rows

    def _draw_one(self, axes: Axes, words: str, width: int, height: int) -> Rows:
        if height < MIN_SIZE[1] + 2 or width < MIN_SIZE[0]:
            return wrap_pieces(words, width)[:height]
        most = max(MIN_NOTES, height // NOTES_SHARE) if height >= MIN_ROWS else 1
        notes = wrap_pieces(words, width, NOTE)[:most]
        room = height - len(notes)
        if axes.series:
            return [*plot_rows(axes, width, room, self.signs), *notes]
        if axes.image is None:
            return [*plot_rows(axes, width, 1, self.signs), *notes]
        return [*self._draw_image(axes, axes.image, width, room), *notes]

    def _draw_image(self, axes: Axes, image: Image, width: int, height: int) -> Rows:
        if len(image.values) != image.rows * image.columns:
            return []
        head = _cut(axes.title, width, TITLE)
        least = min(filter(math.isfinite, image.values), key=abs, default=0.0)
        values = [value if math.isfinite(value) else least for value in image.values]
        grid = heat_scale.to_grid(values, (image.rows, image.columns))
        painter = Painter(self.signs, self.shades, self.rich_style)
        panel = Panel("", grid, fills_scale=True)
        rows, _ = painter.map(panel, width, max(2, height - len(head) - 1))
        return [*head, *rows, painter.legend(panel, width)][:height]


def plot_rows(axes: Axes, width: int, height: int, signs: GlyphSet) -> Rows:
    """Return title, legend and plot in `height` rows, or fewer for little data.

    Without room for a plot, return only its title.
    """
    head = _cut(axes.title, width, TITLE) + _legend(axes.series, width, signs)
    room = height - len(head)
    if width < MIN_SIZE[0] or room < MIN_SIZE[1]:
        return head[:height]
    lying = [series for series in axes.series if series.kind == "rows"]
    if lying:
        return [*head, *_lying_bars(lying, width, room, signs)]
    if axes.y_name and room > MIN_SIZE[1] + 2:
        head += _cut(axes.y_name, width, AXIS)
        room -= 1
    return [*head, *_between_scales(axes, width, room, signs)]


def _cut(text: str, width: int, style: str) -> Rows:
    words = one_line(text)
    if not words:
        return []
    return [[(words if cell_len(words) <= width else set_cell_size(words, width), style)]]


def _ink(number: int) -> str:
    return INKS[number % len(INKS)]


def _legend(series: Sequence[Series], width: int, signs: GlyphSet) -> Rows:
    if len(series) < 2 and not any(each.label for each in series):
        return []
    row: list[Piece] = []
    left = width
    for number, each in enumerate(series):
        mark = _mark(series, number, signs)
        name = one_line(each.label) or f"{each.kind} {number + 1}"
        text = f"{mark} {name}  " if mark else f"{name}  "
        if left > 0:
            text = text if cell_len(text) <= left else set_cell_size(text, left)
            row.append((text, _ink(number)))
            left -= cell_len(text)
    return [row]


def _mark(series: Sequence[Series], number: int, signs: GlyphSet) -> str:
    kind = series[number].kind
    if kind == "points":
        return POINTS[number % len(POINTS)]
    if kind in ("bars", "rows"):
        return signs.fills[number % len(signs.fills)]
    return LETTERS[number % len(LETTERS)] if len(series) > 1 else ""


def _between_scales(axes: Axes, width: int, height: int, signs: GlyphSet) -> Rows:
    """Return a plot between two scales; the last two rows are the lower scale."""
    y = _scale(axes.y_range, (v for each in axes.series for v in each.y), log=axes.y_log)
    x = _scale(axes.x_range, (v for each in axes.series for v in each.x), log=axes.x_log)
    labels = row_labels(y, height - 2, 5)
    columns = width - max(map(len, labels.values())) - 2
    plot = _Plot(axes.series, x, y, Canvas(columns, height - 2, signs.name), signs)
    plot.draw()
    name = one_line(axes.x_name)
    name = f" {name}" if name and cell_len(name) < columns // 2 else ""
    floor = signs.horizontal * (columns - cell_len(name)) + name
    return framed(plot.canvas.cells, labels, floor, plot.numbers().rstrip(), signs, AXIS)


def _scale(given: tuple[float, float], values: Iterable[float], *, log: bool) -> Axis:
    """Return the program's scale, or one that covers the values if it has none."""
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
    series: Sequence[Series]
    x: Axis
    y: Axis
    canvas: Canvas
    signs: GlyphSet

    def draw(self) -> None:
        kinds = {"bars": self._draw_bars, "line": self._draw_line, "points": self._draw_points}
        for kind, draw in kinds.items():
            for number, series in enumerate(self.series):
                if series.kind == kind:
                    draw(number, series)

    def numbers(self) -> str:
        columns = self.canvas.columns
        named = next((s for s in self.series if s.kind == "bars" and s.names), None)
        if named is None:
            values = tick_values(self.x, max(2, columns // 10), 5)
            return column_labels(self.x, columns, [(each, format_label(each)) for each in values])
        slot = max(1, round(_spacing(named.x, self.x) * columns) - 1)
        names = [
            (place, set_cell_size(name, min(slot, cell_len(name))))
            for place, name in zip(named.x, map(one_line, named.names), strict=False)
            if _is_inside(self.x, place)
        ]
        return column_labels(self.x, columns, names)

    def _places(self, series: Series) -> Iterator[tuple[int, int]]:
        columns, rows = self.canvas.columns, self.canvas.rows
        for x, y in zip(series.x, series.y, strict=False):
            if _is_inside(self.x, x) and _is_inside(self.y, y):
                yield self.x.place(x, columns), rows - 1 - self.y.place(y, rows)

    def _draw_points(self, number: int, series: Series) -> None:
        mark = _mark(self.series, number, self.signs)
        for column, row in self._places(series):
            self.canvas.write(column, row, mark, _ink(number))

    def _draw_line(self, number: int, series: Series) -> None:
        canvas, pen = self.canvas, Pen(_ink(number))
        points = list(zip(series.x, series.y, strict=False))
        for start, end in pairwise([*points[:1], *points]):
            part = _clipped(start, end, self.x, self.y)
            if part is not None:
                (x0, y0), (x1, y1) = (
                    (
                        self.x.place(x, canvas.width),
                        canvas.height - 1 - self.y.place(y, canvas.height),
                    )
                    for x, y in part
                )
                canvas.line(x0, y0, x1, y1, pen)
        letter = _mark(self.series, number, self.signs)
        for column, row in list(self._places(series))[-1:] if letter else ():
            canvas.write(column, row, letter, _ink(number))

    def _draw_bars(self, number: int, series: Series) -> None:
        columns, rows, x, y = self.canvas.columns, self.canvas.rows, self.x, self.y
        slot = _spacing(series.x, x) * columns
        base = rows - 1 if y.log else self._row_of(0.0)
        fill = _mark(self.series, number, self.signs)
        for place, value in zip(series.x, series.y, strict=False):
            if not (_is_inside(x, place) and has_place(value)) or (y.log and value <= 0):
                continue
            middle = x.fraction(place) * columns
            left, right = _nearest(middle - slot / 2), _nearest(middle + slot / 2)
            right = min(columns, max(left + 1, right - (slot > MIN_SLOT)))
            left = max(0, left)
            top = self._row_of(value)
            for row in range(min(top, base), max(top, base) + 1):
                self.canvas.write(left, row, fill * (right - left), _ink(number))

    def _row_of(self, value: float) -> int:
        """Return the row of a number, or the nearest end of the scale."""
        inside = min(max(value, self.y.low), self.y.high)
        return self.canvas.rows - 1 - self.y.place(inside, self.canvas.rows)


def _nearest(value: float) -> int:
    """Round halves up, so that a bar ends where the next one begins."""
    return math.floor(value + 0.5 + 1e-6)


def _is_inside(axis: Axis, value: float) -> bool:
    return has_place(value) and axis.low <= value <= axis.high


def _clipped(
    start: tuple[float, float], end: tuple[float, float], x: Axis, y: Axis
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the part of a straight line inside the plot; None if there is none.

    On a logarithmic scale, a line that leaves the plot ends at its last point inside.
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
    """Return the share of the scale between two neighbours; a third for a single one."""
    inside = sorted({x.fraction(place) for place in places if _is_inside(x, place)})
    gaps = [after - before for before, after in pairwise(inside)]
    return min(gaps, default=1 / 3)


def _lying_bars(groups: Sequence[Series], width: int, height: int, signs: GlyphSet) -> Rows:
    """Return a row for each bar, the highest bar of the plot first."""
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
                (_mark(groups, number, signs) * cells, _ink(number)),
                (f" {text}", ""),
            ]
        )
    return rows
