"""Axes of charts and the numbers beside them: ranges, ticks, smoothing, thinning out. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """A range of values laid out over `dots` places, 0 for `low`."""

    low: float
    high: float
    log: bool = False

    def place(self, value: float, dots: int) -> int:
        """The nearest place of a value inside the range."""
        return round(self.fraction(value) * (dots - 1))

    def fraction(self, value: float) -> float:
        """0 at `low`, 1 at `high`."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        return (value - low) / (high - low)


def steps_extent(count: int) -> int:
    """The end of an axis of `count` steps: 8, 16, 32, … so that it seldom moves."""
    return max(8, 1 << max(0, count - 1).bit_length())


def nice_step(span: float, parts: int) -> float:
    """The smallest of …, 0.5, 1, 2, 5, 10, 20, … that parts a span at most so often."""
    rough = span / max(1, parts)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough * (1 - 1e-9))


def ticks(low: float, high: float, parts: int) -> tuple[float, ...]:
    """Round values inside a range, at most `parts` + 1 of them, evenly spaced."""
    step = nice_step(high - low, parts)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(index * step for index in range(first, last + 1))


def log_ticks(low: float, high: float, max_count: int) -> tuple[float, ...]:
    """Powers of ten inside a range, thinned out to `most`; with 2 and 5 times them if few."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    powers = range(first, last + 1)
    if len(powers) >= 2:
        every = math.ceil(len(powers) / max(1, max_count))
        return tuple(10.0**power for power in powers if (power - first) % every == 0)
    values = [nice * 10.0**power for power in range(first - 1, last + 2) for nice in (1, 2, 5)]
    inside = [value for value in values if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    return tuple(inside[: max(1, max_count)]) or (low,)


def linear_axis(values: Sequence[float], previous: Axis | None = None) -> Axis:
    """A range with round ends for finite values. It holds `before`, so that it only grows.

    It begins at 0 if the values come near it, so that heights can be compared.
    """
    low, high = min(values), max(values)
    if 0 <= low < high * 0.6:
        low = 0.0
    if low == high:
        low, high = low - (abs(low) * 0.1 or 0.5), high + (abs(high) * 0.1 or 0.5)
    step = nice_step(high - low, 4)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if previous is not None and not previous.log:
        low, high = min(low, previous.low), max(high, previous.high)
    return Axis(low, high)


def log_axis(values: Sequence[float], previous: Axis | None = None) -> Axis:
    """The same with a logarithmic scale, for values above 0; its ends are 1, 2 or 5 times 10ⁿ."""
    low, high = _round_log(min(values), up=False), _round_log(max(values), up=True)
    if low == high:
        low, high = low / 10, high * 10
    if previous is not None and previous.log:
        low, high = min(low, previous.low), max(high, previous.high)
    return Axis(low, high, log=True)


def _round_log(value: float, *, up: bool) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    nice = [power * digit for digit in (1, 2, 5, 10)]
    if up:
        return next(edge for edge in nice if edge >= value * (1 - 1e-9))
    return next(edge for edge in reversed(nice) if edge <= value * (1 + 1e-9))


def smooth(values: Sequence[float], weight: float = 0.9) -> list[float]:
    """Exponential moving average without the pull towards 0 at the start; passes over non-finite.

    Each result is as long as the values; it stays where it was at a value that is nan or inf.
    """
    smoothed: list[float] = []
    weighted_sum = total_weight = 0.0
    for value in values:
        if math.isfinite(value):
            weighted_sum = weighted_sum * weight + value * (1 - weight)
            total_weight = total_weight * weight + (1 - weight)
        smoothed.append(weighted_sum / total_weight if total_weight else math.nan)
    return smoothed


def thin(points: Sequence[Point], max_points: int) -> list[Point]:
    """At most `most` points of many: in each of equal stretches the lowest and the highest.

    Nothing that sticks out is lost. The first and the last point stay.
    """
    if len(points) <= max_points or max_points < 4:
        return list(points)
    buckets = (max_points - 2) // 2
    inner = points[1:-1]
    kept = [points[0]]
    for index in range(buckets):
        bucket = inner[index * len(inner) // buckets : (index + 1) * len(inner) // buckets]
        if bucket:
            extremes = {min(bucket, key=lambda p: p[1]), max(bucket, key=lambda p: p[1])}
            kept += sorted(extremes)
    return [*kept, points[-1]]


def format_label(value: float) -> str:
    """A number of at most about six characters."""
    if value == 0:
        return "0"
    text = f"{value:.3g}"
    return text if "e" not in text else re.sub(r"e\+?(-?)0*", r"e\1", f"{value:.0e}")
