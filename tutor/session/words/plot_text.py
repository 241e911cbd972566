"""A plot in words: what is drawn, over what, and where its numbers lie. For the pane Plot."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from tutor.grading.wording import counted
from tutor.session.state import State
from tutor.text import one_line
from tutor.wire.plotted import Axes, Image, PlotFigure, Series

EMPTY = "No plot yet. What a program draws with matplotlib, such as plt.plot(…), appears here."
BUSY = "No plot yet: the program runs."
NONE = "The run drew no plot with matplotlib."
NOT_DRAWN = "Only in the picture, {{key:picture}}: {others}."
MAX_TOLD = 3
"""Lines, clouds, groups of bars or words that are told one by one."""

_NOUNS = {
    "line": "line",
    "points": "points",
    "bars": "bars",
    "rows": "bars",
    "outline": "outline",
}


def no_plot_words(state: State) -> str:
    if state.activity is not None:
        return BUSY
    return NONE if state.ending is not None else EMPTY


def heading(figures: Sequence[PlotFigure], index: int, axes: int | None) -> str:
    """Say which figure is shown, and which of its plots; None for all of them."""
    figure = figures[index]
    parts = []
    if len(figures) > 1 or figure.number > 1:
        parts.append(f"figure {figure.number} of {figures[-1].number}")
    if len(figure.axes) > 1:
        count = len(figure.axes)
        parts.append(f"{count} plots" if axes is None else f"plot {axes + 1} of {count}")
    if figure.title:
        parts.append(one_line(figure.title))
    return ", ".join(parts)


def axes_words(axes: Axes) -> str:
    sentences = []
    names = [name for name in map(one_line, (axes.y_name, axes.x_name)) if name]
    if axes.series and names:
        sentences.append(f"{_capitalized(' over '.join(names))}.")
    sentences += map(_series_words, axes.series[:MAX_TOLD])
    if len(axes.series) > MAX_TOLD:
        sentences.append(f"And {len(axes.series) - MAX_TOLD} more.")
    if axes.image is not None:
        sentences.append(_image_words(axes.image))
    if axes.texts:
        texts = ", ".join(one_line(each.text) for each in axes.texts[:MAX_TOLD])
        sentences.append(f"Words in it: {texts}.")
    if axes.left_out:
        sentences.append(_left_out_words(axes))
    return " ".join(sentences)


def note_words(axes: Axes) -> str:
    """Return the sentence under the drawn plot; "" if the drawing says it all."""
    if axes.left_out:
        return _left_out_words(axes)
    if axes.image is not None and not axes.series:
        return _image_words(axes.image)
    return _series_words(axes.series[0]) if len(axes.series) == 1 else ""


def _left_out_words(axes: Axes) -> str:
    return NOT_DRAWN.format(others=", ".join(map(one_line, axes.left_out)))


def _image_words(image: Image) -> str:
    size = " × ".join(map(str, image.shape)) or f"{image.rows} × {image.columns}"
    return f"An image of {size}, {_range_words(image.values)}."


def _series_words(series: Series) -> str:
    noun = _NOUNS[series.kind]
    name = f"{noun} {one_line(series.label)}" if series.label else noun
    count = counted(series.count or len(series.y), "bar" if noun == "bars" else "point")
    finite = [value for value in series.y if math.isfinite(value)]
    course = ""
    if series.kind == "line" and len(finite) > 1:
        course = f"from {finite[0]:.4g} to {finite[-1]:.4g}, "
    return f"{_capitalized(name)}: {count}, {course}{_range_words(finite)}."


def _range_words(values: Iterable[float]) -> str:
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return "no number that can be drawn"
    low, high = min(finite), max(finite)
    return f"all {low:.4g}" if low == high else f"least {low:.4g}, greatest {high:.4g}"


def _capitalized(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
