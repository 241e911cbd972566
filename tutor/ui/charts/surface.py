"""The surface of a loss as a map with contours, its axes, and the trails of training steps on it.

High losses are light. Without colours, dots are the contours. The newest trail is a line with a dot
for each step, an older one only has the dots.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from rich.cells import cell_len
from rich.color import Color

from tutor.first_screen.glyphs import GlyphSet
from tutor.session.words.surface_text import LETTERS
from tutor.ui.charts.axes import Axis, column_labels, format_label, framed, row_labels, tick_values
from tutor.ui.charts.canvas import Canvas, Pen
from tutor.ui.charts.picture import Picture, Piece, wrap_pieces
from tutor.ui.charts.shades import Shades, on, two_colours
from tutor.ui.charts.surface_grid import LEVELS, levels_of
from tutor.wire.maps import SurfaceDrawn, SurfacePoint, Trail

MIN_SIZE = (24, 6)
"""Minimum columns and rows of a surface with its axes; smaller ones show only text."""
AXIS, OLDER, LINE, STEP = "surface--axis", "surface--older", "surface--line", "surface--step"
INKS = {
    OLDER: Color.from_rgb(0xAF, 0xD7, 0xFF),
    LINE: Color.from_rgb(0xFF, 0xD7, 0x5F),
    STEP: Color.from_rgb(0xFF, 0xFF, 0xFF),
}
"""Colours on the shades, also of 256 colours."""
FAR = 2.0
"""Pictures beyond the edges where a line is no longer drawn."""


class SurfacePicture(Picture, can_focus=True):
    """A surface in half blocks, or without colours in contours."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {AXIS, OLDER, LINE, STEP}
    DEFAULT_CSS: ClassVar[str] = """
    SurfacePicture {
        height: 1fr;
        & > .surface--axis { color: $text-muted; }
        & > .surface--step { text-style: bold; }
    }
    """

    shown: SurfaceDrawn | None = None
    trails: Sequence[Trail] = ()
    words = ""
    """Text in place of the picture."""

    def show_surface(self, shown: SurfaceDrawn | None, trails: Sequence[Trail], words: str) -> None:
        """Show a surface with these trails; the last one is the newest."""
        if (shown, trails, words) == (self.shown, self.trails, self.words):
            return
        with self.redrawing():
            self.shown, self.trails, self.words = shown, trails, words

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        if self.shown is None or width < MIN_SIZE[0] or height < MIN_SIZE[1]:
            return wrap_pieces(self.words, width)
        return surface_rows(self.shown, self.trails, width, height, self.signs, self.shades)


def surface_rows(
    shown: SurfaceDrawn,
    trails: Sequence[Trail],
    width: int,
    height: int,
    signs: GlyphSet,
    shades: Shades | None,
) -> list[list[Piece]]:
    """Return a row with the upright number's name, the surface, and two rows of its lower axis."""
    bounds, rows = shown.bounds, height - 3
    x, y = Axis(bounds.left, bounds.right), Axis(bounds.bottom, bounds.top)
    labels = row_labels(y, rows, 5)
    columns = width - max(map(len, labels.values())) - 2
    painter = _Painter(shown, x, y, Canvas(columns, rows, signs.name), signs, shades)
    painter.draw(trails)
    ticks = tick_values(x, max(2, columns // 10), 5)
    numbers = column_labels(x, columns, [(each, format_label(each)) for each in ticks])
    floor = f"{signs.horizontal * (columns - cell_len(shown.x_name) - 1)} {shown.x_name}"
    framed_rows = framed(painter.cells(), labels, floor, numbers.rstrip(), signs, AXIS)
    return [[(shown.y_name, AXIS)], *framed_rows]


@dataclass(frozen=True)
class _Painter:
    shown: SurfaceDrawn
    x: Axis
    y: Axis
    canvas: Canvas
    signs: GlyphSet
    shades: Shades | None

    def draw(self, trails: Sequence[Trail]) -> None:
        canvas, older, line, step = self.canvas, Pen(OLDER, "."), Pen(LINE, "-"), Pen(STEP, "*")
        dots = [[self._dot_of(point) for point in trail.points] for trail in trails]
        for start, end in pairwise(dots[-1]):
            if start is not None and end is not None:
                canvas.line(*start, *end, line)
        for number, places in enumerate(dots, 1):
            for place in filter(None, places):
                canvas.dot(*place, step if number == len(dots) else older)
        for number, places in enumerate(dots):
            if places[-1] is not None and 0 <= places[-1][0] < canvas.width:
                mark = LETTERS[number] if len(dots) > 1 else self.signs.marker
                canvas.write(
                    places[-1][0] // canvas.across, places[-1][1] // canvas.down, mark, STEP
                )

    def _dot_of(self, point: SurfacePoint) -> tuple[int, int] | None:
        """Return the dot of a point, which may be outside; None if it is far away."""
        across, up = self.x.fraction(point.x), self.y.fraction(point.y)
        if not (-FAR < across < FAR + 1 and -FAR < up < FAR + 1):
            return None
        width, height = self.canvas.width, self.canvas.height
        return math.floor(across * width), math.floor((1 - up) * height)

    def cells(self) -> list[list[Piece]]:
        """Return the cells of the canvas, with the surface behind them."""
        canvas, shades = self.canvas, self.shades
        if shades is None:
            return self._with_contours()
        halves = 2 if self.signs.half else 1
        levels = levels_of(self.shown, canvas.columns, canvas.rows * halves)
        colours = [shades.height(level / (LEVELS - 1)) for level in range(LEVELS)]
        cells = []
        for row, drawn in enumerate(canvas.cells):
            upper, lower = levels[row * halves], levels[row * halves + halves - 1]
            triples = zip(drawn, upper, lower, strict=True)
            cells.append(
                [self._cell(piece, colours[high], colours[low]) for piece, high, low in triples]
            )
        return cells

    def _cell(self, piece: Piece, above: Color, below: Color) -> Piece:
        text, pen = piece
        if text != " ":
            return text, on(above, INKS[str(pen)], bold=pen == STEP)
        return two_colours(above, below, self.signs.half)

    def _with_contours(self) -> list[list[Piece]]:
        """Return the cells with a dot wherever the level changes."""
        canvas = self.canvas
        levels = levels_of(self.shown, canvas.columns + 1, canvas.rows + 1)
        return [
            [
                (".", AXIS) if piece[0] == " " and len({level, beside, below}) > 1 else piece
                for piece, level, beside, below in zip(
                    drawn, upper[:-1], upper[1:], lower[:-1], strict=True
                )
            ]
            for drawn, (upper, lower) in zip(canvas.cells, pairwise(levels), strict=True)
        ]
