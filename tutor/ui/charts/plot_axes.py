"""Draws one axes of a program's plot: title, legend, scales, and a small picture of its content.

It takes plain data, and knows neither matplotlib nor runs. No meaning depends on colour alone: of
several lines each has a letter; clouds of points and groups of bars differ by their characters, as
do points of several colours. Without colours an image is a ramp of glyphs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rich.cells import cell_len, set_cell_size
from rich.color import Color
from rich.style import Style

from tutor.first_screen.glyphs import GlyphSet
from tutor.text import one_line
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
from tutor.ui.charts.picture import Piece, join_pieces
from tutor.ui.charts.shades import BLACK, Shades, on, readable, two_colours, visible
from tutor.wire.plotted import Axes, Image, PlacedText, Series

INKS = ("plot--first", "plot--second", "plot--third", "plot--fourth")
AXIS, TITLE = "plot--axis", "plot--title"
LETTERS = "abcdefghijkl"
POINTS = "ox+*#@%&$=~^"
MIN_SIZE = (16, 4)
"""Minimum columns and rows of a plot with its scales."""
MIN_SLOT = 3.5
"""Columns from one bar to the next beyond which a blank column separates them."""
MAX_NAME = 14
"""Maximum columns of the name of a horizontal bar or an upright tick."""
OUTLINE = Pen(AXIS, ascii_dot=".")

Rows = list[list[Piece]]


def no_style(_component: str) -> Style:
    return Style()


@dataclass(frozen=True)
class PlotPainter:
    """Draws axes in the glyphs and colours of a terminal."""

    signs: GlyphSet
    shades: Shades | None = None
    style_of: Callable[[str], Style] = no_style
    """Returns the style of a component class."""
    ground: Color = BLACK
    """The colour on which the plot is drawn."""

    def rows(self, axes: Axes, width: int, height: int) -> Rows:
        """Return title, legend and plot in `height` rows, or fewer for little data.

        Without room for a plot, return only its title.
        """
        head = _cut(axes.title, width, TITLE) + self._legend(axes.series, width)
        room = height - len(head)
        if not (axes.series or axes.image or axes.texts):
            return head[:height]
        lying = [series for series in axes.series if series.kind == "rows"]
        least = (1, 1) if axes.is_bare and not lying else MIN_SIZE
        if width < least[0] or room < least[1]:
            return head[:height]
        if lying:
            return [*head, *self._lying_bars(lying, width, room)]
        if axes.y_name and room > MIN_SIZE[1] + 2 and not axes.is_bare:
            head += _cut(axes.y_name, width, AXIS)
            room -= 1
        return [*head, *self._plot(axes, width, room)]

    def _legend(self, series: Sequence[Series], width: int) -> Rows:
        named = [(n, each) for n, each in enumerate(series) if each.kind != "outline" or each.label]
        if len(named) < 2 and not any(each.label for each in series):
            return []
        row: list[Piece] = []
        left = width
        for number, each in named:
            mark = "" if each.colours else self.mark(series, number)
            name = one_line(each.label) or f"{each.kind} {number + 1}"
            text = f"{mark} {name}  " if mark else f"{name}  "
            if left > 0:
                text = text if cell_len(text) <= left else set_cell_size(text, left)
                row.append((text, _ink(number)))
                left -= cell_len(text)
        return [row]

    def mark(self, series: Sequence[Series], number: int) -> str:
        """Return the character by which a series is told from the others; "" for a single line."""
        kind = series[number].kind
        if kind == "points":
            return POINTS[number % len(POINTS)]
        if kind in ("bars", "rows"):
            return self.signs.fills[number % len(self.signs.fills)]
        is_one_of_several = sum(each.kind == "line" for each in series) > 1
        return LETTERS[number % len(LETTERS)] if kind == "line" and is_one_of_several else ""

    def _plot(self, axes: Axes, width: int, height: int) -> Rows:
        """Return the content, between two scales unless it is bare."""
        y = _scale(axes.y_range, (v for each in axes.series for v in each.y), log=axes.y_log)
        x = _scale(axes.x_range, (v for each in axes.series for v in each.x), log=axes.x_log)
        if axes.is_bare:
            columns, rows = _square(axes, x, y, width, height)
            return [join_pieces(row) for row in self._content(axes, x, y, columns, rows).cells]
        margin = max(map(cell_len, self._row_names(axes, y, height - 2).values()))
        columns, rows = _square(axes, x, y, width - margin - 2, height - 2)
        content = self._content(axes, x, y, columns, rows)
        name = one_line(axes.x_name)
        name = f" {name}" if name and cell_len(name) < columns // 2 else ""
        floor = self.signs.horizontal * (columns - cell_len(name)) + name
        names, numbers = self._row_names(axes, y, rows), _numbers(axes, x, columns).rstrip()
        return framed(content.cells, names, floor, numbers, self.signs, AXIS)

    def _row_names(self, axes: Axes, y: Axis, rows: int) -> dict[int, str]:
        named = [each for each in axes.y_ticks if _is_inside(y, each.y)]
        labels = row_labels(y, rows, 5)
        if named:
            labels = {rows - 1 - y.place(e.y, rows): _short(one_line(e.text)) for e in named}
        return {rows - 1 - at: text for at, text in labels.items()} if axes.y_down else labels

    def _content(self, axes: Axes, x: Axis, y: Axis, columns: int, rows: int) -> Canvas:
        drawing = _Drawing(self, axes.series, x, y, Canvas(columns, rows, self.signs.name), axes)
        drawing.draw()
        if (
            axes.image is not None
            and len(axes.image.values) == axes.image.rows * axes.image.columns
        ):
            self._lay_under(drawing.canvas, axes.image, axes, x, y)
        return drawing.canvas

    def _lay_under(self, canvas: Canvas, image: Image, axes: Axes, x: Axis, y: Axis) -> None:
        """Draw the image in the blank cells of the canvas, and behind the others."""
        halves = 2 if self.shades is not None and self.signs.half else 1
        pixels = _Pixels(image, x, y, canvas.columns, canvas.rows * halves, axes.y_down)
        for row, cells in enumerate(canvas.cells):
            for column, (text, style) in enumerate(cells):
                above = pixels.at(column, row * halves)
                below = pixels.at(column, row * halves + halves - 1)
                if above is None or below is None:
                    continue
                if self.shades is None:
                    ramp = self.signs.ramp
                    if text == " ":
                        cells[column] = ramp[round(pixels.part(above) * (len(ramp) - 1))], ""
                    continue
                upper, lower = pixels.colour(above), pixels.colour(below)
                if text != " ":
                    ink = (self.style_of(style) if isinstance(style, str) else style).color
                    ink = readable(upper) if ink is None else visible(upper, ink)
                    cells[column] = text, on(upper, ink, bold=True)
                else:
                    cells[column] = two_colours(upper, lower, self.signs.half)

    def point_style(self, colour: int) -> Style | str:
        """Return the style of a point of this colour, which is changed where it is unreadable."""
        return "" if self.shades is None else Style(color=visible(self.ground, _colour(colour)))

    def _lying_bars(self, groups: Sequence[Series], width: int, height: int) -> Rows:
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
                    (self.mark(groups, number) * cells, _ink(number)),
                    (f" {text}", ""),
                ]
            )
        return rows


def _cut(text: str, width: int, style: str) -> Rows:
    words = one_line(text)
    if not words:
        return []
    return [[(words if cell_len(words) <= width else set_cell_size(words, width), style)]]


def _short(name: str) -> str:
    return set_cell_size(name, min(MAX_NAME, cell_len(name)))


def _ink(number: int) -> str:
    return INKS[number % len(INKS)]


def _colour(packed: int) -> Color:
    return Color.from_rgb(packed >> 16, packed >> 8 & 255, packed & 255)


def _square(axes: Axes, x: Axis, y: Axis, columns: int, rows: int) -> tuple[int, int]:
    """Return the size with the same unit on both scales; a cell is twice as high as it is wide."""
    if not axes.is_square or x.log or y.log:
        return columns, rows
    wanted = 2 * (x.high - x.low) / (y.high - y.low)
    if wanted * rows <= columns:
        return max(1, min(columns, round(wanted * rows))), rows
    return columns, max(1, min(rows, round(columns / wanted)))


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


def _numbers(axes: Axes, x: Axis, columns: int) -> str:
    """Return the row below the plot: numbers, or the names of ticks or bars."""
    bars = next((s for s in axes.series if s.kind == "bars" and s.names), None)
    named: Iterable[tuple[float, str]] = [(each.x, each.text) for each in axes.x_ticks]
    places: Sequence[float] = [each.x for each in axes.x_ticks]
    if bars is not None:
        named, places = zip(bars.x, bars.names, strict=False), bars.x
    elif not axes.x_ticks:
        values = tick_values(x, max(2, columns // 10), 5)
        return column_labels(x, columns, [(each, format_label(each)) for each in values])
    slot = max(1, round(_spacing(places, x) * columns) - 1)
    names = [(place, one_line(name)) for place, name in named if _is_inside(x, place)]
    fitting = [(place, set_cell_size(name, min(slot, cell_len(name)))) for place, name in names]
    return column_labels(x, columns, fitting)


@dataclass(frozen=True)
class _Drawing:
    """The series and texts of one axes on a canvas."""

    painter: PlotPainter
    series: Sequence[Series]
    x: Axis
    y: Axis
    canvas: Canvas
    axes: Axes

    def draw(self) -> None:
        kinds = {
            "bars": self._draw_bars,
            "outline": self._draw_line,
            "line": self._draw_line,
            "points": self._draw_points,
        }
        for kind, draw in kinds.items():
            for number, series in enumerate(self.series):
                if series.kind == kind:
                    draw(number, series)
        for words in self.axes.texts:
            self._write(words)

    def _row(self, value: float, rows: int) -> int:
        place = self.y.place(value, rows)
        return place if self.axes.y_down else rows - 1 - place

    def _write(self, words: PlacedText) -> None:
        text = "".join(each if cell_len(each) == 1 else "?" for each in one_line(words.text))
        if _is_inside(self.x, words.x) and _is_inside(self.y, words.y):
            column = self.x.place(words.x, self.canvas.columns)
            self.canvas.write(column, self._row(words.y, self.canvas.rows), text, TITLE)

    def _places(self, series: Series) -> Iterator[tuple[int, int, int]]:
        """Yield the cell of each point inside, after its number."""
        columns, rows = self.canvas.columns, self.canvas.rows
        for number, (x, y) in enumerate(zip(series.x, series.y, strict=False)):
            if _is_inside(self.x, x) and _is_inside(self.y, y):
                yield number, self.x.place(x, columns), self._row(y, rows)

    def _draw_points(self, number: int, series: Series) -> None:
        mark, style = self.painter.mark(self.series, number), _ink(number)
        ranks = {colour: at for at, colour in enumerate(dict.fromkeys(series.colours))}
        for at, column, row in self._places(series):
            if at < len(series.colours):
                colour = series.colours[at]
                own = POINTS[ranks[colour]] if len(ranks) <= len(POINTS) else mark
                self.canvas.write(column, row, own, self.painter.point_style(colour))
            else:
                self.canvas.write(column, row, mark, style)

    def _draw_line(self, number: int, series: Series) -> None:
        canvas = self.canvas
        pen = OUTLINE if series.kind == "outline" else Pen(_ink(number))
        points = list(zip(series.x, series.y, strict=False))
        for start, end in pairwise([*points[:1], *points]):
            part = _clipped(start, end, self.x, self.y)
            if part is not None:
                (x0, y0), (x1, y1) = (
                    (self.x.place(x, canvas.width), self._row(y, canvas.height)) for x, y in part
                )
                canvas.line(x0, y0, x1, y1, pen)
        letter = self.painter.mark(self.series, number)
        for _, column, row in list(self._places(series))[-1:] if letter else ():
            canvas.write(column, row, letter, _ink(number))

    def _draw_bars(self, number: int, series: Series) -> None:
        columns, rows, x, y = self.canvas.columns, self.canvas.rows, self.x, self.y
        slot = _spacing(series.x, x) * columns
        base = self._row(y.low, rows) if y.log else self._row_of(0.0)
        fill = self.painter.mark(self.series, number)
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
        return self._row(min(max(value, self.y.low), self.y.high), self.canvas.rows)


@dataclass(frozen=True)
class _Pixels:
    """The image's values at the places of a grid of `columns` × `rows` over the axes."""

    image: Image
    x: Axis
    y: Axis
    columns: int
    rows: int
    y_down: bool

    def at(self, column: int, row: int) -> int | None:
        """Return the index of the value in the middle of that place; None outside of the image."""
        x, y = self.x, self.y
        left, right, low, high = self.image.extent or (x.low, x.high, y.low, y.high)
        if not (right > left and high > low):
            return None
        up = (row + 0.5) / self.rows if self.y_down else 1 - (row + 0.5) / self.rows
        along = (x.low + (column + 0.5) / self.columns * (x.high - x.low) - left) / (right - left)
        above = (y.low + up * (y.high - y.low) - low) / (high - low)
        # the first row of the values is the upper one of the picture
        fallen = above if self.y_down else 1 - above
        if not (0 <= along < 1 and 0 <= fallen < 1):
            return None
        return int(fallen * self.image.rows) * self.image.columns + int(along * self.image.columns)

    @cached_property
    def _range(self) -> tuple[float, float]:
        finite = [value for value in self.image.values if math.isfinite(value)]
        return min(finite, default=0.0), max(finite, default=0.0)

    def part(self, index: int) -> float:
        """Return the value at this index as a part from 0, the least, to 1, the greatest."""
        low, high = self._range
        value = self.image.values[index]
        spread = high / 2 - low / 2  # halves, as the whole may be too large for a float
        return (value / 2 - low / 2) / spread if spread and math.isfinite(value) else 0.0

    def colour(self, index: int) -> Color:
        if index < len(self.image.colours):
            return _colour(self.image.colours[index])
        return _colour(round(255 * self.part(index)) * 0x10101)


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
