"""The figure of softmax for two classes: it is the sigmoid of the difference of the scores."""

from __future__ import annotations

from tutor.course.figures.functions import first_of_two, sigmoid
from tutor.course.figures.parts import (
    Bar,
    Bars,
    Curve,
    Diagram,
    Figure,
    Formula,
    Label,
    Mark,
    Part,
    Plot,
    Slider,
    signed,
)

SCORE = 2.4
"""Score that the step `softmax-as-sigmoid` uses, where the slider starts."""

_DERIVATION = Diagram(
    (
        (("   e^a            1      ", "plain"),),
        (("───────── = ───────────── = σ(a − b)", "plain"),),
        (("e^a + e^b   1 + e^−(a − b)", "plain"),),
    )
)


def _parts(difference: float) -> tuple[Part, ...]:
    share = first_of_two(difference)
    return (
        _DERIVATION,
        Plot(
            x_range=(-6, 6),
            y_range=(0, 1),
            x_ticks=(-6, -4, -2, 0, 2, 4, 6),
            y_ticks=(0, 0.5, 1),
            x_name="a − b",
            curves=(Curve(sigmoid, "second"),),
            marks=(
                *(Mark(float(d), first_of_two(d), ink="first") for d in range(-5, 6, 2)),
                Mark(difference, share, f"{share:.4f}"),
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
                Bar(f"{signed(score, 1)}, 0", first_of_two(score))
                for score in (-2.0, 0.0, difference)
            ),
        ),
    )


def _say(difference: float) -> str:
    first = first_of_two(difference)
    return (
        f"a − b = {signed(difference, 1)}: softmax gives {first:.4f} and {1 - first:.4f}, "
        f"the sigmoid gives {sigmoid(difference):.4f}."
    )


FIGURE = Figure(
    name="softmax_as_sigmoid",
    title="Two classes: softmax is a sigmoid",
    alt=(
        "The softmax share of the first of two scores a and b equals the sigmoid of a − b. "
        "Dots computed with softmax lie exactly on the sigmoid's curve. With b = 0: the score "
        "−2 gives 0.1192, 0 gives 0.5, and 2.4 gives 0.9168."
    ),
    caption="Section 2.2. Softmax is the more general; with two scores only a − b matters.",
    parts=_parts(SCORE),
    slider=Slider("a − b", -6.0, 6.0, 0.2, SCORE, _parts, _say),
)
