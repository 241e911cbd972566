"""The figures of the course as numbers and labels; anyone may read them, nobody draws here.

The terminal (`tutor.ui.widgets.figure`) and the PNG maker (`images/make.py`) draw the same data,
so that a picture and its drawing cannot disagree. Formulas are plain text in Unicode.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

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
class Formula:
    """A line of formula; wrapped at its spaces where it does not fit."""

    text: str
    ink: Ink = "plain"


Part: TypeAlias = Plot | Bars | Table | Diagram | Formula


@dataclass(frozen=True)
class Figure:
    """A titled drawing made of parts, one below the other."""

    name: str
    title: str
    alt: str
    """What there is to see, for those who cannot."""
    caption: str
    parts: tuple[Part, ...]


def sigmoid(z: float) -> float:
    """1 / (1 + e^−z), for any float without overflow."""
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def softmax(scores: Sequence[float]) -> tuple[float, ...]:
    """Shares of 1, one for each score. The largest score is subtracted first."""
    largest = max(scores)
    powers = [math.exp(score - largest) for score in scores]
    return tuple(power / sum(powers) for power in powers)


def first_of_two(difference: float) -> float:
    """The share of the first class when the scores are `difference` and 0."""
    return softmax((difference, 0.0))[0]


SCORE = 2.4
"""The score of the step `sigmoid`."""

LOGITS = (1.0, -6.0, 2.5, -0.3, 1.2, 0.8)
"""The scores of the step `softmax`."""

GRADIENT_NORMS = (1.1060, 0.9634, 0.2196)
"""Norms of the three weights' gradients in round 1 of the step `training-loop` (seed 0)."""


def _sigmoid_function() -> Figure:
    return Figure(
        name="sigmoid_function",
        title="The sigmoid: any score into a probability",
        alt=(
            "A curve in the shape of a stretched S over the scores from −6 to 6. It starts near 0, "
            "passes 0.5 at the score 0, and ends near 1. A dot marks the score 2.4 with the "
            "probability 0.9168. Left of 0 the answer is class 0, right of it class 1."
        ),
        caption="Section 2.2. Two classes: at or above the threshold 0.5 the answer is class 1.",
        parts=(
            Plot(
                x_range=(-6, 6),
                y_range=(0, 1),
                x_ticks=(-6, -4, -2, 0, 2, 4, 6),
                y_ticks=(0, 0.5, 1),
                x_name="z",
                curves=(Curve(sigmoid, "second"),),
                guides=(Guide(y=0.5), Guide(x=0)),
                marks=(
                    Mark(0, 0.5),
                    Mark(SCORE, sigmoid(SCORE), f"{sigmoid(SCORE):.4f}"),
                ),
                labels=(
                    Label(-5.9, 0.86, "σ(z) = 1/(1 + e⁻ᶻ)", "first"),
                    Label(-5.9, 0.28, "class 0", "dim"),
                    Label(3.2, 0.28, "class 1", "dim"),
                ),
            ),
        ),
    )


def _softmax_function() -> Figure:
    shares = softmax(LOGITS)
    largest = shares.index(max(shares))
    return Figure(
        name="softmax_function",
        title="The softmax: scores into shares of 1",
        alt=(
            "Six classes with the scores 1.0, −6.0, 2.5, −0.3, 1.2 and 0.8, and a bar for the "
            "share of each: 0.1283, 0.0001, 0.5749, 0.0350, 0.1567 and 0.1050. Class 2 has the "
            "longest bar. The shares add up to 1."
        ),
        caption="Section 2.2. More than two classes: the largest share wins.",
        parts=(
            Formula("pᵢ = e^zᵢ / Σⱼ e^zⱼ", "first"),
            Bars(
                label_name="class",
                source_name="z",
                value_name="p",
                bars=tuple(
                    Bar(
                        str(number),
                        share,
                        source=score,
                        remark="max" if number == largest else "",
                        ink="second" if number == largest else "first",
                    )
                    for number, (score, share) in enumerate(zip(LOGITS, shares, strict=True))
                ),
                full=max(shares),
                total=f"Σ p = {sum(shares):.4f}",
            ),
        ),
    )


