"""`show_plot`: draws columns of numbers in the view Plot, without matplotlib.

Every program finds it among the builtins.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch

from tutor.wire.plotted import MAX_POINTS, MAX_SERIES, MAX_TEXT, Axes, PlotFigure
from tutor.worker.guard import clean
from tutor.worker.plot_points import series_of
from tutor.worker.plot_reporter import CURRENT

TOO_FEW = "show_plot needs two named columns or more, as in show_plot(rate=rates, loss=losses)"
TOO_MANY = f"show_plot draws {MAX_SERIES} lines at most; these are {{}}"
WRONG_LOG = 'show_plot needs log="x", "y" or "xy"; this is {!r}'
WRONG_COLUMN = "show_plot needs a number in {} for each of the {} in {}; it has {}"
MARGIN = 0.05
"""Share of the columns' extent that is shown beyond them at each side."""


def show_plot(*, log: str = "", **columns: Iterable[Any]) -> None:
    """Draw columns of numbers in the pane Plot: the first one across, each other one as a line.

    The axes in `log` ("x", "y" or "xy") are logarithmic. Raises TypeError or ValueError if the
    columns cannot be drawn.
    """
    if len(columns) < 2:
        raise TypeError(TOO_FEW)
    if len(columns) - 1 > MAX_SERIES:
        raise ValueError(TOO_MANY.format(len(columns) - 1))
    if log not in ("", "x", "y", "xy", "yx"):
        raise ValueError(WRONG_LOG.format(log))
    (x_name, first), *others = columns.items()
    xs = _numbers(first)
    lines = [(name, _numbers(column)) for name, column in others]
    for name, ys in lines:
        if len(ys) != len(xs):
            raise ValueError(WRONG_COLUMN.format(name, len(xs), x_name, len(ys)))
    if CURRENT.reporter is not None:
        CURRENT.reporter.show(PlotFigure(0, axes=(_axes(x_name, xs, lines, log),)))


def _numbers(column: Iterable[Any]) -> list[float]:
    whole = column if isinstance(column, torch.Tensor) else list(column)
    numbers = torch.as_tensor(whole, dtype=torch.float64).detach().cpu().reshape(-1)
    return [float(each) for each in numbers]


def _axes(
    x_name: str, xs: Sequence[float], lines: Sequence[tuple[str, Sequence[float]]], log: str
) -> Axes:
    x, is_one = np.array(xs), len(lines) == 1
    return Axes(
        x_name=clean(x_name, MAX_TEXT),
        y_name=clean(lines[0][0], MAX_TEXT) if is_one else "",
        x_range=_range(xs, log="x" in log),
        y_range=_range([y for _, ys in lines for y in ys], log="y" in log),
        x_log="x" in log,
        y_log="y" in log,
        series=tuple(
            series_of("line", x, np.array(ys), "" if is_one else clean(name, MAX_TEXT), MAX_POINTS)
            for name, ys in lines
        ),
    )


def _range(numbers: Sequence[float], *, log: bool) -> tuple[float, float]:
    """Return the extent with a margin, of the positive numbers alone if it is logarithmic."""
    known = [each for each in numbers if math.isfinite(each) and (each > 0 or not log)]
    low, high = min(known, default=1.0), max(known, default=1.0)
    if log:
        room = (high / low) ** MARGIN if high > low else 10.0
        return low / room, high * room
    room = MARGIN * (high - low) or 1.0
    return low - room, high + room
