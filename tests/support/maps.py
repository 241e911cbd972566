"""Maps and curves as a run reports them, made of formulas."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable

from tutor.wire.maps import (
    COLUMNS,
    CURVE_PLACES,
    ROWS,
    SCALE,
    UNKNOWN,
    Bounds,
    DecisionMap,
    FittedCurve,
)

SQUARE = Bounds(-1.0, 1.0, -1.0, 1.0)
Point = tuple[float, float, int, int]
"""x and y from -1 to 1, class, and the class that the model gives."""


def packed(points: Iterable[Point]) -> bytes:
    """Return points of the square in the form of the wire."""
    return b"".join(
        struct.pack(
            "<HHBB", round((x + 1) / 2 * SCALE), round((y + 1) / 2 * SCALE), label, answered
        )
        for x, y, label, answered in points
    )


def two_classes(
    of_second: Callable[[float, float], float], points: Iterable[Point] = (), step: int = 10
) -> DecisionMap:
    """Return the map of a model that gives the second class with this probability."""
    numbers = [of_second(x, y) for x, y in _grid()]
    points = list(points)
    return DecisionMap(
        step,
        SQUARE,
        2,
        bytes(int(number > 0.5) for number in numbers),
        bytes(round(max(number, 1 - number) * 255) for number in numbers),
        packed(points),
        right=sum(label == answered for _, _, label, answered in points),
        known=sum(label != UNKNOWN for _, _, label, _ in points),
    )


def sectors(classes: int, points: Iterable[Point] = (), step: int = 10) -> DecisionMap:
    """Return a map with one sector of the square for each class, of which the model is sure."""
    turns = [(math.atan2(y, x) / (2 * math.pi)) % 1 for x, y in _grid()]
    winners = bytes(min(int(turn * classes), classes - 1) for turn in turns)
    return DecisionMap(
        step, SQUARE, classes, winners, bytes([255]) * len(winners), packed(points), 0, 0
    )


def curve(
    of: Callable[[float], float], points: Iterable[Point] = (), step: int = 10
) -> FittedCurve:
    """Return the curve of a function on the interval from -1 to 1."""
    values = [of(-1 + 2 * place / (CURVE_PLACES - 1)) for place in range(CURVE_PLACES)]
    return FittedCurve(step, SQUARE, struct.pack(f"<{CURVE_PLACES}f", *values), packed(points))


def _grid() -> list[tuple[float, float]]:
    return [
        (-1 + 2 * column / (COLUMNS - 1), 1 - 2 * row / (ROWS - 1))
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
