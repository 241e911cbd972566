"""The data of the views Map and Surface, or the reason why there is no map.

A map of decisions or a fitted curve is in bytes, a few kB an event: many are stored for one run. A
surface is a loss over two numbers, with the trails of training steps.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from msgspec import Meta, Struct

COLUMNS, ROWS = 64, 48
"""Grid of a map's places at which the model is evaluated; values between are interpolated."""
CURVE_PLACES = 128
"""Number of places of a curve."""
MAX_POINTS = 250
"""Maximum data points that are sent."""
MAX_CLASSES = 32
UNKNOWN = 255
"""Class of a point without a known class."""
POINT_BYTES = 6
SCALE = 65_535
"""Coordinate of the right and upper edge for points."""

SIDE = 32
"""Places of the grid in each direction at which the loss is computed; the pane interpolates."""
MIN_SIDE = 8
MAX_TRAILS = 6
MAX_TRAIL_POINTS = 500
"""Maximum points of a trail."""
MAX_NAME = 40

Cells = Annotated[bytes, Meta(max_length=COLUMNS * ROWS)]
SurfaceName = Annotated[str, Meta(max_length=MAX_NAME)]
Points = Annotated[bytes, Meta(max_length=POINT_BYTES * MAX_POINTS)]


class Bounds(Struct, frozen=True, array_like=True):
    """The rectangle that is shown, in the coordinates of the data."""

    left: float
    right: float
    bottom: float
    top: float


class DecisionMap(Struct, frozen=True, tag="map"):
    """A model's predictions over a rectangle of its two inputs, and its data points."""

    step: int
    """Number of training steps made so far."""
    bounds: Bounds
    classes: int
    winners: Cells
    """Class at each place, row by row from the upper left."""
    sureness: Cells
    """The model's confidence in it: its probability, where 255 is 1."""
    points: Points = b""
    """For each point x and y as 16 bits, little-endian, from 0 at the left or lower edge; then its
    class and the predicted class, each a byte."""
    right: int = 0
    """Number of all data points whose class the model predicts correctly."""
    known: int = 0
    """Number of all data points whose class is known."""


class FittedCurve(Struct, frozen=True, tag="curve"):
    """A model's output over an interval of its single input, and its data points."""

    step: int
    bounds: Bounds
    values: Annotated[bytes, Meta(max_length=4 * CURVE_PLACES)]
    """Float32 values from the left edge to the right one."""
    points: Points = b""
    """As in `DecisionMap`; the two classes are meaningless."""


class NoMap(Struct, frozen=True, tag="no-map"):
    """The present program has no map, for a reason."""

    why: Literal["no-model", "width", "parts", "by-hand", "number", "apart", "slow", "failed"]
    """Reasons: no module was called; the model takes `detail` numbers a row; its layers are called
    one by one, and no module contains them; it trains without a module; its output is no class; it
    has a `detail`, which cannot be copied; it is too slow; or it raised an exception during
    evaluation."""
    detail: Annotated[str, Meta(max_length=200)] = ""


class SurfacePoint(Struct, frozen=True, array_like=True):
    """The two numbers after a number of steps, and their loss."""

    step: int
    x: float
    y: float
    loss: float


class Trail(Struct, frozen=True, array_like=True):
    """The points that one training went through, from its start on."""

    name: SurfaceName
    points: Annotated[tuple[SurfacePoint, ...], Meta(min_length=1, max_length=MAX_TRAIL_POINTS)]


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


def is_surface_sound(shown: SurfaceDrawn) -> bool:
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
