"""The numbers of a chart: axis ranges, ticks, labels, smoothing and thinning.

Everything here is a function of its arguments and knows no widget, so that it is tested with
arbitrary numbers. Most comparisons allow for a relative rounding error of 1e-9: 0.3 / 0.1 is not 3,
and a tick at the end of the range would be lost.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
"""A step and its value."""

MAX_NUMBER = 1e300
"""Beyond it a difference of two numbers may not be one any more."""
MIN_NUMBER = 1 / MAX_NUMBER
"""Below it a number above 0 cannot be divided any more."""
MIN_SHARE = 1e-14
"""Two numbers that differ by less than that share of them leave no room for others between."""


def has_place(value: float, *, log: bool = False) -> bool:
    """Return True if the number can be placed on a scale; on a log scale only one above 0 can."""
    return abs(value) <= MAX_NUMBER and (value >= MIN_NUMBER or not log)


def are_apart(low: float, high: float) -> bool:
    """Return True if there is room for numbers between the two ends of a scale."""
    return high - low > max(MIN_NUMBER, MIN_SHARE * max(abs(low), abs(high)))


@dataclass(frozen=True)
class Axis:
    """A range of values from `low` to `high`, linear or logarithmic."""

    low: float
    high: float
    log: bool = False
    """Whether the scale is logarithmic; then `low` is above 0."""

    def place(self, value: float, dots: int) -> int:
        """Return the dot nearest to `value`: 0 for `low`, `dots` - 1 for `high`."""
        return round(self.fraction(value) * (dots - 1))

    def fraction(self, value: float) -> float:
        """Return the position of `value` on the axis: 0 at `low`, 1 at `high`."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        return (value - low) / (high - low)


STEP_EXTENTS = (12, 16, 20, 24, 32, 40, 52, 60, 80, 100)
"""Ends of an axis of steps, which go on times ten: quarters of them are whole numbers, and each is
so near to the one before that a curve fills most of its chart."""


def steps_extent(count: int) -> int:
    """Return the end of an axis for `count` steps: 8, 12, 16, …, so that it seldom moves."""
    if count <= 8:
        return 8
    power = 1
    while count > STEP_EXTENTS[-1] * power:
        power *= 10
    return next(extent * power for extent in STEP_EXTENTS if extent * power >= count)


def nice_step(span: float, parts: int) -> float:
    """Return the smallest of …, 0.5, 1, 2, 5, 10, … that divides `span` into at most `parts`."""
    rough = span / max(1, parts)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough * (1 - 1e-9))


def ticks(low: float, high: float, parts: int) -> tuple[float, ...]:
    """Return evenly spaced round values inside a range, at most `parts` + 1 of them."""
    step = nice_step(high - low, parts)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(index * step for index in range(first, last + 1))


def log_ticks(low: float, high: float, max_count: int) -> tuple[float, ...]:
    """Return at most `max_count` ticks of a logarithmic range.

    They are powers of ten, evenly thinned where there are too many. A range with fewer than two
    powers gets 1, 2 and 5 times a power, or `low` if none of these is inside.
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    powers = range(first, last + 1)
    if len(powers) >= 2:
        every = math.ceil(len(powers) / max(1, max_count))
        return tuple(10.0**power for power in powers if (power - first) % every == 0)
    values = [nice * 10.0**power for power in range(first - 1, last + 2) for nice in (1, 2, 5)]
    inside = [value for value in values if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    return tuple(inside[: max(1, max_count)]) or (low,)


def linear_axis(values: Sequence[float], previous: Axis | None = None) -> Axis:
    """Return a linear axis with round ends that holds all `values`, which must have a place.

    It holds `previous` as well, unless that is logarithmic, so that an axis only grows. It begins
    at 0 if the values come near to 0, so that heights can be compared.
    """
    low, high = min(values), max(values)
    if 0 <= low < high * 0.6:
        low = 0.0
    if not are_apart(low, high):
        room = 0.1 * max(abs(low), abs(high))
        room = room if room > MIN_NUMBER else 0.5
        low, high = low - room, high + room
    step = nice_step(high - low, 4)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if previous is not None and not previous.log:
        low, high = min(low, previous.low), max(high, previous.high)
    return Axis(low, high)


def log_axis(values: Sequence[float], previous: Axis | None = None) -> Axis:
    """Return a logarithmic axis that holds all `values`, which must have a place on it.

    Its ends are 1, 2 or 5 times 10ⁿ. It holds `previous` as well, unless that is linear.
    """
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
    """Return the exponential moving average of `values`, one number for each of them.

    It is corrected for its start at 0, as the averages of Adam are. A value that is nan or inf
    repeats the average before it; the average is nan until the first finite value.
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
    """Return at most `max_points` of the points, without losing a peak.

    The first and the last point stay. The others are divided into buckets of equal size, of which
    the lowest and the highest point stay. A `max_points` below 4 leaves all points.
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
    """Return a number for an axis, with three digits, or with one and an exponent: 0.25, 1e-5."""
    if value == 0:
        return "0"
    text = f"{value:.3g}"
    return text if "e" not in text else re.sub(r"e\+?(-?)0*", r"e\1", f"{value:.0e}")
