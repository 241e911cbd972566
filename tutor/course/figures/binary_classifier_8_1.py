"""The figure of a binary classifier: eight inputs, one neuron, one probability."""

from __future__ import annotations

from tutor.course.figures.parts import Figure, Formula, Neuron

NEURON = Neuron(
    inputs=(3, 4, 6, 2, 3, 6, 8, 9),
    weights=(0.2, 0.1, -0.3, 0.5, -0.2, 0.15, -0.1, 0.05),
    bias=-1.0,
)
"""The inputs of the step `binary-classifier`, with weights other than those of `binary-by-hand`,
whose answers they would reveal."""

FIGURE = Figure(
    name="binary_classifier_8_1",
    title="One neuron: eight numbers into one probability",
    alt=(
        "Eight inputs, 3, 4, 6, 2, 3, 6, 8 and 9, each with a weight: 0.20, 0.10, −0.30, 0.50, "
        "−0.20, 0.15, −0.10 and 0.05. Their products and the bias −1.00 add up to z = −0.85. The "
        "sigmoid turns that into 0.2994. It is below 0.5, so the answer is class 0."
    ),
    caption="Section 2.3. A weight says how much its input counts; its sign, in which direction.",
    parts=(
        NEURON,
        Formula(
            f"{len(NEURON.weights)} weights + 1 bias = {NEURON.parameters} parameters", "first"
        ),
    ),
)
