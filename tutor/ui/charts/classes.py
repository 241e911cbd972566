"""Lines of a confusion matrix, and of small pictures with their classes.

Pure functions of counts and pixels; the widget `LayerTable` paints the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.color import Color
from rich.style import Style

from tutor.first_screen.glyphs import GlyphSet
from tutor.ui.charts.heat_scale import LEVELS
from tutor.ui.charts.picture import Piece, join_pieces
from tutor.ui.charts.shades import Shades, on, readable
from tutor.wire.models import SAMPLE_SIDE, Confusion, SamplePicture

LABEL = "layer-table--label"
TROUBLE = "layer-table--trouble"
HEADING = "layer-table--heading"
CELL = 4
"""Columns of one count."""
MAX_COUNT = 999
"""Largest count shown exactly."""
MAX_THOUSANDS = 99_999
GAP = 2


@dataclass(frozen=True)
class ClassPainter:
    """Draws in the glyphs and colours of a terminal."""

    signs: GlyphSet
    shades: Shades | None

    def matrix(
        self, confusion: Confusion, width: int, height: int, heading: str = ""
    ) -> list[list[Piece]]:
        """Return a row for each true class, with a column for each predicted class.

        `heading` is shown beside the titles. Classes that do not fit are left out, from the last
        one.
        """
        classes, counts = confusion.classes, confusion.counts
        label = "right"
        gap = " " * (width > len(label) + CELL)
        columns = max(1, min(classes, (width - len(label) - len(gap)) // CELL))
        rows = max(1, min(classes, height - 1))
        head = "".join(f"{n:>{CELL - 1}} " for n in range(columns))
        lines: list[list[Piece]] = [
            [(f"{label}{gap}{head}given  {heading}"[:width].rstrip(), LABEL)]
        ]
        for row in range(rows):
            line = counts[row * classes : (row + 1) * classes]
            cells = [
                self._count(n, sum(line), is_right=row == column)
                for column, n in enumerate(line[:columns])
            ]
            lines.append([(f"{row:>{len(label)}}{gap}", LABEL), *join_pieces(cells)])
        if rows < classes or columns < classes:
            lines[-1] = [(f"{self.signs.more} {classes} classes"[:width], LABEL)]
        return lines

    def _count(self, count: int, total: int, *, is_right: bool) -> Piece:
        text = f"{_brief(count):>{CELL - 1}} "
        if not count:
            return f"{self.signs.note:>{CELL - 1}} ", LABEL
        if self.shades is None:  # mistakes are reversed, hits are bold
            return text, Style(bold=True) if is_right else Style(reverse=True)
        strength = max(1, round(LEVELS * count / max(1, total))) / LEVELS
        ground = self.shades.signed(-strength if is_right else strength)
        return text, on(ground, readable(ground))

    def pictures(
        self, samples: Sequence[SamplePicture], width: int, height: int
    ) -> list[list[Piece]]:
        """Return as many pictures as fit, each with its true and its predicted class."""
        halves = 2 if self.signs.half and self.shades else 1
        cell = 1 if halves == 2 else 2
        across, down = SAMPLE_SIDE * cell, SAMPLE_SIDE // halves
        per_row = max(1, (width + GAP) // (across + GAP))
        lines: list[list[Piece]] = []
        for start in range(0, len(samples), per_row):
            some = samples[start : start + per_row]
            if len(lines) + down + 1 > height:
                break
            for row in range(0, SAMPLE_SIDE, halves):
                line: list[Piece] = []
                for sample in some:
                    line += self._pixels(sample, row, halves, cell)
                    line.append((" " * GAP, ""))
                lines.append(join_pieces(line[:-1]))
            lines.append(_captions(some, across))
        return lines or [[("There is no room for a picture here."[:width], LABEL)]]

    def _pixels(self, sample: SamplePicture, row: int, halves: int, cell: int) -> list[Piece]:
        upper = sample.pixels[row * SAMPLE_SIDE : (row + 1) * SAMPLE_SIDE]
        if halves == 1:
            top = len(self.signs.ramp) - 1
            return [(self.signs.ramp[round(top * each / 255)] * cell, "") for each in upper]
        lower = sample.pixels[(row + 1) * SAMPLE_SIDE : (row + 2) * SAMPLE_SIDE]
        return [
            (self.signs.half, on(_grey(other), _grey(one)))
            for one, other in zip(upper, lower, strict=True)
        ]


def _brief(count: int) -> str:
    """Return the count in three characters: 999 is followed by 1k."""
    return str(count) if count <= MAX_COUNT else f"{min(count, MAX_THOUSANDS) // 1_000}k"


def _captions(samples: Sequence[SamplePicture], across: int) -> list[Piece]:
    line: list[Piece] = []
    for sample in samples:
        is_wrong = sample.label != sample.given
        text = f"{sample.label} as {sample.given}" if is_wrong else f"{sample.label}"
        line.append((f"{text:<{across}}"[:across], TROUBLE if is_wrong else LABEL))
        line.append((" " * GAP, ""))
    return line[:-1]


def _grey(level: int) -> Color:
    step = round(level / 255 * 15) * 17  # few shades, so that few cells are repainted
    return Color.from_rgb(step, step, step)
