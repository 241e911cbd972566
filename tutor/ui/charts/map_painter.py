"""Draws a map of decisions, or a fitted curve, as rows of a given size: data in, text out.

Fields are dark, so that points can be read on them, and light where the model is undecided. Without
colours a field is told by its ramp of glyphs, or by the letter of its class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from rich.color import Color
from rich.style import Style

from tutor.first_screen.glyphs import GlyphSet, PlotName
from tutor.session.words.map_text import letter_of
from tutor.ui.charts.canvas import DotCanvas
from tutor.ui.charts.map_grid import MapPoint, curve_values, points_of, sampled
from tutor.ui.charts.picture import Piece, join_pieces
from tutor.ui.contrast import BLACK, WHITE, Colour, contrast, text_colour
from tutor.wire.maps import CURVE_PLACES, DecisionMap, FittedCurve

FIELDS: tuple[Colour, ...] = (
    *((0x0B, 0x4F, 0x7D), (0x8A, 0x4A, 0x00), (0x00, 0x5F, 0x4B), (0x6E, 0x2E, 0x6E)),
    *((0x5C, 0x57, 0x00), (0x3E, 0x44, 0x52), (0x7C, 0x1F, 0x2B), (0x00, 0x42, 0x42)),
)
"""The fields of the classes, each so dark that its ink can be read on it."""
INKS: tuple[Colour, ...] = (
    *((0xBF, 0xE6, 0xFF), (0xFF, 0xE0, 0xA8), (0xB8, 0xF5, 0xE0), (0xF6, 0xCC, 0xF6)),
    *((0xF2, 0xEC, 0x9A), (0xD8, 0xDE, 0xEA), (0xFF, 0xCC, 0xD2), (0xA8, 0xF0, 0xF0)),
)
"""The points of the classes."""
UNDECIDED: Colour = (0xD9, 0xD9, 0xD9)
LEVELS = 4
"""Shades between undecided and sure, so that few cells change from one drawing to the next."""
LETTERED_FROM = 2
"""The level from which the letter of a class stands in its field."""
MIN_CONTRAST = 4.5
LETTERED = (8, 3)
"""Of more than two classes the letter stands in their fields each so many columns and rows."""

Cell: TypeAlias = tuple[int, int]
"""The class of a place and the level of sureness."""
CURSOR, LINE, DATA = "map--cursor", "map--line", "map--data"


@dataclass(frozen=True)
class Own:
    """What the learner has put on the map, as places from 0 to 1."""

    cursor: tuple[float, float] | None = None
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class MapPainter:
    """Draws maps in the glyphs and colours of a terminal."""

    marks: GlyphSet
    coloured: bool
    plot: PlotName = "braille"
    style: Style = field(default_factory=Style)
    """The style of the widget, to which that of a mark is added where there are no colours."""

    def rows(
        self, shown: DecisionMap | FittedCurve, width: int, height: int, own: Own
    ) -> list[list[Piece]]:
        """Return the picture in so many columns and rows."""
        if width < 1 or height < 1:
            return []
        if isinstance(shown, FittedCurve):
            return self._curve(shown, width, height, own)
        return self._fields(shown, width, height, own)

    # Two inputs

    def _fields(self, shown: DecisionMap, width: int, height: int, own: Own) -> list[list[Piece]]:
        halves = 2 if self.coloured and self.marks.half else 1
        cells = [
            [
                (winner, _level(sure, shown.classes))
                for winner, sure in zip(row.winners, row.sure, strict=True)
            ]
            for row in sampled(shown, width, height * halves)
        ]
        placed = _placed(points_of(shown), width, height)
        rows = []
        for number in range(height):
            upper, lower = cells[number * halves], cells[number * halves + halves - 1]
            pieces = [
                self._point(placed[column, number], upper[column], shown.classes)
                if (column, number) in placed
                else self._field(upper[column], lower[column], shown.classes, (column, number))
                for column in range(width)
            ]
            rows.append(pieces)
        self._add_own(rows, own, width, height)
        return [join_pieces(row) for row in rows]

    def _field(self, upper: Cell, lower: Cell, classes: int, at: tuple[int, int]) -> Piece:
        if not self.coloured:
            return self._uncoloured(upper, classes), ""
        column, row = at
        lettered = classes > 2 and column % LETTERED[0] == 0 and row % LETTERED[1] == 0
        if lettered and upper == lower and upper[1] >= LETTERED_FROM:
            background = _shade(upper)
            ink = _readable(INKS[upper[0] % len(INKS)], background)
            return letter_of(upper[0], classes), _style(background, ink)
        if not self.marks.half or _shade(upper) == _shade(lower):
            return " ", _style(_shade(upper))
        return self.marks.half, _style(_shade(lower), _shade(upper))

    def _uncoloured(self, cell: Cell, classes: int) -> str:
        winner, level = cell
        ramp = self.marks.ramp
        if classes == 2:
            # from empty, sure of the first class, over the middle to filled
            signed = level if winner else -level
            return ramp[round((signed + LEVELS) / (2 * LEVELS) * (len(ramp) - 1))]
        return letter_of(winner, classes) if level >= LETTERED_FROM else " "

    def _point(self, point: MapPoint, cell: Cell, classes: int) -> Piece:
        is_known = point.label < classes
        letter = letter_of(point.label, classes) if is_known else self.marks.caret
        is_wrong = is_known and point.label != point.answered
        if is_wrong or (classes > 2 and not self.coloured):
            letter = letter.upper()
        ink = INKS[point.label % len(INKS)] if is_known else WHITE
        if not self.coloured:
            return letter, self.style + Style(reverse=is_wrong, bold=True)
        if is_wrong:
            return letter, _style(ink, BLACK, bold=True)
        background = _shade(cell)
        return letter, _style(background, _readable(ink, background), bold=True)

    # One input

    def _curve(self, shown: FittedCurve, width: int, height: int, own: Own) -> list[list[Piece]]:
        canvas = DotCanvas(width, height, self.plot)
        bounds, values = shown.bounds, curve_values(shown)
        dots = []
        for number, value in enumerate(values):
            share = (value - bounds.bottom) / (bounds.top - bounds.bottom)
            if 0 <= share <= 1:  # False for nan, too
                x = round(number / (CURVE_PLACES - 1) * (canvas.width - 1))
                dots.append((number, x, round((1 - share) * (canvas.height - 1))))
        for (before, x0, y0), (number, x1, y1) in zip(dots[:1] + dots, dots, strict=False):
            if number - before <= 1:
                canvas.line(x0, y0, x1, y1)
        placed = _placed(points_of(shown), width, height)
        rows: list[list[Piece]] = []
        for row in range(height):
            pieces: list[Piece] = []
            for column in range(width):
                text = canvas.text(column, row)
                is_data = (column, row) in placed
                if is_data:
                    pieces.append(("+" if text == " " else "*", DATA))
                else:
                    pieces.append((text, LINE if text != " " else ""))
            rows.append(pieces)
        self._add_own(rows, own, width, height)
        return [join_pieces(row) for row in rows]

    # What the learner has put there

    def _add_own(self, rows: list[list[Piece]], own: Own, width: int, height: int) -> None:
        """Write the digits of the learner's own points and the mark over what is there."""
        for number, (x, y) in enumerate(own.points, 1):
            column, row = cell_of(x, y, width, height)
            rows[row][column] = (str(number % 10), CURSOR)
        if own.cursor is not None:
            column, row = cell_of(*own.cursor, width, height)
            rows[row][column] = (self.marks.cursor, CURSOR)


