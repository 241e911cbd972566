"""The figures of the course, one a file, as numbers and labels; nothing is drawn here.

The terminal (`tutor.ui.charts.figure`) and the maker of PNG files (`images/make.py`) draw the same
data, so that a picture and its drawing cannot disagree.
"""

from __future__ import annotations

from tutor.course.figures import (
    bce,
    binary_classifier_8_1,
    broadcast_rule,
    grads,
    sigmoid_and_softmax,
    sigmoid_function,
    softmax_as_sigmoid,
    softmax_function,
    split_bar,
    step_on_parabola,
)
from tutor.course.figures.parts import Figure

FIGURES: dict[str, Figure] = {
    module.FIGURE.name: module.FIGURE
    for module in (
        sigmoid_function,
        softmax_function,
        sigmoid_and_softmax,
        softmax_as_sigmoid,
        binary_classifier_8_1,
        bce,
        grads,
        broadcast_rule,
        split_bar,
        step_on_parabola,
    )
}
"""All figures by the name that steps use in `figures`."""
