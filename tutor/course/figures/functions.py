"""The functions that the figures show. Plain Python: the app has no numpy."""

from __future__ import annotations

import math
from collections.abc import Sequence


def sigmoid(z: float) -> float:
    """1 / (1 + e^−z), for any float without overflow."""
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def softmax(scores: Sequence[float]) -> tuple[float, ...]:
    """Shares of 1, one for each score. The largest score is subtracted first."""
    largest = max(scores)
    powers = [math.exp(score - largest) for score in scores]
    return tuple(power / sum(powers) for power in powers)


def first_of_two(difference: float) -> float:
    """The share of the first class when the scores are `difference` and 0."""
    return softmax((difference, 0.0))[0]


def cross_entropy_of(probability: float) -> float:
    """−ln of the probability that the right class got; infinite for 0."""
    return -math.log(probability) if probability > 0 else math.inf
