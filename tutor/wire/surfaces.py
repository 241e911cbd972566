"""The data of the view Surface: a loss over two numbers, with the trails of training steps."""

from __future__ import annotations

import math
from typing import Annotated

from msgspec import Meta, Struct

from tutor.wire.maps import Bounds

SIDE = 32
"""Places of the grid in each direction at which the loss is computed; the pane interpolates."""
MIN_SIDE = 8
MAX_TRAILS = 6
MAX_POINTS = 500
"""Maximum points of a trail."""
MAX_NAME = 40

SurfaceName = Annotated[str, Meta(max_length=MAX_NAME)]


class SurfacePoint(Struct, frozen=True, array_like=True):
    """The two numbers after a number of steps, and their loss."""

    step: int
    x: float
    y: float
    loss: float


class Trail(Struct, frozen=True, array_like=True):
    """The points that one training went through, from its start on."""

    name: SurfaceName
    points: Annotated[tuple[SurfacePoint, ...], Meta(min_length=1, max_length=MAX_POINTS)]


class SurfaceDrawn(Struct, frozen=True, tag="surface"):
    """The surface of a loss, with the newest trail last."""

    x_name: SurfaceName
    y_name: SurfaceName
    bounds: Bounds
    side: Annotated[int, Meta(ge=MIN_SIDE, le=SIDE)]
    losses: Annotated[tuple[float, ...], Meta(max_length=SIDE * SIDE)]
    """`side` rows of `side` losses from the lower left corner on; the outer ones are on the
    bounds."""
    trails: Annotated[tuple[Trail, ...], Meta(min_length=1, max_length=MAX_TRAILS)]


def is_sound(shown: SurfaceDrawn) -> bool:
    """Return True if the parts fit together: they come from a process with a learner's program."""
    bounds = shown.bounds
    points = [point for trail in shown.trails for point in trail.points]
    names = (shown.x_name, shown.y_name, *(trail.name for trail in shown.trails))
    return (
        0 < bounds.right - bounds.left < math.inf
        and 0 < bounds.top - bounds.bottom < math.inf
        and len(shown.losses) == shown.side**2
        and all(math.isfinite(each) for point in points for each in (point.x, point.y, point.loss))
        and all(map(str.isprintable, names))
    )
