"""Reads a figure of matplotlib as plain data: titles, labels, lines, points, bars and images.

Parts that have no such form are named, so that the app can refer to the picture. Nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise
from math import isqrt
from typing import Any, NamedTuple

import numpy as np
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.image import AxesImage
from matplotlib.ticker import FixedFormatter, FuncFormatter

from tutor.wire.plotted import (
    MAX_AXES,
    MAX_POINTS,
    MAX_SERIES,
    MAX_SIDE,
    MAX_TEXT,
    Axes,
    Image,
    PlotFigure,
    Series,
    SeriesKind,
)
from tutor.worker.guard import clean

POINTS, PIXELS = 15_000, 16_000
"""Points and pixels of one figure: eight figures fit into a frame, and are read in milliseconds."""

_NO_LINES = ("", " ", "none", "None")
_WORDS = {
    "FillBetweenPolyCollection": "a filled area",
    "PolyCollection": "a filled area",
    "LineCollection": "straight lines",
    "QuadContourSet": "contours",
    "TriContourSet": "contours",
    "Quiver": "arrows",
    "Wedge": "a pie",
    "Annotation": "words at a point",
    "Text": "words at a point",
}


def read_figure(figure: Any, number: int) -> PlotFigure:  # noqa: ANN401 # of matplotlib, or like it
    """Return the figure under this number; what cannot be read is left out."""
    seen = [field for field in figure.axes if field.get_visible() and not _is_colorbar(field)]
    seen = seen[: MAX_AXES * 2]  # some of them may turn out to be empty
    room = _room_for(seen)
    axes = [each for each in (_read_axes(field, room) for field in seen) if each is not None]
    return PlotFigure(number, _text(getattr(figure, "_suptitle", None)), tuple(axes[:MAX_AXES]))


class _Room(NamedTuple):
    """The most points of one series, and the most pixels along a side of one image."""

    points: int
    side: int


def _room_for(fields: Sequence[Any]) -> _Room:
    lines = sum(
        min(MAX_SERIES, len(field.lines) + len(field.containers) + len(field.collections))
        for field in fields
    )
    return _Room(
        min(MAX_POINTS, POINTS // max(1, lines)),
        min(MAX_SIDE, isqrt(PIXELS // max(1, len(fields)))),
    )


def _is_colorbar(field: Any) -> bool:  # noqa: ANN401
    return bool(field.get_label() == "<colorbar>")


def _read_axes(field: Any, room: _Room) -> Axes | None:  # noqa: ANN401
    if field.name != "rectilinear":
        return Axes(title=_text(field.title), left_out=(f"a plot of kind {field.name}"[:MAX_TEXT],))
    try:
        return _read_rectilinear(field, room)
    except Exception:
        return None  # the program has changed the internals of the figure


def _read_rectilinear(field: Any, room: _Room) -> Axes | None:  # noqa: ANN401
    # a program may have drawn a hundred thousand series
    every = chain(_lines(field, room), _bars(field, room), _points(field, room))
    series = list(islice(every, MAX_SERIES))
    images = (_image(each, room) for each in (*field.images, *field.collections))
    image = next(filter(None, images), None)
    left_out = list(dict.fromkeys(_others(field)))
    clouds = sum(isinstance(each, PathCollection) for each in field.collections)
    if (more := len(field.lines) + len(field.containers) + clouds - MAX_SERIES) > 0:
        left_out.insert(0, f"{more} more lines")
    title = _text(field.title) or _text(field._left_title) or _text(field._right_title)
    if not (series or image or left_out or title):
        return None
    return Axes(
        title=title,
        x_name=_text(field.xaxis.label),
        y_name=_text(field.yaxis.label),
        x_range=_range(field.get_xlim()),
        y_range=_range(field.get_ylim()),
        x_log=field.get_xscale() == "log",
        y_log=field.get_yscale() == "log",
        series=tuple(series),
        image=image,
        left_out=tuple(left_out[:MAX_SERIES]),
    )


def _text(text: Any) -> str:  # noqa: ANN401
    return clean(text.get_text(), MAX_TEXT) if text is not None else ""


def _label(artist: Any) -> str:  # noqa: ANN401
    """Return the label for the legend, "" for one made by matplotlib itself."""
    label = artist.get_label()
    return "" if not isinstance(label, str) or label.startswith("_") else clean(label, MAX_TEXT)


def _range(limits: Iterable[Any]) -> tuple[float, float]:
    low, high = sorted(float(limit) for limit in limits)
    return low, high


def _lines(field: Any, room: _Room) -> Iterator[Series]:  # noqa: ANN401
    for line in field.lines:
        if not line.get_visible():
            continue
        x, y = _floats(line.get_xdata(orig=False)), _floats(line.get_ydata(orig=False))
        if line.get_transform() == field.get_yaxis_transform(which="grid"):
            x = np.asarray(field.get_xlim(), float)  # axhline: x counts in parts of the axes
        elif line.get_transform() == field.get_xaxis_transform(which="grid"):
            y = np.asarray(field.get_ylim(), float)
        x, y = np.broadcast_arrays(x, y)
        is_line = line.get_linestyle() not in _NO_LINES
        has_marker = line.get_marker() not in _NO_LINES and line.get_marker() is not None
        if is_line or has_marker:
            yield _series("line" if is_line else "points", x, y, _label(line), room)


def _points(field: Any, room: _Room) -> Iterator[Series]:  # noqa: ANN401
    for cloud in field.collections:
        if isinstance(cloud, PathCollection) and cloud.get_visible():
            places = _array(cloud.get_offsets()).reshape(-1, 2)
            yield _series("points", places[:, 0], places[:, 1], _label(cloud), room)


def _bars(field: Any, room: _Room) -> Iterator[Series]:  # noqa: ANN401
    for group in field.containers:
        if not isinstance(group, BarContainer) or not group.patches:
            continue
        lies = group.orientation == "horizontal"
        axis = field.yaxis if lies else field.xaxis
        places, lengths = [], []
        for bar in group.patches:
            x, y, width, height = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
            places.append(y + height / 2 if lies else x + width / 2)
            lengths.append(x + width if lies else y + height)
        series = _series(
            "rows" if lies else "bars", _floats(places), _floats(lengths), _label(group), room
        )
        names = _names(axis, series.x)
        yield Series(series.kind, series.x, series.y, series.label, names, series.count)


def _names(axis: Any, places: tuple[float, ...]) -> tuple[str, ...]:  # noqa: ANN401
    """Return the texts at these places of the axis; () if it has numbers."""
    formatter = axis.get_major_formatter()
    if isinstance(formatter, FuncFormatter):  # set_xticks with labels makes one as well
        names = [formatter(place) for place in places]
    elif isinstance(formatter, FixedFormatter | StrCategoryFormatter):
        names = formatter.format_ticks(list(places))
    else:
        return ()
    return tuple(clean(name, MAX_TEXT) for name in names) if any(names) else ()


def _image(artist: Any, room: _Room) -> Image | None:  # noqa: ANN401
    if not isinstance(artist, AxesImage | QuadMesh) or not artist.get_visible():
        return None
    values = _array(artist.get_array())
    shape = values.shape
    if isinstance(artist, QuadMesh) and values.ndim == 1:
        rows, columns = _array(artist.get_coordinates()).shape[:2]
        values = values.reshape(rows - 1, columns - 1)
    if values.ndim == 3:
        values = values[:, :, :3].mean(axis=2)
    if values.ndim != 2 or not values.size:
        return None
    is_upright = isinstance(artist, AxesImage) and artist.origin == "upper"
    values = values if is_upright else values[::-1]
    values = values[:: -(-values.shape[0] // room.side), :: -(-values.shape[1] // room.side)]
    rows, columns = values.shape
    return Image(rows, columns, tuple(values.ravel().tolist()), tuple(map(int, shape)))


def _others(field: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield a name for each part that has no plain form."""
    bars = {id(bar) for group in field.containers for bar in getattr(group, "patches", ())}
    others = [
        *(each for each in field.collections if not isinstance(each, PathCollection | QuadMesh)),
        *(patch for patch in field.patches if id(patch) not in bars),
        *field.texts,
    ]
    for artist in others:
        if artist.get_visible():
            yield _WORDS.get(type(artist).__name__, type(artist).__name__[:MAX_TEXT])