def _sigmoid_and_softmax() -> Figure:
    return Figure(
        name="sigmoid_and_softmax",
        title="Which activation ends the network?",
        alt=(
            "A table of three kinds of task. One yes or no: one output with a sigmoid, trained "
            "with binary cross entropy. One of K classes: K outputs with a softmax, trained with "
            "cross entropy on the raw scores. A quantity: no activation, mean squared error."
        ),
        caption="Section 2.2. The task decides; regression stands here for comparison.",
        parts=(
            Table(
                head=("task", "yes or no", "one of K classes", "a quantity"),
                inks=("plain", "first", "second", "dim"),
                rows=(
                    ("outputs", "1", "K", "1"),
                    ("activation", "sigmoid", "softmax", "none"),
                    ("gives", "p; other class 1 − p", "K probabilities", "a number"),
                    ("range", "0 to 1", "0 to 1 each", "any"),
                    ("sum is 1?", "p + (1 − p)", "all K together", "no"),
                    ("decision", "p ≥ 0.5", "the largest", "none"),
                    ("loss", "binary cross entropy", "cross entropy", "mean squared error"),
                    ("layer", "nn.Sigmoid", "nn.Softmax(dim=1)", "none"),
                    ("its loss", "nn.BCELoss", "nn.CrossEntropyLoss, on raw scores", "nn.MSELoss"),
                ),
            ),
        ),
    )


def _softmax_as_sigmoid() -> Figure:
    return Figure(
        name="softmax_as_sigmoid",
        title="Two classes: softmax is a sigmoid",
        alt=(
            "The softmax share of the first of two scores a and b equals the sigmoid of a − b. "
            "Dots computed with softmax lie exactly on the sigmoid's curve. With b = 0: the score "
            "−2 gives 0.1192, 0 gives 0.5, and 2.4 gives 0.9168."
        ),
        caption="Section 2.2. Softmax is the general one; here only a − b counts.",
        parts=(
            Diagram(
                (
                    (("    e^a             1      ", "plain"),),
                    (("─────────── = ───────────── = σ(a − b)", "plain"),),
                    ((" e^a + e^b    1 + e^−(a − b)", "plain"),),
                )
            ),
            Plot(
                x_range=(-6, 6),
                y_range=(0, 1),
                x_ticks=(-6, -4, -2, 0, 2, 4, 6),
                y_ticks=(0, 0.5, 1),
                x_name="a − b",
                curves=(Curve(sigmoid, "second"),),
                marks=(
                    *(Mark(float(d), first_of_two(d), ink="first") for d in range(-5, 6, 2)),
                    Mark(SCORE, first_of_two(SCORE), f"{first_of_two(SCORE):.4f}"),
                ),
                labels=(
                    Label(-5.9, 0.95, "curve: σ(a − b)", "second"),
                    Label(-5.9, 0.75, "dots: softmax", "first"),
                ),
            ),
            Formula("With b = 0 the difference is a itself:"),
            Bars(
                label_name="scores",
                value_name="first share",
                bars=tuple(
                    Bar(f"{score:g}, 0".replace("-", "−"), first_of_two(score))
                    for score in (-2.0, 0.0, SCORE)
                ),
            ),
        ),
    )


def _grads() -> Figure:
    shapes = ("(8, 16)", "(4, 8)", "(2, 4)")
    return Figure(
        name="grads",
        title="Forward for the loss, backward for the gradients",
        alt=(
            "Three linear layers in a row, 16 to 8, 8 to 4 and 4 to 2 numbers, then the loss. An "
            "arrow above runs forward to the loss, one below runs backward from it. Three bars "
            "show how large the gradient of each layer's weights is: 1.106, 0.963 and 0.220."
        ),
        caption="Section 2.8. Bars: length of each gradient in the first round of this lesson.",
        parts=(
            Diagram(
                (
                    (("forward ─────────────────────────────▶ ", "first"),),
                    (("   ╭──────╮   ╭──────╮   ╭──────╮       ", "plain"),),
                    (("x ─┤16 → 8├───┤ 8 → 4├───┤ 4 → 2├─▶ loss", "plain"),),
                    (("   ╰──W0──╯z0 ╰──W1──╯z1 ╰──W2──╯z2     ", "plain"),),
                    (("◀──────────────────────────── backward  ", "second"),),
                )
            ),
            Formula("∂L/∂W0 = ∂L/∂z2 · ∂z2/∂z1 · ∂z1/∂z0 · ∂z0/∂W0", "second"),
            Bars(
                label_name="weights",
                value_name="‖∂L/∂W‖",
                bars=tuple(
                    Bar(f"W{layer} {shape}", norm, ink="second")
                    for layer, (shape, norm) in enumerate(zip(shapes, GRADIENT_NORMS, strict=True))
                ),
                full=max(GRADIENT_NORMS),
                digits=3,
            ),
            Formula("W ← W − lr · ∂L/∂W with lr = 0.001", "first"),
        ),
    )


FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        _sigmoid_function(),
        _softmax_function(),
        _sigmoid_and_softmax(),
        _softmax_as_sigmoid(),
        _grads(),
    )
}
"""All figures a step may name."""
