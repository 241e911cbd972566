"""Reads a figure of matplotlib as plain data: words, lines, points, bars, areas and images.

Parts that have no such form are named, so that the app can refer to the picture. Nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from math import isqrt
from typing import Any, NamedTuple

import numpy as np
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import (
    LineCollection,
    PathCollection,
    PolyCollection,
    QuadMesh,
)
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.image import AxesImage
from matplotlib.quiver import Quiver
from matplotlib.ticker import FixedFormatter, FuncFormatter
from msgspec.structs import replace

from tutor.wire.plotted import (
    MAX_AXES,
    MAX_POINTS,
    MAX_SERIES,
    MAX_SIDE,
    MAX_TEXT,
    MAX_WORDS,
    Axes,
    Image,
    PlacedText,
    PlotFigure,
    Series,
    SeriesKind,
)
from tutor.worker.guard import clean
from tutor.worker.plot_points import series_of

POINTS, PIXELS, TEXTS = 8_000, 20_000, 400
"""Points, pixels, and texts or ticks of one figure: eight figures fit into a frame, and are read in
milliseconds."""

_NO_LINES = ("", " ", "none", "None")
_NAMES = {"Quiver": "arrows", "Annotation": "an arrow"}
_OUTLINED = (LineCollection, PolyCollection, ContourSet)
FIELD_SIDE = 40
"""Rows and columns of filled contours: each is looked up in each of the filled areas."""


def read_figure(figure: Any, number: int) -> PlotFigure:  # noqa: ANN401 # of matplotlib, or like it
    """Return the figure under this number; what cannot be read is left out."""
    seen = [field for field in figure.axes if field.get_visible() and not _is_colorbar(field)]
    seen = seen[: MAX_AXES * 2]  # some of them may turn out to be empty
    room = _room_for(seen)
    axes = [each for each in (_read_axes(field, room) for field in seen) if each is not None]
    return PlotFigure(number, _text(getattr(figure, "_suptitle", None)), tuple(axes[:MAX_AXES]))


class _Room(NamedTuple):
    """The most points of one series, pixels along a side of one image, and texts of one plot."""

    points: int
    side: int
    texts: int


def _room_for(fields: Sequence[Any]) -> _Room:
    lines = sum(
        min(MAX_SERIES, len(field.lines) + len(field.containers) + len(field.collections))
        for field in fields
    )
    return _Room(
        min(MAX_POINTS, POINTS // max(1, lines)),
        min(MAX_SIDE, isqrt(PIXELS // max(1, len(fields)))),
        min(MAX_WORDS, TEXTS // max(1, len(fields))),
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
    every = chain(
        _lines(field, room), _bars(field, room), _points(field, room), _outlines(field, room)
    )
    series = _with_legend(field, list(islice(every, MAX_SERIES)))
    images = (_image(each, room) for each in (*field.images, *field.collections))
    image = next(filter(None, images), None)
    texts = list(islice(_texts(field), room.texts))
    left_out = list(dict.fromkeys(_others(field)))
    clouds = sum(isinstance(each, PathCollection) for each in field.collections)
    if (more := len(field.lines) + len(field.containers) + clouds - MAX_SERIES) > 0:
        left_out.insert(0, f"{more} more lines")
    title = _text(field.title) or _text(field._left_title) or _text(field._right_title)
    if not (series or image or texts or left_out or title):
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
        texts=tuple(texts),
        x_ticks=_ticks(field.xaxis, room),
        y_ticks=_ticks(field.yaxis, room),
        is_bare=not (field.axison and (len(field.get_xticks()) or len(field.get_yticks()))),
        is_square=field.get_aspect() == 1,
        y_down=bool(field.yaxis_inverted()),
        place=_place(field),
        left_out=tuple(left_out[:MAX_SERIES]),
    )


def _place(field: Any) -> tuple[int, int, int, int] | None:  # noqa: ANN401
    spec = field.get_subplotspec()
    if spec is None:
        return None
    rows, columns = (each := spec.get_topmost_subplotspec()).rowspan, each.colspan
    return rows.start, rows.stop, columns.start, columns.stop


def _with_legend(field: Any, series: list[Series]) -> list[Series]:  # noqa: ANN401
    """Name the series by `legend(["train", "val"])`, which gives them no labels."""
    legend = field.get_legend()
    if legend is None or any(each.label for each in series):
        return series
    texts = [*map(_text, legend.get_texts())] + [""] * len(series)
    return [replace(each, label=text) for each, text in zip(series, texts, strict=False)]


def _texts(field: Any) -> Iterator[PlacedText]:  # noqa: ANN401
    """Yield the texts in the plot, those with an arrow at the place that they name."""
    for each in field.texts:
        x, y = map(float, getattr(each, "xy", None) or each.get_position())
        if each.get_transform() == field.transAxes:
            x, y = field.transData.inverted().transform(field.transAxes.transform((x, y)))
        if each.get_visible() and (text := _text(each)):
            yield PlacedText(float(x), float(y), text)


def _ticks(axis: Any, room: _Room) -> tuple[PlacedText, ...]:  # noqa: ANN401
    places = _floats(axis.get_majorticklocs())[: room.texts].tolist()
    names = _names(axis, places)
    return tuple(PlacedText(at, at, name) for at, name in zip(places, names, strict=False))


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
            yield series_of("line" if is_line else "points", x, y, _label(line), room.points)


def _points(field: Any, room: _Room) -> Iterator[Series]:  # noqa: ANN401
    for cloud in field.collections:
        if isinstance(cloud, PathCollection) and cloud.get_visible():
            places = _array(cloud.get_offsets()).reshape(-1, 2)
            values = cloud.get_array()  # of `c=labels`, which get their colours when they are drawn
            colours = _packed(cloud.get_facecolor() if values is None else cloud.to_rgba(values))
            if len(colours) != len(places) or len(set(colours)) < 2:
                colours = ()
            label = _label(cloud)
            yield series_of("points", places[:, 0], places[:, 1], label, room.points, colours)


def _outlines(field: Any, room: _Room) -> Iterator[Series]:  # noqa: ANN401
    """Yield contours, areas and shapes by their edges."""
    for each in field.collections:
        if _is_outlined(each) and each.get_visible() and not _is_filled(each):
            yield _outline(each.get_paths(), _label(each), room)
    bars = {id(bar) for group in field.containers for bar in getattr(group, "patches", ())}
    for patch in field.patches:
        if id(patch) not in bars and patch.get_visible():
            path = patch.get_path().transformed(patch.get_transform() - field.transData)
            yield _outline([path], _label(patch), room)


def _outline(paths: Iterable[Any], label: str, room: _Room) -> Series:
    lines = [_array(part) for path in paths for part in path.to_polygons(closed_only=False)]
    every = -(-sum(map(len, lines)) // max(1, room.points - 2 * len(lines)))
    gap = [[np.nan, np.nan]]
    parts = [part for line in lines for part in (line[:-1:every], line[-1:], gap)]
    places = np.concatenate([gap, *parts])[1 : room.points + 1]
    return series_of("outline", places[:, 0], places[:, 1], label, room.points)


def _is_outlined(artist: Any) -> bool:  # noqa: ANN401
    return isinstance(artist, _OUTLINED) and not isinstance(artist, Quiver)


def _is_filled(artist: Any) -> bool:  # noqa: ANN401
    return isinstance(artist, ContourSet) and artist.filled


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
        kind: SeriesKind = "rows" if lies else "bars"
        label = _label(group)
        series = series_of(kind, _floats(places), _floats(lengths), label, room.points)
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
    if not artist.get_visible():
        return None
    if _is_filled(artist):
        return _filled(artist, min(room.side, FIELD_SIDE))
    if not isinstance(artist, AxesImage | QuadMesh):
        return None
    values: Any = artist.get_array()
    shape = values.shape
    if isinstance(artist, QuadMesh):
        corners = _array(artist.get_coordinates())
        rows, columns = corners.shape[:2]
        values = values if values.ndim == 2 else values.reshape(rows - 1, columns - 1)
        extent = [*corners[0, [0, -1], 0], *corners[[0, -1], 0, 1]]
        is_upright = False
    else:
        extent, is_upright = [*artist.get_extent()], artist.origin == "upper"
        extent = [*extent[:2], *sorted(extent[2:])]
    values = values if is_upright else values[::-1]
    values = values[:: -(-values.shape[0] // room.side), :: -(-values.shape[1] // room.side)]
    colours = _packed(artist.to_rgba(values, alpha=artist.get_alpha()))
    numbers = _array(values if values.ndim == 2 else values[:, :, :3].mean(axis=2))
    return _as_image(numbers, colours, extent, shape)


def _filled(contours: Any, side: int) -> Image | None:  # noqa: ANN401
    """Return the areas between contours as an image."""
    paths = contours.get_paths()
    ends = np.concatenate([path.vertices for path in paths if len(path)])
    (left, low), (right, high) = ends.min(axis=0), ends.max(axis=0)
    middles = (np.arange(side) + 0.5) / side
    x, y = np.meshgrid(left + middles * (right - left), high - middles * (high - low))
    grid = np.column_stack([x.ravel(), y.ravel()])
    level = np.zeros(side * side, int)
    for number, path in enumerate(paths):
        if len(path):
            level[path.contains_points(grid)] = number
    colours = np.asarray(_packed(contours.get_facecolor()))
    chosen = tuple(colours[level % len(colours)].tolist())
    numbers = np.asarray(contours.layers, float)[level].reshape(side, side)
    return _as_image(numbers, chosen, [left, right, low, high], (side, side))


def _as_image(
    values: Any,  # noqa: ANN401
    colours: tuple[int, ...],
    extent: Sequence[Any],
    shape: Sequence[int],
) -> Image | None:
    if values.ndim != 2 or not values.size:
        return None
    left, right, low, high = map(float, extent)
    numbers, size = tuple(values.ravel().tolist()), tuple(map(int, shape))
    rows, columns = values.shape
    return Image(rows, columns, numbers, size, colours, (left, right, low, high))


def _packed(rgba: Any) -> tuple[int, ...]:  # noqa: ANN401
    """Return colours as 0xRRGGBB, on white where one sees through them."""
    parts = np.asarray(rgba)
    parts = parts / 255 if parts.dtype == np.uint8 else parts
    parts = parts.reshape(-1, parts.shape[-1])
    alpha = parts[:, 3:] if parts.shape[1] > 3 else 1.0
    whole = np.rint(255 * np.clip(parts[:, :3] * alpha + 1 - alpha, 0, 1)).astype(int)
    return tuple((whole @ [0x10000, 0x100, 1]).tolist())


def _others(field: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield a name for each part that has no plain form."""
    known = (PathCollection, QuadMesh)
    others = [
        *(e for e in field.collections if not (isinstance(e, known) or _is_outlined(e))),
        *(each for each in field.texts if getattr(each, "arrow_patch", None) is not None),
    ]
    for artist in others:
        if artist.get_visible():
            name = type(artist).__name__
            yield _NAMES.get(name, name[:MAX_TEXT])


def _floats(values: Any) -> Any:  # noqa: ANN401
    return np.atleast_1d(_array(values)).ravel()


def _array(values: Any) -> Any:  # noqa: ANN401
    """Return the numbers as an array, with nan where they are masked."""
    masked: Any = np.ma.asarray(values, dtype=float)
    return masked.filled(np.nan)
