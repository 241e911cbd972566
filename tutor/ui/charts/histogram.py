"""A histogram of a tensor, or of one column of it.

It takes values and a shape, or the counts of a tensor that is too large, and knows nothing of
PyTorch. Its range is that of the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, prod
from typing import ClassVar, NamedTuple

from tutor.grading.wording import counted as amount
from tutor.session.words.model_text import share_text
from tutor.ui.charts.heat_scale import format_signed
from tutor.ui.charts.picture import Picture, Piece, wrap_pieces
from tutor.wire.values import Counts, Statistics

LABEL = "histogram--label"
BAR = "histogram--bar"
MAX_BINS = 60
MAX_COLUMNS = 64
"""Maximum columns of a matrix whose columns can be shown one by one."""


class Counted(NamedTuple):
    """The counts of a large tensor."""

    shape: tuple[int, ...]
    statistics: Statistics
    counts: Counts


class Histogram(Picture, can_focus=True):
    """Bars over the range of the values, under a sentence."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"histogram--label", "histogram--bar"}
    DEFAULT_CSS: ClassVar[str] = """
    Histogram {
        height: 1fr;
        & > .histogram--label { color: $text-muted; }
        & > .histogram--bar { color: $text-primary; }
    }
    """

    values: Sequence[float] = ()
    columns = 0
    """Columns of the matrix; 0 if they cannot be shown one by one."""
    column: int | None = None
    """Column on screen; None for all values."""
    counted: Counted | None = None
    """Counts shown instead of values."""

    def show_values(self, values: Sequence[float], shape: Sequence[int]) -> None:
        columns = shape[1] if len(shape) == 2 and 1 < shape[1] <= MAX_COLUMNS else 0
        with self.redrawing():
            if columns != self.columns:
                self.column = None
            self.values, self.columns, self.counted = values, columns, None

    def show_counts(self, counted: Counted) -> None:
        with self.redrawing():
            self.values, self.columns, self.column, self.counted = (), 0, None, counted

    def show_next_column(self) -> None:
        """Show the next column alone, and after the last one all values."""
        with self.redrawing():
            following = 0 if self.column is None else self.column + 1
            self.column = following if following < self.columns else None

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        if self.counted is not None:
            words = wrap_pieces(counted_words(self.counted), width)
            room = height - len(words) - 1
            return [*words, *counted_lines(self.counted, width, room, self.signs.levels)][:height]
        values = self.values
        title = ""
        if self.column is not None and self.columns:
            values = values[self.column :: self.columns]
            title = f"column {self.column}: "
        words = wrap_pieces(title + histogram_words(values), width)
        room = height - len(words) - 1
        if room < 1:
            return words[:height]
        return [*words, *histogram_lines(values, width, room, self.signs.levels)]


def histogram_words(values: Sequence[float]) -> str:
    finite = sorted(value for value in values if isfinite(value))
    if not finite:
        return "There is no finite number to count."
    low, high = finite[len(finite) // 4], finite[(3 * len(finite)) // 4]
    middle = f"from {format_signed(low)} to {format_signed(high)}"
    said = f"{amount(len(values), 'number')}, half of them {middle}"
    zeros = sum(1 for value in finite if value == 0)
    odd = len(values) - len(finite)
    said += f", {zeros} are 0" if zeros else ""
    return said + (f", {odd} nan or infinite" if odd else "") + "."


def histogram_lines(
    values: Sequence[float], width: int, height: int, levels: str
) -> list[list[Piece]]:
    """Return `height` rows of bars and one with the limits; no rows for equal values."""
    finite = [value for value in values if isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    if not low < high or not isfinite(high - low):
        return []
    count = max(1, min(MAX_BINS, width))
    bins = [0] * count
    for value in finite:
        bins[min(count - 1, int((value - low) / (high - low) * count))] += 1
    return _bar_lines(bins, (low, high), width, height, levels)


def _bar_lines(
    bins: Sequence[int], limits: tuple[float, float], width: int, height: int, levels: str
) -> list[list[Piece]]:
    top = len(levels) - 1
    most = max(1, *bins)
    lines: list[list[Piece]] = []
    heights = [max(1, round(height * top * each / most)) if each else 0 for each in bins]
    for row in range(height - 1, -1, -1):
        cells = "".join(levels[max(0, min(top, each - row * top))] for each in heights)
        lines.append([(cells.rstrip(), BAR)])
    left, right = map(format_signed, limits)
    gap = " " * max(1, len(bins) - len(left) - len(right))
    lines.append([(f"{left}{gap}{right}"[:width], LABEL)])
    return lines


def counted_words(counted: Counted) -> str:
    counts, statistics = counted.counts, counted.statistics
    number = prod(counted.shape)
    said = f"{number:,} numbers"
    if counts.counted < number:
        said += f", {counts.counted:,} of them counted"
    if sum(counts.bins):
        low, high, share = _middle(counts.bins, statistics.low, statistics.high)
        said += f", {share_text(share)} from {format_signed(low)} to {format_signed(high)}"
    elif statistics.low == statistics.high:
        said += f", all {format_signed(statistics.low)}"
    said += f", {counts.zeros:,} are 0" if counts.zeros else ""
    odd = statistics.nans + statistics.infinities
    return said + (f", {odd:,} nan or infinite" if odd else "") + "."


def _middle(bins: Sequence[int], low: float, high: float) -> tuple[float, float, float]:
    total, before = sum(bins), 0
    first, last = 0, len(bins) - 1
    for place, count in enumerate(bins):
        if before <= total / 4 < before + count:
            first = place
        if before < 3 * total / 4 <= before + count:
            last = place
        before += count
    width = (high - low) / len(bins)
    share = sum(bins[first : last + 1]) / total
    return low + first * width, low + (last + 1) * width, share


def counted_lines(counted: Counted, width: int, height: int, levels: str) -> list[list[Piece]]:
    """Return rows of bars as for values, with several bins per bar if space is short."""
    bins = counted.counts.bins
    if height < 1 or not sum(bins):
        return []
    bars = max(n for n in range(1, len(bins) + 1) if not len(bins) % n and n <= max(1, width))
    size = len(bins) // bars
    sums = [sum(bins[start : start + size]) for start in range(0, len(bins), size)]
    limits = counted.statistics.low, counted.statistics.high
    return _bar_lines(sums, limits, width, height, levels)
