"""The figure of the sigmoid: its curve, with a score that moves along it."""

from __future__ import annotations

from tutor.course.figures.functions import sigmoid
from tutor.course.figures.parts import (
    Curve,
    Figure,
    Guide,
    Label,
    Mark,
    Part,
    Plot,
    Shade,
    Slider,
    signed,
)

SCORE = 1.2
"""Score where the slider starts: not that of the step `sigmoid`, whose answer it would reveal."""


def _parts(z: float) -> tuple[Part, ...]:
    return (
        Plot(
            x_range=(-6, 6),
            y_range=(0, 1),
            x_ticks=(-6, -4, -2, 0, 2, 4, 6),
            y_ticks=(0, 0.5, 1),
            x_name="z",
            curves=(Curve(sigmoid, "second"),),
            guides=(Guide(y=0.5), Guide(x=0)),
            marks=(Mark(0, 0.5), Mark(z, sigmoid(z), f"{sigmoid(z):.4f}")),
            labels=(
                Label(-5.9, 0.86, "σ(z) = 1/(1 + e⁻ᶻ)", "first"),
                Label(-5.9, 0.28, "class 0", "dim"),
                Label(3.2, 0.28, "class 1", "dim"),
            ),
            shades=(Shade(-6, 0, "first"), Shade(0, 6, "second")),
        ),
    )


def _say(z: float) -> str:
    probability = sigmoid(z)
    side = "not below 0.5, so class 1" if probability >= 0.5 else "below 0.5, so class 0"
    return f"z = {signed(z, 1)} gives p = {probability:.4f}: {side}."


FIGURE = Figure(
    name="sigmoid_function",
    title="The sigmoid: any score into a probability",
    alt=(
        "A curve in the shape of a stretched S over the scores from −6 to 6. It starts near 0, "
        "passes 0.5 at the score 0, and ends near 1. A dot marks the score 1.2 with the "
        "probability 0.7685. Left of 0 the answer is class 0, right of it class 1."
    ),
    caption="Section 2.2. Two classes: at or above the threshold 0.5 the answer is class 1.",
    parts=_parts(SCORE),
    slider=Slider("z", -6.0, 6.0, 0.2, SCORE, _parts, _say),
)
