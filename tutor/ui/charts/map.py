"""A map of decisions or a fitted curve, with the learner's mark and points.

Fields are dark, so that points are readable on them, and light if the model is undecided. Without
colours, a ramp of glyphs or the letter of its class identifies a field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from rich.color import Color
from rich.style import Style
from textual import events
from textual.message import Message

from tutor.first_screen.glyphs import GlyphSet
from tutor.session.words.map_text import letter_of
from tutor.ui.charts.canvas import Canvas, Pen
from tutor.ui.charts.map_grid import MapPoint, curve_values, points_of, sampled
from tutor.ui.charts.picture import Picture, Piece, join_pieces, wrap_pieces
from tutor.ui.charts.shades import (
    BLACK,
    FIELD_LEVELS,
    WHITE,
    Shades,
    on,
    readable,
    two_colours,
)
from tutor.wire.maps import CURVE_PLACES, DecisionMap, FittedCurve

MIN_SIZE = (16, 4)
"""Minimum columns and rows of a map; smaller ones show only text."""
LETTERED_FROM = 2
"""Minimum level of a field that shows the letter of its class."""
LETTERED = (8, 3)
"""Columns and rows between two letters in a field, for more than two classes."""

Cell: TypeAlias = tuple[int, int]
"""Class of a place, and level of confidence."""
CURSOR, LINE, DATA = "map--cursor", "map--line", "map--data"


@dataclass(frozen=True)
class Own:
    """The learner's mark and points, as places from 0 to 1."""

    cursor: tuple[float, float] | None = None
    points: tuple[tuple[float, float], ...] = ()


