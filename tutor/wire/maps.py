"""What the view Map is sent of a run: a map of decisions, a fitted curve, or why there is none.

Everything is in bytes, a few kB an event: many are kept of one run.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

COLUMNS, ROWS = 64, 48
"""Places of a map at which the model is asked; what lies between them is interpolated."""
CURVE_PLACES = 128
"""Places of a curve."""
MAX_POINTS = 250
"""Points that are sent of the data."""
MAX_CLASSES = 32
UNKNOWN = 255
"""The class of a point that has none, as far as is known."""
POINT_BYTES = 6
SCALE = 65_535
"""What the right edge and the upper edge are in the coordinates of points."""

Cells = Annotated[bytes, Meta(max_length=COLUMNS * ROWS)]
Points = Annotated[bytes, Meta(max_length=POINT_BYTES * MAX_POINTS)]


class Bounds(Struct, frozen=True, array_like=True):
    """The rectangle that is shown, in the coordinates of the data."""

    left: float
    right: float
    bottom: float
    top: float


class DecisionMap(Struct, frozen=True, tag="map"):
    """What a model of two inputs answers all over a rectangle, and the points it was given."""

    step: int
    """Number of steps of the training that had been made."""
    bounds: Bounds
    classes: int
    winners: Cells
    """The class at each place, row by row from the upper left."""
    sureness: Cells
    """How sure the model is of it: its probability, where 255 is 1."""
    points: Points = b""
    """Of each point x and y as 16 bits, from 0 at the left or lower edge, little-endian; then its
    class, and the class that the model gives it, each a byte."""
    right: int = 0
    """Points of all the data whose class the model gives rightly."""
    known: int = 0
    """Points of all the data whose class is known."""


class FittedCurve(Struct, frozen=True, tag="curve"):
    """What a model of one input gives all over an interval, and the points it was given."""

    step: int
    bounds: Bounds
    values: Annotated[bytes, Meta(max_length=4 * CURVE_PLACES)]
    """As float32, from the left edge to the right one."""
    points: Points = b""
    """As in `DecisionMap`; the two classes say nothing."""


class NoMap(Struct, frozen=True, tag="no-map"):
    """There is no map of the program as it is."""

    why: Literal[
        "no-model", "width", "parts", "by-hand", "gone", "number", "apart", "slow", "failed"
    ]
    """No module was called; it takes `detail` numbers a row; its layers are called one by one, and
    nothing holds them; the loss does not tell what is the model's answer; its parameters are made
    anew in a function that is over; its output is no class; it has a `detail`, which cannot be
    copied; it is too slow; or it raised where it was asked."""
    detail: Annotated[str, Meta(max_length=200)] = ""
