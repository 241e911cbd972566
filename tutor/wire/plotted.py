"""The plots of a program as plain data: figures, their axes, and the content of these.

All sizes are bounded, so that no program can send more than a screen can draw.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

MAX_FIGURES = 8
MAX_AXES = 36
"""Maximum axes of one figure."""
MAX_SERIES = 12
"""Maximum lines, scatter plots and bar groups of one axes."""
MAX_POINTS = 500
"""Maximum points of one of them."""
MAX_TEXT = 120
"""Maximum characters of a title or label."""
MAX_SIDE = 64
"""Maximum rows or columns of an image."""
MAX_WORDS = 100
"""Maximum texts or named ticks of one axes."""
MAX_PICKLE = 1024 * 1024
"""Maximum bytes of a figure that is kept for its picture."""
MAX_KEPT = 3 * 1024 * 1024
"""Maximum bytes of all of them."""

PlotText: TypeAlias = Annotated[str, Meta(max_length=MAX_TEXT)]
Numbers: TypeAlias = Annotated[tuple[float, ...], Meta(max_length=MAX_POINTS)]
Colours: TypeAlias = Annotated[tuple[int, ...], Meta(max_length=MAX_SIDE * MAX_SIDE)]
"""Each is 0xRRGGBB."""
SeriesKind: TypeAlias = Literal["line", "points", "bars", "rows", "outline"]
"""`bars` are vertical, `rows` are horizontal bars. An `outline` is a contour or the edge of an
area: lines with gaps of nan."""


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
    colours: Colours = ()
    """The colour of each point, () if all have the same."""


class Image(Struct, frozen=True):
    """An image, or a heat map of numbers; rows and columns may have been left out."""

    rows: Annotated[int, Meta(ge=1, le=MAX_SIDE)]
    columns: Annotated[int, Meta(ge=1, le=MAX_SIDE)]
    values: Annotated[tuple[float, ...], Meta(max_length=MAX_SIDE * MAX_SIDE)]
    shape: Annotated[tuple[int, ...], Meta(max_length=4)] = ()
    """Shape of the original."""
    colours: Colours = ()
    """The colour of each value."""
    extent: tuple[float, float, float, float] | None = None
    """Left, right, lower and upper end in the numbers of the axes."""


class PlacedText(Struct, frozen=True):
    """A text at a place of the plot, or the name of a tick."""

    x: float
    y: float
    text: PlotText


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
    texts: Annotated[tuple[PlacedText, ...], Meta(max_length=MAX_WORDS)] = ()
    x_ticks: Annotated[tuple[PlacedText, ...], Meta(max_length=MAX_WORDS)] = ()
    """The named ticks; () if they are numbers."""
    y_ticks: Annotated[tuple[PlacedText, ...], Meta(max_length=MAX_WORDS)] = ()
    is_bare: bool = False
    """True without scales, as after `axis("off")`."""
    is_square: bool = False
    """True if both scales have the same unit length."""
    y_down: bool = False
    """True if small numbers are above, as in an image."""
    place: tuple[int, int, int, int] | None = None
    """First row, row after the last, and both columns in the figure's grid."""
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