class MapPicture(Picture, can_focus=True):
    """A map in half blocks and dark fields, or without colours in a ramp of glyphs."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {CURSOR, LINE, DATA}
    DEFAULT_CSS: ClassVar[str] = """
    MapPicture {
        height: 1fr;
        & > .map--cursor { text-style: bold reverse; }
        & > .map--line { color: $primary; }
        & > .map--data { color: $accent; }
    }
    """

    @dataclass
    class Pointed(Message):
        """Posted when the learner clicks at a place, `x` and `y` from 0 to 1."""

        x: float
        y: float

    shown: DecisionMap | FittedCurve | None = None
    own = Own()
    words = ""
    """Text instead of a map."""

    def show_map(self, shown: DecisionMap | FittedCurve | None, own: Own, words: str) -> None:
        if (shown, own, words) == (self.shown, self.own, self.words):
            return
        with self.redrawing():
            self.shown, self.own, self.words = shown, own, words

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """Return the rows of the map; the text if there is no map, or no room for one."""
        if self.shown is None or width < MIN_SIZE[0] or height < MIN_SIZE[1]:
            return wrap_pieces(self.words, width)
        painter = MapPainter(self.signs, self.shades, self.rich_style)
        return painter.rows(self.shown, width, height, self.own)

    def on_click(self, event: events.Click) -> None:
        offset, (width, height) = event.get_content_offset(self), self.content_size
        if offset is not None and self.shown is not None and width and height:
            event.stop()
            self.post_message(self.Pointed((offset.x + 0.5) / width, 1 - (offset.y + 0.5) / height))


@dataclass(frozen=True)
class MapPainter:
    """Draws maps in the glyphs and colours of a terminal."""

    signs: GlyphSet
    shades: Shades | None
    style: Style = field(default_factory=Style)
    """Style of the widget, to which that of a mark is added without colours."""

    def rows(
        self, shown: DecisionMap | FittedCurve, width: int, height: int, own: Own
    ) -> list[list[Piece]]:
        if width < 1 or height < 1:
            return []
        canvas = Canvas(width, height, self.signs.name)
        placed = _placed(points_of(shown), width, height)
        if isinstance(shown, FittedCurve):
            self._draw_curve(canvas, shown, placed)
        elif self.shades is not None:
            self._draw_fields(canvas, shown, placed, self.shades)
        else:
            self._draw_without_shades(canvas, shown, placed)
        for number, (x, y) in enumerate(own.points, 1):
            canvas.write(*cell_of(x, y, width, height), str(number % 10), CURSOR)
        if own.cursor is not None:
            canvas.write(*cell_of(*own.cursor, width, height), self.signs.cursor, CURSOR)
        return [join_pieces(row) for row in canvas.cells]

    def _draw_fields(
        self,
        canvas: Canvas,
        shown: DecisionMap,
        placed: Mapping[tuple[int, int], MapPoint],
        shades: Shades,
    ) -> None:
        halves = 2 if self.signs.half else 1
        cells = _cells(shown, canvas.columns, canvas.rows * halves)
        for row in range(canvas.rows):
            upper, lower = cells[row * halves], cells[row * halves + halves - 1]
            for column in range(canvas.columns):
                above, below = shades.field(*upper[column]), shades.field(*lower[column])
                winner, level = upper[column]
                is_lettered = column % LETTERED[0] == 0 and row % LETTERED[1] == 0
                if (column, row) in placed:
                    piece = self._point(placed[column, row], above, shown.classes, shades)
                elif (
                    (is_lettered and shown.classes > 2)
                    and upper[column] == lower[column]
                    and level >= LETTERED_FROM
                ):
                    ink = readable(above, shades.ink(winner))
                    piece = letter_of(winner, shown.classes), on(above, ink)
                else:
                    piece = two_colours(above, below, self.signs.half)
                canvas.cells[row][column] = piece

    def _point(self, point: MapPoint, ground: Color, classes: int, shades: Shades) -> Piece:
        letter, is_wrong = self._letter(point, classes)
        if is_wrong:
            return letter.upper(), on(shades.ink(point.label), BLACK, bold=True)
        ink = shades.ink(point.label) if point.label < classes else WHITE
        return letter, on(ground, readable(ground, ink), bold=True)

    def _letter(self, point: MapPoint, classes: int) -> tuple[str, bool]:
        """Return the sign of a point, and True if the model gets its known class wrong."""
        if point.label >= classes:
            return self.signs.caret, False
        return letter_of(point.label, classes), point.label != point.answered

    def _draw_without_shades(
        self, canvas: Canvas, shown: DecisionMap, placed: Mapping[tuple[int, int], MapPoint]
    ) -> None:
        ramp = self.signs.ramp
        for row, cells in enumerate(_cells(shown, canvas.columns, canvas.rows)):
            for column, (winner, level) in enumerate(cells):
                if shown.classes == 2:
                    # from empty, certain of the first class, over the middle to filled
                    signed = level if winner else -level
                    part = (signed + FIELD_LEVELS) / (2 * FIELD_LEVELS)
                    text = ramp[round(part * (len(ramp) - 1))]
                else:
                    text = letter_of(winner, shown.classes) if level >= LETTERED_FROM else " "
                canvas.cells[row][column] = text, ""
        for (column, row), point in placed.items():
            letter, is_wrong = self._letter(point, shown.classes)
            if is_wrong or shown.classes > 2:
                letter = letter.upper()
            canvas.write(column, row, letter, self.style + Style(reverse=is_wrong, bold=True))

    def _draw_curve(
        self, canvas: Canvas, shown: FittedCurve, placed: Iterable[tuple[int, int]]
    ) -> None:
        bounds, pen = shown.bounds, Pen(LINE)
        dots = []
        for number, value in enumerate(curve_values(shown)):
            part = (value - bounds.bottom) / (bounds.top - bounds.bottom)
            if 0 <= part <= 1:  # False for nan, too
                x = round(number / (CURVE_PLACES - 1) * (canvas.width - 1))
                dots.append((number, x, round((1 - part) * (canvas.height - 1))))
        for (before, x0, y0), (number, x1, y1) in zip(dots[:1] + dots, dots, strict=False):
            if number - before <= 1:
                canvas.line(x0, y0, x1, y1, pen)
        for column, row in placed:
            canvas.write(column, row, "+" if canvas.is_blank(column, row) else "*", DATA)


def cell_of(x: float, y: float, width: int, height: int) -> tuple[int, int]:
    return min(int(x * width), width - 1), min(int((1 - y) * height), height - 1)


def _placed(
    points: Iterable[MapPoint], width: int, height: int
) -> Mapping[tuple[int, int], MapPoint]:
    """Return the points by cell; of several in a cell, prefer a mistake."""
    placed: dict[tuple[int, int], MapPoint] = {}
    for point in points:
        cell = cell_of(point.x, point.y, width, height)
        if cell not in placed or point.label != point.answered:
            placed[cell] = point
    return placed


def _cells(shown: DecisionMap, columns: int, rows: int) -> list[list[Cell]]:
    """Return each cell's class and confidence level; level 0 looks alike for all."""
    least = 1 / shown.classes
    return [
        [
            (winner, max(0, min(FIELD_LEVELS, round((sure - least) / (1 - least) * FIELD_LEVELS))))
            for winner, sure in zip(row.winners, row.sure, strict=True)
        ]
        for row in sampled(shown, columns, rows)
    ]
