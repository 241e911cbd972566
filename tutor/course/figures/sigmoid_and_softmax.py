"""The figure of activations: a table of which one goes with which task."""

from __future__ import annotations

from tutor.course.figures.parts import Figure, Table

FIGURE = Figure(
    name="sigmoid_and_softmax",
    title="Which activation ends the network?",
    alt=(
        "A table of three kinds of task. Yes or no: one output with a sigmoid, which gives a "
        "probability p, and 1 − p for the other class. One of K classes: K outputs with a softmax, "
        "which gives K probabilities that add up to 1. A quantity: one output, no activation."
    ),
    caption="Section 2.2. The task decides. A quantity, for comparison, needs no activation.",
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
                ("layer", "nn.Sigmoid", "nn.Softmax(dim=1)", "none"),
            ),
        ),
    ),
)
