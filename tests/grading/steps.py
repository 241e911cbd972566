"""Small steps for tests of grading: plain Python, no torch."""

from __future__ import annotations

from typing import Any

from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Variation

GIVEN = "x = 2.4"
SOLUTION = "def sigmoid(z):\n    return 1 / (1 + math.exp(-z))\n\nprobability = sigmoid(x)\n"


def sigmoid_step(**changes: Any) -> CodeStep:  # noqa: ANN401 # fields of a step
    """`probability` from `x`, with one variation."""
    fields: dict[str, Any] = {
        "id": "sigmoid",
        "title": "A score into a probability",
        "text": "Compute `probability`.",
        "prelude": "import math\n",
        "given": GIVEN,
        "scaffold": "# The answer\nprobability = ...\n",
        "solution": SOLUTION,
        "checks": (Check(same="probability"),),
        "variations": (Variation(given={"x": "-1.3"}),),
    }
    return CodeStep(**{**fields, **changes})
