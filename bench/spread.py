"""Medians, spread, and whether pairs of rounds differ: arithmetic alone, nothing is measured."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

CONFIDENCE = 0.95

Tendency = Literal["better", "worse", "same", "unknown"]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def deviation(values: Sequence[float]) -> float:
    """Return the median absolute deviation: half of the values are nearer to the median."""
    middle = statistics.median(values)
    return statistics.median(abs(value - middle) for value in values)


def ratio(values: Sequence[float], reference: Sequence[float]) -> float | None:
    """Return the ratio of two medians; None without a reference, or with one of zero."""
    below = statistics.median(reference) if reference else 0.0
    return statistics.median(values) / below if below else None


@dataclass(frozen=True)
class Difference:
    """The median of what pairs of rounds differ by, and the interval that it is in."""

    middle: float
    low: float
    high: float
    pairs: int
    relative: bool
    """True if these are ratios, of which 1 says equal; else differences, of which 0 does."""
    more_is_better: bool = False

    @property
    def tendency(self) -> Tendency:
        """What can be said of it beyond the noise."""
        equal = 1.0 if self.relative else 0.0
        if self.low == self.high == equal:
            return "same"
        if self.pairs < fewest_pairs():
            return "unknown"
        if self.low <= equal <= self.high:
            return "same"
        return "better" if (self.low > equal) == self.more_is_better else "worse"

    def sentence(self) -> str:
        """Return the verdict in words."""
        sign = "×" if self.relative else ""
        form = "{:.2f}" if self.relative else "{:+.3g}"
        middle, low, high = (form.format(each) for each in (self.middle, self.low, self.high))
        if self.low == self.high == self.middle:
            measured = f"{middle}{sign} in {self.pairs} pairs"
        else:
            measured = f"{middle}{sign} ({low} to {high} in {self.pairs} pairs)"
        words = {
            "better": "better",
            "worse": "worse",
            "same": "no difference beyond the noise",
            "unknown": f"fewer than {fewest_pairs()} pairs, not to be told",
        }
        return f"{words[self.tendency]}: {measured}"


def compare(
    ours: Sequence[float], theirs: Sequence[float], *, more_is_better: bool = False
) -> Difference:
    """Return by what the first of each pair differs from the second.

    The interval holds the true median with 95 % certainty, whatever the distribution: how many
    pairs lie above a median is a matter of tossing coins.
    """
    pairs = list(zip(ours, theirs, strict=True))
    relative = all(own > 0 and other > 0 for own, other in pairs)
    each = sorted(own / other if relative else own - other for own, other in pairs)
    cut = _cut(len(each))
    return Difference(
        middle=statistics.median(each),
        low=each[cut],
        high=each[-1 - cut],
        pairs=len(each),
        relative=relative,
        more_is_better=more_is_better,
    )


def fewest_pairs() -> int:
    """Return how many pairs it takes before all of them on one side can be no accident."""
    return math.ceil(1 - math.log2(1 - CONFIDENCE))


def _cut(pairs: int) -> int:
    """Return how many values may be left out at each end of so many sorted ones."""
    tail, cut = 0.5**pairs, 0
    while True:
        following = tail + math.comb(pairs, cut + 1) * 0.5**pairs
        if 2 * following > 1 - CONFIDENCE or 2 * (cut + 1) >= pairs:
            return cut
        tail, cut = following, cut + 1