def cell_of(x: float, y: float, width: int, height: int) -> tuple[int, int]:
    """Return the column and row of a place, `x` and `y` from 0 to 1."""
    return min(int(x * width), width - 1), min(int((1 - y) * height), height - 1)


def _placed(
    points: Iterable[MapPoint], width: int, height: int
) -> Mapping[tuple[int, int], MapPoint]:
    """Return the points by their cells; where several share one, a mistake is seen."""
    placed: dict[tuple[int, int], MapPoint] = {}
    for point in points:
        cell = cell_of(point.x, point.y, width, height)
        if cell not in placed or point.label != point.answered:
            placed[cell] = point
    return placed


def _level(sure: float, classes: int) -> int:
    """Return how sure the model is, from 0, where all classes are alike, to `LEVELS`."""
    least = 1 / classes
    return max(0, min(LEVELS, round((sure - least) / (1 - least) * LEVELS)))


@lru_cache(maxsize=256)
def _shade(cell: Cell) -> Colour:
    winner, level = cell
    part = level / LEVELS
    field_ = FIELDS[winner % len(FIELDS)]
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(UNDECIDED, field_, strict=True))
    return red, green, blue


def _readable(ink: Colour, background: Colour) -> Colour:
    """Return the ink, or black or white where it cannot be read on this background."""
    return ink if contrast(ink, background) >= MIN_CONTRAST else text_colour(background)


@lru_cache(maxsize=1024)
def _style(background: Colour, text: Colour | None = None, *, bold: bool = False) -> Style:
    colour = Color.from_rgb(*text) if text is not None else None
    return Style(bgcolor=Color.from_rgb(*background), color=colour, bold=bold or None)
