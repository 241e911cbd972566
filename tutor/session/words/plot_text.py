"""A plot in words: what is drawn, over what, and where its numbers lie. For the pane Plot."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from tutor.grading.wording import counted
from tutor.session.state import State
from tutor.text import one_line
from tutor.wire.plotted import Axes, PlotFigure, Series

EMPTY = "No plot yet. What a program draws with matplotlib, such as plt.plot(…), appears here."
BUSY = "No plot yet: the program runs."
NONE = "The run drew no plot with matplotlib."
NOT_DRAWN = "Only in the picture, {{key:picture}}: {others}."
MAX_TOLD = 3
"""Lines, clouds or groups of bars that are told one by one."""

_NOUNS = {"line": "line", "points": "points", "bars": "bars", "rows": "bars"}


def no_plot_words(state: State) -> str:
    if state.activity is not None:
        return BUSY
    return NONE if state.ending is not None else EMPTY


def heading(figures: Sequence[PlotFigure], index: int, axes: int) -> str:
    """Return which figure is shown, and which of its fields; "" if there is only one."""
    figure = figures[index]
    parts = []
    if len(figures) > 1 or figure.number > 1:
        parts.append(f"figure {figure.number} of {figures[-1].number}")
    if len(figure.axes) > 1:
        parts.append(f"plot {axes + 1} of {len(figure.axes)}")
    if figure.title:
        parts.append(one_line(figure.title))
    return ", ".join(parts)


def axes_words(axes: Axes) -> str:
    """Return a sentence about each thing that is drawn, and about what is not."""
    sentences = [_series_words(each) for each in axes.series[:MAX_TOLD]]
    if len(axes.series) > MAX_TOLD:
        sentences.append(f"And {len(axes.series) - MAX_TOLD} more.")
    if axes.image is not None:
        image = axes.image
        size = " × ".join(map(str, image.shape)) or f"{image.rows} × {image.columns}"
        sentences.append(f"An image of {size}, {_range_words(image.values)}.")
        sentences.append(_shades_words(image.values))
    names = [one_line(name) for name in (axes.x_name, axes.y_name)]
    if axes.series and any(names):
        over = " over ".join(filter(None, (names[1], names[0])))
        sentences.insert(0, f"{over[:1].upper()}{over[1:]}.")
    if axes.left_out:
        others = ", ".join(map(one_line, axes.left_out))
        sentences.append(NOT_DRAWN.format(others=others))
    return " ".join(filter(None, sentences))


def _shades_words(values: Iterable[float]) -> str:
    """Say what the shades of an image go by; "" where all are alike."""
    there = [value for value in values if math.isfinite(value)]
    low, high = min(there, default=0.0), max(there, default=0.0)
    if low == high:
        return ""
    if low < 0 < high:
        return "The shades go out from 0 to both sides."
    return "The shades go from the least to the greatest."


def _series_words(series: Series) -> str:
    noun = _NOUNS[series.kind]
    name = f"{noun} {one_line(series.label)}" if series.label else noun
    count = counted(series.count or len(series.y), "bar" if noun == "bars" else "point")
    start = f"{name[:1].upper()}{name[1:]}: {count}"
    there = [value for value in series.y if math.isfinite(value)]
    if series.kind == "line" and len(there) > 1:
        return f"{start}, from {there[0]:.4g} to {there[-1]:.4g}, {_range_words(there)}."
    return f"{start}, {_range_words(there)}."


def _range_words(values: Iterable[float]) -> str:
    there = [value for value in values if math.isfinite(value)]
    if not there:
        return "no number that can be drawn"
    low, high = min(there), max(there)
    return f"all {low:.4g}" if low == high else f"least {low:.4g}, greatest {high:.4g}"
