"""Surfaces as a run reports them, made of formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tutor.wire.maps import SIDE, Bounds, SurfaceDrawn, SurfacePoint, Trail

AREA = Bounds(-1.0, 3.0, -2.0, 1.0)


def valley(x: float, y: float) -> float:
    """Return a squared error that is steep across and flat along, with its minimum at (1, -1)."""
    return 30 * (x - 1 + 0.2 * (y + 1)) ** 2 + (y + 1) ** 2 + 0.25


def zigzag(name: str = "", steps: int = 12, swing: float = 1.2) -> Trail:
    """Return a trail that starts at (0, 0) and jumps across the valley at each step."""
    points = []
    for step in range(steps + 1):
        y = -1 + 0.8**step
        x = 1 - 0.2 * (y + 1) + swing * (-0.75) ** (step + 1)
        points.append(SurfacePoint(step, x, y, valley(x, y)))
    return Trail(name, tuple(points))


def surface(
    *trails: Trail, of: Callable[[float, float], float] = valley, area: Bounds = AREA
) -> SurfaceDrawn:
    """Return the surface of a function of two numbers, `slope` and `bias`."""
    across = _places(area.left, area.right)
    losses = tuple(of(x, y) for y in _places(area.bottom, area.top) for x in across)
    return SurfaceDrawn("slope", "bias", area, SIDE, losses, trails or (zigzag(),))


def _places(low: float, high: float) -> Sequence[float]:
    return [low + (high - low) * place / (SIDE - 1) for place in range(SIDE)]
