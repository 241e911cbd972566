"""The plots of a program as plain data: figures, their axes, and the content of these.

All sizes are bounded, so that no program can send more than a screen can draw.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

MAX_FIGURES = 8
MAX_AXES = 9
"""Maximum axes of one figure."""
MAX_SERIES = 12
"""Maximum lines, scatter plots and bar groups of one axes."""
MAX_POINTS = 500
"""Maximum points of one of them."""
MAX_TEXT = 120
"""Maximum characters of a title or label."""
MAX_SIDE = 64
"""Maximum rows or columns of an image."""
MAX_PICKLE = 1024 * 1024
"""Maximum bytes of a figure that is kept for its picture."""
MAX_KEPT = 3 * 1024 * 1024
"""Maximum bytes of all of them."""

PlotText: TypeAlias = Annotated[str, Meta(max_length=MAX_TEXT)]
Numbers: TypeAlias = Annotated[tuple[float, ...], Meta(max_length=MAX_POINTS)]
SeriesKind: TypeAlias = Literal["line", "points", "bars", "rows"]
"""`bars` are vertical, `rows` are horizontal bars."""


class Series(Struct, frozen=True):
    """A line, a scatter plot, or bars; nan among the numbers is a gap."""

    kind: SeriesKind
    x: Numbers
    y: Numbers
    """Heights of bars, or lengths of horizontal ones, whose positions are in `x`."""
    label: PlotText = ""
    names: Annotated[tuple[PlotText, ...], Meta(max_length=MAX_POINTS)] = ()
    """Names of the bars, as many as there are bars; () if they have none."""
    count: int = 0
    """Number of points that the program has drawn; `x` and `y` may be a sample."""


class Image(Struct, frozen=True):
    """An image, or a heat map of numbers; rows and columns may have been left out."""

    rows: Annotated[int, Meta(ge=1, le=MAX_SIDE)]
    columns: Annotated[int, Meta(ge=1, le=MAX_SIDE)]
    values: Annotated[tuple[float, ...], Meta(max_length=MAX_SIDE * MAX_SIDE)]
    shape: Annotated[tuple[int, ...], Meta(max_length=4)] = ()
    """Shape of the original."""


class Axes(Struct, frozen=True):
    """One axes of a figure with its content."""

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
    """Other content, in a word or two each: only the picture shows it."""


class PlotFigure(Struct, frozen=True):
    """A figure with its axes, in the order in which they were made."""

    number: int
    """Counted from 1 in each run."""
    title: PlotText = ""
    axes: Annotated[tuple[Axes, ...], Meta(max_length=MAX_AXES)] = ()


Figures: TypeAlias = Annotated[tuple[PlotFigure, ...], Meta(max_length=MAX_FIGURES)]


class KeptFigure(Struct, frozen=True):
    """A pickled figure, from which its picture is made on request."""

    number: int
    pickled: Annotated[bytes, Meta(max_length=MAX_PICKLE)]


KeptFigures: TypeAlias = Annotated[tuple[KeptFigure, ...], Meta(max_length=MAX_FIGURES)]
