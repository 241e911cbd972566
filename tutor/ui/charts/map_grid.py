"""The values of a map between its sampled places, for a picture of any size.

Pure functions of plain data, without a widget or a colour.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from tutor.wire.maps import (
    COLUMNS,
    CURVE_PLACES,
    POINT_BYTES,
    ROWS,
    SCALE,
    Bounds,
    DecisionMap,
    FittedCurve,
)

_POINT = struct.Struct("<HHBB")


class MapPoint(NamedTuple):
    """A point of the data: its place from 0 to 1, its true and its predicted class."""

    x: float
    y: float
    """From 0 at the bottom edge."""
    label: int
    answered: int


class PlaceAnswer(NamedTuple):
    """The prediction at a place: the class, and the confidence, from 0 to 1."""

    winner: int
    sure: float


class Row(NamedTuple):
    """One row of the picture: class and confidence of each column."""

    winners: Sequence[int]
    sure: Sequence[float]


def points_of(shown: DecisionMap | FittedCurve) -> Iterator[MapPoint]:
    whole = len(shown.points) // POINT_BYTES * POINT_BYTES
    for x, y, label, answered in _POINT.iter_unpack(shown.points[:whole]):
        yield MapPoint(x / SCALE, y / SCALE, label, answered)


def sampled(shown: DecisionMap, columns: int, rows: int) -> Iterator[Row]:
    """Yield the rows of a picture of that size, from the upper edge down.

    For two classes, values between the sampled places are interpolated; for more, the nearest place
    determines the class.
    """
    table = _table(shown)
    across = _places(COLUMNS, columns)
    for above, below, weight in _places(ROWS, rows):
        upper, lower = table[above], table[below]
        line = [a + (b - a) * weight for a, b in zip(upper, lower, strict=True)]
        numbers = [line[left] + (line[right] - line[left]) * part for left, right, part in across]
        if shown.classes == 2:
            winners = [1 if number > 0.5 else 0 for number in numbers]
            yield Row(winners, [max(number, 1 - number) for number in numbers])
        else:
            start = (below if weight > 0.5 else above) * COLUMNS
            nearest = [start + (right if part > 0.5 else left) for left, right, part in across]
            yield Row([shown.winners[place] for place in nearest], numbers)


def answer_at(shown: DecisionMap, x: float, y: float) -> PlaceAnswer:
    table = _table(shown)
    column, row = x * (COLUMNS - 1), (1 - y) * (ROWS - 1)
    left, above = min(int(column), COLUMNS - 2), min(int(row), ROWS - 2)
    part, down = column - left, row - above
    upper = table[above][left] * (1 - part) + table[above][left + 1] * part
    lower = table[above + 1][left] * (1 - part) + table[above + 1][left + 1] * part
    number = upper * (1 - down) + lower * down
    if shown.classes == 2:
        return PlaceAnswer(int(number > 0.5), max(number, 1 - number))
    return PlaceAnswer(shown.winners[round(row) * COLUMNS + round(column)], number)


def value_at(shown: FittedCurve, x: float) -> float:
    values = curve_values(shown)
    place = x * (CURVE_PLACES - 1)
    left = min(int(place), CURVE_PLACES - 2)
    return values[left] + (values[left + 1] - values[left]) * (place - left)


def curve_values(shown: FittedCurve) -> tuple[float, ...]:
    return struct.unpack(f"<{CURVE_PLACES}f", shown.values)


def place_of(bounds: Bounds, x: float, y: float) -> tuple[float, float]:
    across = bounds.left + x * (bounds.right - bounds.left)
    return across, bounds.bottom + y * (bounds.top - bounds.bottom)


def share_of(bounds: Bounds, x: float, y: float) -> tuple[float, float]:
    across = (x - bounds.left) / (bounds.right - bounds.left)
    return across, (y - bounds.bottom) / (bounds.top - bounds.bottom)


@lru_cache(maxsize=4)
def _table(shown: DecisionMap) -> list[list[float]]:
    """Return rows of confidences: in the second of two, or the predicted class."""
    if shown.classes == 2:
        numbers = [
            sure / 255 if winner else 1 - sure / 255
            for winner, sure in zip(shown.winners, shown.sureness, strict=True)
        ]
    else:
        numbers = [sure / 255 for sure in shown.sureness]
    return [numbers[start : start + COLUMNS] for start in range(0, COLUMNS * ROWS, COLUMNS)]


@lru_cache(maxsize=16)
def _places(asked: int, drawn: int) -> tuple[tuple[int, int, float], ...]:
    """Return each drawn cell's two sampled neighbours, and its share between them."""
    found = []
    for cell in range(drawn):
        place = (cell + 0.5) / drawn * (asked - 1)
        left = min(int(place), asked - 2)
        found.append((left, left + 1, place - left))
    return tuple(found)
