"""What a program has plotted, as plain data: figures, their axes, and what is drawn in these.

All sizes are bounded, so that no program can send more than a screen can draw.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

MAX_FIGURES = 8
MAX_AXES = 9
"""Axes of one figure."""
MAX_SERIES = 12
"""Lines, clouds of points and groups of bars of one axes."""
MAX_POINTS = 500
"""Points of one of them."""
MAX_TEXT = 120
"""Characters of a title or label."""
MAX_SIDE = 64
"""Rows or columns of an image."""
MAX_PICKLE = 1024 * 1024
"""Bytes of a figure that is kept for its picture."""
MAX_KEPT = 3 * 1024 * 1024
"""Bytes of all of them."""

PlotText: TypeAlias = Annotated[str, Meta(max_length=MAX_TEXT)]
Numbers: TypeAlias = Annotated[tuple[float, ...], Meta(max_length=MAX_POINTS)]
SeriesKind: TypeAlias = Literal["line", "points", "bars", "rows"]
"""`bars` stand upright, `rows` are bars that lie."""


class Series(Struct, frozen=True):
    """A line, a cloud of points, or bars; nan among the numbers is a gap."""

    kind: SeriesKind
    x: Numbers
    y: Numbers
    """The heights of bars, and the lengths of lying ones, whose places are in `x`."""
    label: PlotText = ""
    names: Annotated[tuple[PlotText, ...], Meta(max_length=MAX_POINTS)] = ()
    """The names of the bars, as many as there are bars; () where they have none."""
    count: int = 0
    """The number of points that the program has drawn, of which `x` and `y` may be fewer."""


class Image(Struct, frozen=True):
    """An image, or a map of numbers, of which rows and columns may have been left out."""

    rows: Annotated[int, Meta(ge=1, le=MAX_SIDE)]
    columns: Annotated[int, Meta(ge=1, le=MAX_SIDE)]
    values: Annotated[tuple[float, ...], Meta(max_length=MAX_SIDE * MAX_SIDE)]
    shape: Annotated[tuple[int, ...], Meta(max_length=4)] = ()
    """The shape of what the program has drawn."""


class Axes(Struct, frozen=True):
    """One field of a figure with what is drawn in it."""

    title: PlotText = ""
    x_name: PlotText = ""
    y_name: PlotText = ""
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float] = (0.0, 1.0)
    x_log: bool = False
    y_log: bool = False
    series: Annotated[tuple[Series, ...], Meta(max_length=MAX_SERIES)] = ()
    image: Image | None = None
    left_out: Annotated[tuple[PlotText, ...], Meta(max_length=MAX_SERIES)] = ()
    """What else there is, in a word or two each: only the picture shows it."""


class PlotFigure(Struct, frozen=True):
    """A figure with its fields, in the order in which they were made."""

    number: int
    """Counted from 1 in each run."""
    title: PlotText = ""
    axes: Annotated[tuple[Axes, ...], Meta(max_length=MAX_AXES)] = ()


Figures: TypeAlias = Annotated[tuple[PlotFigure, ...], Meta(max_length=MAX_FIGURES)]


class KeptFigure(Struct, frozen=True):
    """A figure as Python keeps it, from which its picture is made when somebody asks for that."""

    number: int
    pickled: Annotated[bytes, Meta(max_length=MAX_PICKLE)]


KeptFigures: TypeAlias = Annotated[tuple[KeptFigure, ...], Meta(max_length=MAX_FIGURES)]