def _floats(values: Any) -> Any:  # noqa: ANN401
    return np.atleast_1d(_array(values)).ravel()


def _array(values: Any) -> Any:  # noqa: ANN401
    """Return the numbers as an array, with nan where they are masked."""
    masked: Any = np.ma.asarray(values, dtype=float)
    return masked.filled(np.nan)


def _series(kind: SeriesKind, x: Any, y: Any, label: str, room: _Room) -> Series:  # noqa: ANN401
    count = min(len(x), len(y))
    chosen = _thinned(kind, y[:count], room.points)
    xs, ys = x[:count][chosen].tolist(), y[:count][chosen].tolist()
    return Series(kind, tuple(xs), tuple(ys), label, count=count)


def _thinned(kind: SeriesKind, y: Any, most: int) -> Any:  # noqa: ANN401
    """Return the indexes of at most `most` points, keeping every peak of a line."""
    count = len(y)
    if count <= most:
        return np.arange(count)
    if kind != "line":
        return np.linspace(0, count - 1, most).round().astype(int)
    buckets = (most - 2) // 2
    edges = np.linspace(1, count - 1, buckets + 1).astype(int)
    finite = np.nan_to_num(y, nan=0.0)
    chosen = [0, count - 1]
    for start, end in pairwise(edges):
        if end > start:
            part = finite[start:end]
            chosen += [start + int(part.argmin()), start + int(part.argmax())]
    return np.unique(chosen)
