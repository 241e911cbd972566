"""The figure of one step down a parabola: where it ends at four learning rates."""

from __future__ import annotations

from tutor.course.figures.parts import Curve, Figure, Formula, Label, Mark, Plot

START = 3.0
RATES = (0.1, 0.5, 0.9, 1.1)


def loss(w: float) -> float:
    return w * w


def after_step(rate: float) -> float:
    """Return w after one step from `START` against the slope, which is 2 w."""
    return START - rate * 2 * START


FIGURE = Figure(
    name="step_on_parabola",
    title="One step down a parabola, at four rates",
    alt=(
        "The parabola w², with the start at w = 3, where the loss is 9. One step at the rate 0.1 "
        "ends at w = 2.4, a little lower on the same side. At 0.5 it ends at w = 0, the lowest "
        "point. At 0.9 it ends at w = −2.4, across the lowest point and lower than the start. At "
        "1.1 it ends at w = −3.6 with a loss of 12.96, higher than the start."
    ),
    caption="Each number is a learning rate, and its dot is w after one step from the start.",
    parts=(
        Formula("w ← w − rate · 2 · w", spoken="w becomes w minus rate times 2 times w"),
        Plot(
            x_range=(-4, 4),
            y_range=(0, 16),
            x_ticks=(-4, -2, 0, 2, 4),
            y_ticks=(0, 4, 8, 12, 16),
            x_name="w",
            curves=(Curve(loss, "first"),),
            marks=(
                Mark(START, loss(START), "start", "second"),
                *(
                    Mark(w, loss(w), "" if w < 0 else f"{rate:g}")
                    for rate, w in zip(RATES, map(after_step, RATES), strict=True)
                ),
            ),
            labels=tuple(
                Label(after_step(rate) + 0.6, loss(after_step(rate)), f"{rate:g}")
                for rate in RATES
                if after_step(rate) < 0  # a mark's own label would be on the curve
            ),
        ),
    ),
)
