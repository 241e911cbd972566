"""The figure of a binary classifier: eight inputs, one neuron, one probability."""

from __future__ import annotations

from tutor.course.figures.parts import Figure, Formula, Neuron

NEURON = Neuron(
    inputs=(3, 4, 6, 2, 3, 6, 8, 9),
    weights=(0.1, -0.2, 0.05, 0.3, -0.15, 0.4, -0.25, 0.1),
    bias=-0.5,
)
"""The inputs of the step `binary-classifier`, with the weights of `binary-by-hand`."""

FIGURE = Figure(
    name="binary_classifier_8_1",
    title="One neuron: eight numbers into one probability",
    alt=(
        "Eight inputs, 3, 4, 6, 2, 3, 6, 8 and 9, each with a weight: 0.10, −0.20, 0.05, 0.30, "
        "−0.15, 0.40, −0.25 and 0.10. Their products and the bias −0.50 add up to z = 0.75. The "
        "sigmoid makes 0.6792 of it. That is above 0.5, so the answer is class 1."
    ),
    caption="Section 2.3. A weight says how much its input counts; its sign, in which direction.",
    parts=(
        NEURON,
        Formula(
            f"{len(NEURON.weights)} weights + 1 bias = {NEURON.parameters} parameters", "first"
        ),
    ),
)
