"""Evaluates a model over the area that the view Map shows: a map of decisions, or a curve.

The model is a copy of a module or a function of the program. The caller limits its time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from msgspec import structs
from torch import Tensor

from tutor.wire.maps import (
    COLUMNS,
    CURVE_PLACES,
    MAX_POINTS,
    ROWS,
    SCALE,
    UNKNOWN,
    Bounds,
    DecisionMap,
    FittedCurve,
    NoMap,
)
from tutor.worker.map_answers import Numbers, kind_of_output, label_numbers, to_classes
from tutor.worker.seen_calls import SeenCall

MAX_ASKED = 5_000
"""Points of the data at which the model is evaluated."""
SLOW_SECONDS = 0.01
"""CPU seconds that a model may take for two points while the program runs. A slower model gets no
map."""
MARGIN = 0.1
"""Share of the data's extent that is shown beyond it at each side."""


class TooSlowError(Exception):
    """The model takes too long for a whole map."""


class Data(NamedTuple):
    """The points of a model, row by row."""

    points: Numbers
    """(rows, inputs)."""
    labels: Numbers | None
    """(rows,): the class or the value of each; None if they are not known."""
    is_whole: bool
    """True if this is all the data, not only a batch of it."""


def joined(one: Data, other: Data, limit: int) -> Data:
    """Return at most `limit` points of both, each point once."""
    if (one.labels is None) != (other.labels is None) or len(one.points) >= limit:
        return one
    points = np.concatenate([one.points, other.points])
    _, first = np.unique(points, axis=0, return_index=True)
    kept = np.sort(first)[:limit]
    labels = None
    if one.labels is not None and other.labels is not None:
        labels = np.concatenate([one.labels, other.labels])[kept]
    return Data(points[kept], labels, is_whole=False)


class MapSubject(NamedTuple):
    """The model on the map, with its loss and its data."""

    call: SeenCall
    loss: SeenCall | None
    data: Data
    bounds: Bounds

    @property
    def width(self) -> int:
        """Number of inputs of the model."""
        return int(self.data.points.shape[1])


def bounds_of(data: Data) -> Bounds:
    """Return the extent of the data with a margin; labels give a curve's height."""
    across = data.points[:, 0]
    upright = data.points[:, 1] if data.points.shape[1] == 2 else data.labels
    left, right = _extent(across)
    bottom, top = _extent(upright) if upright is not None else (-1.0, 1.0)
    return Bounds(left, right, bottom, top)


def _extent(numbers: Numbers) -> tuple[float, float]:
    finite = numbers[np.isfinite(numbers)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    room = MARGIN * (high - low) or 1.0
    return low - room, high + room


def ask_all_over(
    model: Callable[[Tensor], Tensor], subject: MapSubject, step: int, patience: int
) -> DecisionMap | FittedCurve | NoMap:
    """Evaluate the model over the area, after a timed trial with two points.

    Raises TooSlowError, or any error of the model.
    """
    dtype = subject.call.inputs[0].dtype
    bounds, points = subject.bounds, subject.data.points
    started = time.thread_time()
    two = torch.as_tensor(points[:1].repeat(2, axis=0), dtype=dtype)
    with torch.enable_grad():
        first = model(two.requires_grad_())
    if time.thread_time() - started > SLOW_SECONDS * patience:
        raise TooSlowError
    across = np.linspace(bounds.left, bounds.right, COLUMNS)
    if subject.width == 1:
        return _curve(model, subject, dtype, step)
    answers = kind_of_output(first, subject.loss, subject.data.labels)
    if answers == "value":
        return NoMap("number")
    upright = np.linspace(bounds.top, bounds.bottom, ROWS)
    grid = np.stack([each.ravel() for each in np.meshgrid(across, upright)], axis=1)
    asked = points[:MAX_ASKED]
    rows = torch.as_tensor(np.concatenate([grid, asked]), dtype=dtype)
    winners, sureness, classes = to_classes(model(rows), answers, subject.data.labels)
    labels = label_numbers(subject.data.labels, len(asked))
    answered, known = winners[len(grid) :], labels != UNKNOWN
    return DecisionMap(
        step,
        bounds,
        classes,
        winners[: len(grid)].tobytes(),
        sureness[: len(grid)].tobytes(),
        _packed(asked, bounds, labels, answered),
        right=int((answered == labels)[known].sum()),
        known=int(known.sum()),
    )


def _curve(
    model: Callable[[Tensor], Tensor], subject: MapSubject, dtype: torch.dtype, step: int
) -> FittedCurve | NoMap:
    bounds, data = subject.bounds, subject.data
    places = np.linspace(bounds.left, bounds.right, CURVE_PLACES).reshape(-1, 1)
    output = model(torch.as_tensor(places, dtype=dtype))
    if output.numel() != CURVE_PLACES:
        return NoMap("number")
    values = output.detach().reshape(-1).float().numpy()
    points = b""
    if data.labels is not None:
        pairs = np.stack([data.points[:, 0], data.labels], axis=1)
        nothing = np.full(len(pairs), UNKNOWN, dtype=np.uint8)
        points = _packed(pairs, bounds, nothing, nothing)
    else:
        low, high = _extent(values.astype(np.float64))
        bounds = structs.replace(bounds, bottom=low, top=high)
    return FittedCurve(step, bounds, values.tobytes(), points)


def _packed(
    points: Numbers,
    bounds: Bounds,
    labels: npt.NDArray[np.uint8],
    answered: npt.NDArray[np.uint8],
) -> bytes:
    """Return evenly spread points in the format of `DecisionMap.points`."""
    chosen = np.linspace(0, len(points) - 1, min(len(points), MAX_POINTS)).round().astype(int)
    finite = np.isfinite(points[chosen]).all(axis=1)
    chosen = chosen[finite]
    size = np.array([bounds.right - bounds.left, bounds.top - bounds.bottom])
    placed = (points[chosen] - [bounds.left, bounds.bottom]) / size * SCALE
    packed = np.zeros(len(chosen), dtype=[("x", "<u2"), ("y", "<u2"), ("c", "u1"), ("a", "u1")])
    packed["x"], packed["y"] = np.clip(placed.round(), 0, SCALE).T
    packed["c"], packed["a"] = labels[chosen], answered[chosen]
    return packed.tobytes()
