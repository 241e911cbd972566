"""The functions that the figures show, in plain Python: the app's process never imports numpy."""

from __future__ import annotations

import math
from collections.abc import Sequence


def sigmoid(z: float) -> float:
    """Return 1 / (1 + e^−z), for any float."""
    if z >= 0:  # below 0, e^−z may overflow
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def softmax(scores: Sequence[float]) -> tuple[float, ...]:
    """Return a share for each score, which add up to 1."""
    largest = max(scores)  # subtracted, so that no power overflows; the shares stay the same
    powers = [math.exp(score - largest) for score in scores]
    return tuple(power / sum(powers) for power in powers)


def first_of_two(difference: float) -> float:
    """Return the softmax share of the first class when the scores are `difference` and 0."""
    return softmax((difference, 0.0))[0]


def cross_entropy_of(probability: float) -> float:
    """Return −ln of the probability that the right class got; infinity for 0."""
    return -math.log(probability) if probability > 0 else math.inf
