"""A widget that shows how often each size of number occurs in a tensor, or in one column of it.

It takes values and a shape, and knows nothing of PyTorch. Its range is that of the values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from tutor.first_screen.glyphs import GlyphName
from tutor.grading.wording import counted
from tutor.ui.widgets.heat_scale import format_signed
from tutor.ui.widgets.layer_lines import SIGNS
from tutor.ui.widgets.picture import Picture, Piece, wrap_pieces

LABEL = "histogram--label"
BAR = "histogram--bar"
MAX_BINS = 60
MAX_COLUMNS = 64
"""Columns of a matrix that can be looked at one by one."""


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

    def __init__(
        self,
        *,
        glyphs: GlyphName = "unicode",
        id: str | None = None,  # noqa: A002  # Textual's name for it
    ) -> None:
        """Create a histogram of nothing."""
        super().__init__(id=id)
        self.values: Sequence[float] = ()
        self.columns = 0
        """The columns of the matrix, 0 if its columns cannot be looked at one by one."""
        self.column: int | None = None
        """The one that is looked at; None for all values."""
        self._glyphs = glyphs

    def show_values(self, values: Sequence[float], shape: Sequence[int]) -> None:
        """Show these values, of a tensor of that shape."""
        columns = shape[1] if len(shape) == 2 and 1 < shape[1] <= MAX_COLUMNS else 0
        with self.redrawing():
            if columns != self.columns:
                self.column = None
            self.values, self.columns = values, columns

    def show_next_column(self) -> None:
        """Show the next column alone, after the last one all values."""
        with self.redrawing():
            following = 0 if self.column is None else self.column + 1
            self.column = following if following < self.columns else None

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """Return the sentence, the bars and the limits of the range."""
        values = self.values
        title = ""
        if self.column is not None and self.columns:
            values = values[self.column :: self.columns]
            title = f"column {self.column}: "
        words = wrap_pieces(title + histogram_words(values), width)
        room = height - len(words) - 1
        if room < 1:
            return words[:height]
        return [*words, *histogram_lines(values, width, room, SIGNS[self._glyphs].levels)]


def histogram_words(values: Sequence[float]) -> str:
    """Say how many values there are, where half of them lie, and how many are 0 or no number."""
    finite = sorted(value for value in values if math.isfinite(value))
    if not finite:
        return "There is no finite number to count."
    low, high = finite[len(finite) // 4], finite[(3 * len(finite)) // 4]
    middle = f"from {format_signed(low)} to {format_signed(high)}"
    said = f"{counted(len(values), 'number')}, half of them {middle}"
    zeros = sum(1 for value in finite if value == 0)
    odd = len(values) - len(finite)
    said += f", {zeros} are 0" if zeros else ""
    return said + (f", {odd} nan or infinite" if odd else "") + "."


def histogram_lines(
    values: Sequence[float], width: int, height: int, levels: str
) -> list[list[Piece]]:
    """Return `height` rows of bars, and one with the limits; no rows if all values are equal."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    if not low < high or not math.isfinite(high - low):
        return []
    count = max(1, min(MAX_BINS, width))
    bins = [0] * count
    for value in finite:
        bins[min(count - 1, int((value - low) / (high - low) * count))] += 1
    top = len(levels) - 1
    most = max(bins)
    lines: list[list[Piece]] = []
    heights = [max(1, round(height * top * each / most)) if each else 0 for each in bins]
    for row in range(height - 1, -1, -1):
        cells = "".join(levels[max(0, min(top, each - row * top))] for each in heights)
        lines.append([(cells.rstrip(), BAR)])
    left, right = format_signed(low), format_signed(high)
    gap = " " * max(1, count - len(left) - len(right))
    lines.append([(f"{left}{gap}{right}"[:width], LABEL)])
    return lines
