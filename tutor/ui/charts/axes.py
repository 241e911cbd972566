"""The axes of a chart: their ranges, ticks, labels and frame.

All functions here depend only on their arguments and know no widget, so tests can pass arbitrary
numbers. Most comparisons allow for a relative rounding error of 1e-9: 0.3 / 0.1 is not 3, and a
tick at the end of the range would be lost.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tutor.first_screen.glyphs import GlyphSet
from tutor.ui.charts.picture import Piece, join_pieces

MAX_NUMBER = 1e300
"""Maximum magnitude: the difference of two larger numbers may overflow."""
MIN_NUMBER = 1 / MAX_NUMBER
"""Minimum magnitude above 0: division by a smaller number may overflow."""
MIN_SHARE = 1e-14
"""Minimum relative difference of two numbers with room for others between them."""


def has_place(value: float, *, log: bool = False) -> bool:
    return (MIN_NUMBER if log else -MAX_NUMBER) <= value <= MAX_NUMBER


def with_place(values: Sequence[float], *, log: bool = False) -> Sequence[float]:
    """Return the values that have a place, as quickly as possible if all have one."""
    low = MIN_NUMBER if log else -MAX_NUMBER
    # a sum is nan if one of the values is
    if values and math.isfinite(sum(values)) and low <= min(values) and max(values) <= MAX_NUMBER:
        return values
    return [value for value in values if low <= value <= MAX_NUMBER]


def are_apart(low: float, high: float) -> bool:
    """Return True if there is room for numbers between the ends of a scale."""
    return high - low > max(MIN_NUMBER, MIN_SHARE * max(abs(low), abs(high)))


@dataclass(frozen=True)
class Axis:
    """A range of values from `low` to `high`, linear or logarithmic."""

    low: float
    high: float
    log: bool = False
    """True for a logarithmic scale; then `low` is above 0."""

    def place(self, value: float, dots: int) -> int:
        return round(self.fraction(value) * (dots - 1))

    def fraction(self, value: float) -> float:
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        return (value - low) / (high - low)


STEP_EXTENTS = (12, 16, 20, 24, 32, 40, 52, 60, 80, 100)
"""Ends of an axis of steps, repeated times ten: their quarters are whole numbers, and each is so
close to the previous one that a curve fills most of its chart."""


def steps_extent(count: int) -> int:
    """Return the end of an axis for `count` steps: 8, 12, 16, … (it rarely moves)."""
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

    They are powers of ten, evenly thinned if there are too many. A range with one or two powers
    gets 1, 2 and 5 times a power if there is room for all of them, a range without one as many as
    there is room for, or `low` if no such number is inside.
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    powers = range(first, last + 1)
    values = [nice * 10.0**power for power in range(first - 1, last + 2) for nice in (1, 2, 5)]
    inside = [value for value in values if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    if len(powers) > 2 or (len(powers) == 2 and len(inside) > max_count):
        every = math.ceil(len(powers) / max(1, max_count))
        return tuple(10.0**power for power in powers if (power - first) % every == 0)
    return tuple(inside[: max(1, max_count)]) or (low,)


def linear_axis(values: Sequence[float], previous: Axis | None = None) -> Axis:
    """Return a linear axis with round ends that covers all `values`.

    It covers `previous` too, unless that is logarithmic, so that an axis only grows. It begins at 0
    if the values come near to 0, so that heights can be compared.
    """
    low, high = min(values), max(values)
    if 0 <= low < high * 0.25:
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
    """Return a logarithmic axis that covers all `values`, which must be above 0.

    Its ends are 1, 2 or 5 times 10ⁿ. It covers `previous` too, unless that is linear.
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


def format_label(value: float) -> str:
    """Return a number with three digits, or one and an exponent: 0.25, 1e-5."""
    if value == 0:
        return "0"
    text = f"{value:.3g}"
    return text if "e" not in text else re.sub(r"e\+?(-?)0*", r"e\1", f"{value:.0e}")


def tick_values(axis: Axis, max_count: int, parts: int) -> tuple[float, ...]:
    """Return at most `max_count` labelled values; linear, at most `parts` + 1."""
    values = log_ticks(axis.low, axis.high, max_count) if axis.log else ()
    return values or ticks(axis.low, axis.high, min(parts, max_count))


def row_labels(axis: Axis, rows: int, parts: int) -> dict[int, str]:
    """Return at least two labels of an upright axis, by row; row 0 is the top.

    With four or more rows there are at least three, if the axis has enough round values.
    """
    if axis.log:
        values = log_ticks(axis.low, axis.high, max(2, (rows - 1) // 2))
    else:
        most = min(rows, max(4, (rows + 1) // 2))
        values = ticks(axis.low, axis.high, parts)
        values = values[:: -(-len(values) // most)]
    if len(values) < 2:
        values = (axis.low, axis.high)
    return {rows - 1 - axis.place(value, rows): format_label(value) for value in values}


def column_labels(axis: Axis, columns: int, labels: Iterable[tuple[float, str]]) -> str:
    """Return the row of labels below a plot, each centred under its value.

    A label that would touch the previous one is left out. The row begins below the upright axis.
    """
    cells = [" "] * (columns + 1)
    for value, label in labels:
        width = cell_len(label)
        at = 1 + axis.place(value, columns) - width // 2
        at = max(0, min(at, columns + 1 - width))
        if label and all(cell == " " for cell in cells[max(0, at - 1) : at + width + 1]):
            cells[at : at + width] = [label, *[""] * (width - 1)]
    return "".join(cells)


def framed(
    cells: Sequence[Sequence[Piece]],
    labels: dict[int, str],
    floor: str,
    numbers: str,
    signs: GlyphSet,
    style: str,
) -> list[list[Piece]]:
    """Return the rows of a plot with its axes.

    `labels` are those of the upright axis by row, `floor` is the horizontal axis, and `numbers` the
    row below it. Axes and labels have the `style`.
    """
    margin = max(map(cell_len, labels.values()))
    rows: list[list[Piece]] = []
    for at, row in enumerate(cells):
        edge = signs.tick if at in labels else signs.vertical
        label = labels.get(at, "")
        indent = " " * (margin - cell_len(label))
        rows.append([(f"{indent}{label} {edge}", style), *join_pieces(row)])
    left = " " * (margin + 1)
    return [*rows, [(left + signs.corner + floor, style)], [(left + numbers, style)]]
