"""Few enough points of a line or a cloud to send them, for every way of plotting."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from tutor.wire.plotted import Series, SeriesKind


def series_of(
    kind: SeriesKind,
    x: Any,  # noqa: ANN401 # an array
    y: Any,  # noqa: ANN401
    label: str,
    most: int,
    colours: tuple[int, ...] = (),
) -> Series:
    """Return at most `most` of these points, with the colour of each if there are any."""
    count = min(len(x), len(y))
    chosen = _thinned(kind, y[:count], most)
    xs, ys = x[:count][chosen].tolist(), y[:count][chosen].tolist()
    shown = tuple(colours[at] for at in chosen.tolist()) if colours else ()
    return Series(kind, tuple(xs), tuple(ys), label, count=count, colours=shown)


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
