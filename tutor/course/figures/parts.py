"""What a figure is made of, as plain numbers and words. Anyone may read them; nobody draws here.

Formulas are plain text in Unicode.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from tutor.course.figures.functions import sigmoid

Ink = Literal["plain", "first", "second", "dim", "strong"]
"""The part a mark plays; who draws chooses the colour. Two colours at most, never red and green."""

Span: TypeAlias = tuple[str, Ink]


@dataclass(frozen=True)
class Curve:
    """A function of one number, drawn over the whole x range of its plot."""

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
    """A part of the x range that is tinted where colours are to be had."""

    low: float
    high: float
    ink: Ink


@dataclass(frozen=True)
class Plot:
    """Curves over a number line."""

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
    """One row: a label, where there is one the number it comes from, and the bar's length."""

    label: str
    value: float
    source: float | None = None
    remark: str = ""
    ink: Ink = "first"


@dataclass(frozen=True)
class Bars:
    """Level bars from 0 to `full`, their numbers beside them."""

    label_name: str
    value_name: str
    bars: tuple[Bar, ...]
    full: float = 1.0
    source_name: str = ""
    digits: int = 4
    total: str = ""
    """A last line, such as the sum."""


@dataclass(frozen=True)
class Table:
    """Columns side by side, or one under the other where they do not fit.

    `head` names the columns, the first of which holds the names of the rows.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    inks: tuple[Ink, ...]
    """One for each column."""


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
        """Each input times its weight."""
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
        """How many numbers it can learn."""
        return len(self.weights) + 1


@dataclass(frozen=True)
class Formula:
    """A line of formula; wrapped at its spaces where it does not fit."""

    text: str
    ink: Ink = "plain"


Part: TypeAlias = Plot | Bars | Table | Diagram | Neuron | Formula


@dataclass(frozen=True)
class Slider:
    """One number of a figure that the reader may move."""

    name: str
    low: float
    high: float
    step: float
    start: float
    parts: Callable[[float], tuple[Part, ...]]
    """The figure at a value."""
    say: Callable[[float], str]
    """What there is to see at a value, in a sentence with the value in it."""

    def nearest(self, value: float) -> float:
        """The value that the slider can stand at."""
        steps = round((min(max(value, self.low), self.high) - self.low) / self.step)
        return round(self.low + steps * self.step, 10)


@dataclass(frozen=True)
class Gradient:
    """Of one weight of a model that was trained."""

    weight: str
    """As the learner would write it: `model[0].weight`."""
    shape: tuple[int, ...]
    norm: float
    """Its length; finite."""


@dataclass(frozen=True)
class Figure:
    """A titled drawing made of parts, one below the other."""

    name: str
    title: str
    alt: str
    """What there is to see, for those who cannot."""
    caption: str
    parts: tuple[Part, ...]
    """With a slider: as it stands at first."""
    slider: Slider | None = None
    measured: Callable[[tuple[Gradient, ...]], tuple[Part, ...]] | None = None
    """The parts with the gradients of the reader's own model, of which there is at least one."""
    measured_caption: str = ""

    def at(self, value: float) -> tuple[Part, ...]:
        """The parts with the slider at the value."""
        return self.slider.parts(value) if self.slider is not None else self.parts

    def of(self, gradients: tuple[Gradient, ...]) -> Figure:
        """The same for the reader's own model; as it is, where it shows no gradients."""
        if self.measured is None or not gradients:
            return self
        return replace(self, parts=self.measured(gradients), caption=self.measured_caption)


def signed(number: float, digits: int) -> str:
    """A number with a real minus sign."""
    return f"{number:.{digits}f}".replace("-", "−")
