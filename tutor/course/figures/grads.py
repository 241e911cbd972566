"""The figure of gradients: three layers, the passes forward and backward, and a bar a layer."""

from __future__ import annotations

from tutor.course.figures.parts import Bar, Bars, Diagram, Figure, Formula, Gradient, Part

GRADIENT_NORMS = (1.1060, 0.9634, 0.2196)
"""Norms of the three weights' gradients in round 1 of the step `training-loop` (seed 0)."""

SHAPES = ("(8, 16)", "(4, 8)", "(2, 4)")
"""Shapes of the three weights, outputs first."""

_FIRST_ROUND = tuple(
    Bar(f"W{layer} {shape}", norm, ink="second")
    for layer, (shape, norm) in enumerate(zip(SHAPES, GRADIENT_NORMS, strict=True))
)


def _parts(bars: tuple[Bar, ...]) -> tuple[Part, ...]:
    return (
        Diagram(
            (
                (("forward ─────────────────────────────▶ ", "first"),),
                (("   ╭──────╮   ╭──────╮   ╭──────╮       ", "plain"),),
                (("x ─┤16 → 8├───┤ 8 → 4├───┤ 4 → 2├─▶ loss", "plain"),),
                (("   ╰──W0──╯z0 ╰──W1──╯z1 ╰──W2──╯z2     ", "plain"),),
                (("◀──────────────────────────── backward  ", "second"),),
            )
        ),
        Formula(
            "∂L/∂W0 = ∂L/∂z2 · ∂z2/∂z1 · ∂z1/∂z0 · ∂z0/∂W0",
            "second",
            spoken="The derivative of L by W 0 equals that of L by z 2, times that of z 2 by z 1, "
            "times that of z 1 by z 0, times that of z 0 by W 0",
        ),
        Bars(
            label_name="weights",
            value_name="‖∂L/∂W‖",
            bars=bars,
            full=max(bar.value for bar in bars) or 1.0,
            digits=3,
        ),
        Formula(
            "W ← W − lr · ∂L/∂W with lr = 0.001",
            "first",
            spoken="W becomes W minus lr times the derivative of L by W, with lr equal to 0.001",
        ),
    )


def _measured(gradients: tuple[Gradient, ...]) -> tuple[Part, ...]:
    shapes = [", ".join(map(str, each.shape)) for each in gradients]
    return _parts(
        tuple(
            Bar(f"W{layer} ({shape})", each.norm, ink="second")
            for layer, (shape, each) in enumerate(zip(shapes, gradients, strict=True))
        )
    )


FIGURE = Figure(
    name="grads",
    title="Forward for the loss, backward for the gradients",
    alt=(
        "Three linear layers in a row, 16 to 8, 8 to 4 and 4 to 2 numbers, then the loss. An "
        "arrow above runs forward to the loss, one below runs backward from it. Three bars "
        "show how large the gradient of each layer's weights is: 1.106, 0.963 and 0.220."
    ),
    caption="Section 2.8. Bars: length of each gradient in the first round of this lesson.",
    parts=_parts(_FIRST_ROUND),
    measured=_measured,
    measured_caption="Section 2.8. Bars: length of each gradient that your program has now.",
)
