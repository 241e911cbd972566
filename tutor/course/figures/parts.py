"""The parts of figures, as plain numbers and words; nothing is drawn here.

The code that draws a figure chooses sizes and colours. Formulas are plain text in Unicode.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from tutor.course.figures.functions import sigmoid

Ink = Literal["plain", "first", "second", "dim", "strong"]
"""Role of a mark, for which the drawing code chooses a colour.

A figure has two colours at most, and never red and green."""

Span: TypeAlias = tuple[str, Ink]
"""Text with its role."""


@dataclass(frozen=True)
class Curve:
    """The graph of a function, drawn over the whole x range of its plot."""

    function: Callable[[float], float]
    ink: Ink = "first"


@dataclass(frozen=True)
class Guide:
    """A dotted line at `x` (upright) or at `y` (level)."""

    x: float | None = None
    y: float | None = None


@dataclass(frozen=True)
class Mark:
    """A dot, with its label at the lower right."""

    x: float
    y: float
    label: str = ""
    ink: Ink = "strong"


@dataclass(frozen=True)
class Label:
    """Words inside a plot; (x, y) is the left end."""

    x: float
    y: float
    text: str
    ink: Ink = "plain"


@dataclass(frozen=True)
class Shade:
    """A part of the x range that is tinted, if there are colours."""

    low: float
    high: float
    ink: Ink


@dataclass(frozen=True)
class Plot:
    """A plot of curves over an x axis, with marks, labels and guides."""

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_ticks: tuple[float, ...]
    y_ticks: tuple[float, ...]
    x_name: str
    curves: tuple[Curve, ...]
    guides: tuple[Guide, ...] = ()
    marks: tuple[Mark, ...] = ()
    labels: tuple[Label, ...] = ()
    shades: tuple[Shade, ...] = ()


@dataclass(frozen=True)
class Bar:
    """A bar with its label, the number that it is computed from, and a remark."""

    label: str
    value: float
    """Length of the bar, from 0 to `Bars.full`."""
    source: float | None = None
    """Number that the value comes from, such as a score; None if there is none."""
    remark: str = ""
    ink: Ink = "first"


@dataclass(frozen=True)
class Bars:
    """Horizontal bars from 0 to `full`, with their numbers beside them."""

    label_name: str
    value_name: str
    bars: tuple[Bar, ...]
    full: float = 1.0
    source_name: str = ""
    digits: int = 4
    total: str = ""
    """Last line, such as the sum of the values; empty if there is none."""


@dataclass(frozen=True)
class Table:
    """Columns side by side, or one under the other if they do not fit.

    `head` names the columns, the first of which holds the names of the rows.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    inks: tuple[Ink, ...]
    """The role of each column."""


@dataclass(frozen=True)
class Diagram:
    """Rows of fixed text, at most 40 columns wide."""

    rows: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True)
class Neuron:
    """One neuron with a sigmoid: inputs, a weight for each, and a bias."""

    inputs: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    @property
    def products(self) -> tuple[float, ...]:
        """The product of each input and its weight."""
        return tuple(x * w for x, w in zip(self.inputs, self.weights, strict=True))

    @property
    def score(self) -> float:
        """The sum of the products and the bias."""
        return math.fsum((*self.products, self.bias))

    @property
    def probability(self) -> float:
        """The sigmoid of the score."""
        return sigmoid(self.score)

    @property
    def parameters(self) -> int:
        """The number of parameters: a weight for each input, and the bias."""
        return len(self.weights) + 1


@dataclass(frozen=True)
class Formula:
    """A formula on a line, wrapped at its spaces if it does not fit."""

    text: str
    ink: Ink = "plain"
    spoken: str = ""
    """The formula in words, for screen readers."""


Part: TypeAlias = Plot | Bars | Table | Diagram | Neuron | Formula


@dataclass(frozen=True)
class Slider:
    """A number of a figure that the reader may change."""

    name: str
    low: float
    high: float
    step: float
    start: float
    parts: Callable[[float], tuple[Part, ...]]
    """Function that gives the parts of the figure at a value."""
    say: Callable[[float], str]
    """Function that describes in a sentence what a value shows."""

    def nearest(self, value: float) -> float:
        """Return the nearest value that the slider can have."""
        steps = round((min(max(value, self.low), self.high) - self.low) / self.step)
        return round(self.low + steps * self.step, 10)


@dataclass(frozen=True)
class Gradient:
    """The gradient of one weight of a model that was trained."""

    weight: str
    """Name of the weight as the learner would write it: `model[0].weight`."""
    shape: tuple[int, ...]
    norm: float
    """Euclidean norm of the gradient; finite."""


@dataclass(frozen=True)
class Figure:
    """A titled drawing made of parts, one below the other."""

    name: str
    title: str
    alt: str
    """Description in words, for people who cannot see the figure."""
    caption: str
    parts: tuple[Part, ...]
    """Parts of the figure; with a slider, at its start."""
    slider: Slider | None = None
    measured: Callable[[tuple[Gradient, ...]], tuple[Part, ...]] | None = None
    """Function that gives the parts for the gradients of the reader's own model, one or more; None
    if the figure shows no gradients."""
    measured_caption: str = ""
    """Caption in place of `caption` when the parts show the reader's own model."""

    def at(self, value: float) -> tuple[Part, ...]:
        """Return the parts with the slider at a value; a figure without one stays the same."""
        return self.slider.parts(value) if self.slider is not None else self.parts

    def of(self, gradients: tuple[Gradient, ...]) -> Figure:
        """Return the figure with the gradients of the reader's own model.

        A figure that shows no gradients, or gets none, stays as it is.
        """
        if self.measured is None or not gradients:
            return self
        return replace(self, parts=self.measured(gradients), caption=self.measured_caption)


def signed(number: float, digits: int) -> str:
    """Format a number with that many decimals and a real minus sign."""
    return f"{number:.{digits}f}".replace("-", "−")
