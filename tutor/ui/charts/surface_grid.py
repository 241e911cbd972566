"""The levels of a loss between the places of a surface's grid, for a picture of any size.

Pure functions of plain data, without a widget or a colour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from tutor.wire.maps import SurfaceDrawn, Trail

LEVELS = 12
"""Levels between two contours of the loss."""
_DEPTH = 1000
"""Ratio of the greatest and the least distance from the lowest loss with a level of its own."""


def trails_at(shown: SurfaceDrawn, step: int | None) -> tuple[Trail, ...]:
    """Return the trails up to a step; their first points are always there."""
    if step is None:
        return shown.trails
    return tuple(
        replace(
            trail,
            points=trail.points[:1] + tuple(each for each in trail.points[1:] if each.step <= step),
        )
        for trail in shown.trails
    )


def levels_of(shown: SurfaceDrawn, columns: int, rows: int) -> list[list[int]]:
    """Return the level of each cell of a picture, from the upper edge down; 0 is the lowest.

    Levels are logarithmic, so that the floor of a valley has its contours, too.
    """
    return _levels(shown.losses, shown.side, columns, rows)


@lru_cache(maxsize=4)
def _levels(losses: tuple[float, ...], side: int, columns: int, rows: int) -> list[list[int]]:
    finite = [loss for loss in losses if math.isfinite(loss)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    known = [loss if math.isfinite(loss) else high for loss in losses]
    table = [known[start : start + side] for start in range(0, side * side, side)]
    across = _places(side, columns)
    least = (high - low) / _DEPTH or 1.0
    scale = LEVELS / math.log(1 + _DEPTH)
    drawn = []
    for first, weights in reversed(_places(side, rows)):
        line = [_sum(weights, four) for four in zip(*table[first : first + 4], strict=True)]
        found = [_sum(shares, line[start : start + 4]) for start, shares in across]
        levels = [int(scale * math.log1p(max(loss - low, 0.0) / least)) for loss in found]
        drawn.append([min(level, LEVELS - 1) for level in levels])
    return drawn


def _sum(weights: Sequence[float], numbers: Sequence[float]) -> float:
    return sum(weight * number for weight, number in zip(weights, numbers, strict=True))


def _places(side: int, drawn: int) -> list[tuple[int, tuple[float, float, float, float]]]:
    """Return for each drawn cell the first of four places, and the weights of all four.

    A cubic through four places: the surface of a squared error is exact, and its valley unbroken.
    """
    found = []
    for cell in range(drawn):
        place = (cell + 0.5) / drawn * (side - 1)
        first = min(max(int(place) - 1, 0), side - 4)
        t = place - first
        u, v, w = t - 1, t - 2, t - 3
        found.append((first, (-u * v * w / 6, t * v * w / 2, -t * u * w / 2, t * u * v / 6)))
    return found
