"""The figure of binary cross entropy: the loss over the probability, for either class."""

from __future__ import annotations

from tutor.course.figures.functions import cross_entropy_of
from tutor.course.figures.parts import Curve, Figure, Formula, Label, Mark, Plot


def loss_of_one(probability: float) -> float:
    """Return the loss of an example of class 1, given the probability of that class."""
    return cross_entropy_of(probability)


def loss_of_zero(probability: float) -> float:
    """Return the loss of an example of class 0, given the probability of class 1."""
    return cross_entropy_of(1 - probability)


FIGURE = Figure(
    name="bce",
    title="Binary cross entropy: sure and wrong costs most",
    alt=(
        "Two curves over the probability p from 0 to 1. For the true class 1 the loss −ln p falls "
        "from far above 5 to 0: it is 4.61 at p = 0.01 and 0.105 at p = 0.9. For the true class 0 "
        "the loss −ln(1 − p) is its mirror image. They cross at p = 0.5 with the loss 0.693."
    ),
    caption="Section 2.6. p is the probability that the model gives to class 1.",
    parts=(
        Formula(
            "BCE = −[y · ln p + (1 − y) · ln(1 − p)]",
            "first",
            spoken="BCE equals minus the quantity, y times ln p, plus the quantity 1 minus y, "
            "times ln of the quantity 1 minus p",
        ),
        Plot(
            x_range=(0, 1),
            y_range=(0, 5),
            x_ticks=(0, 0.25, 0.5, 0.75, 1),
            y_ticks=(0, 1, 2, 3, 4, 5),
            x_name="p",
            curves=(Curve(loss_of_zero, "first"), Curve(loss_of_one, "second")),
            marks=(
                Mark(0.01, loss_of_one(0.01), f"{loss_of_one(0.01):.2f}"),
                Mark(0.5, loss_of_one(0.5), f"{loss_of_one(0.5):.3f}"),
                Mark(0.9, loss_of_one(0.9), f"{loss_of_one(0.9):.3f}"),
            ),
            labels=(
                Label(0.12, 2.7, "y = 1: −ln p", "second"),
                Label(0.52, 3.6, "y = 0: −ln(1 − p)", "first"),
            ),
        ),
        Formula(
            "Of N cases the mean is taken: (1/N) · Σ BCE",
            spoken="Of N cases the mean is taken: the sum of BCE, over N",
        ),
    ),
)
