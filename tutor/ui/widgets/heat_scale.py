"""Numbers of a tensor laid out as a table, and the shades that stand for them. Pure.

The scale is symmetric about 0: blue is negative, orange positive, the middle light. The two ends
are told apart by people who do not see red or green, and have a contrast of 3 : 1 to the middle.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEVELS = 7
"""Shades on each side of 0; with 0 there are 15. Fewer shades, fewer bytes when values drift."""

NEGATIVE, MIDDLE, POSITIVE = (0x06, 0x48, 0x74), (0xD9, 0xD9, 0xD9), (0x8A, 0x4A, 0x00)
BLACK, WHITE = (0, 0, 0), (255, 255, 255)

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class NumberGrid:
    """A tensor as rows and columns."""

    rows: int
    columns: int
    values: tuple[float, ...]
    """Row by row."""
    note: str = ""
    """How the tensor was folded, if it was."""

    def at(self, row: int, column: int) -> float:
        """The value in a row and column."""
        return self.values[row * self.columns + column]


@dataclass(frozen=True)
class Sample:
    """Which rows or columns are shown of too many."""

    indexes: tuple[int, ...]
    every: int


def to_grid(values: Sequence[float], shape: Sequence[int]) -> NumberGrid:
    """Folds a tensor of any number of dimensions: the first one down, all others across.

    Raises ValueError if there are not as many values as the shape says.
    """
    if len(values) != math.prod(shape):
        raise ValueError(f"{len(values)} values do not fill the shape {tuple(shape)}")
    if len(shape) < 2:
        return NumberGrid(1, len(values), tuple(values))
    rows = shape[0]
    columns = math.prod(shape[1:])
    note = "" if len(shape) == 2 else f"{shape_text(shape)} shown as {rows} × {columns}"
    return NumberGrid(rows, columns, tuple(values), note)


def shape_text(shape: Sequence[int]) -> str:
    """A shape as PyTorch writes it: (2, 3), (3,), ()."""
    return str(tuple(shape))


def sample(count: int, max_count: int) -> Sample:
    """The first, and from there every n-th, so that at most `room` are left."""
    every = max(1, math.ceil(count / max(1, max_count)))
    return Sample(tuple(range(0, count, every)), every)


def sampled_note(noun: str, sampled: Sample) -> str:
    """Says what was left out; empty if nothing was."""
    if sampled.every == 1:
        return ""
    ending = {2: "nd", 3: "rd"}.get(sampled.every % 10, "th")
    if sampled.every % 100 in (11, 12, 13):
        ending = "th"
    return f"every {sampled.every}{ending} {noun}"


def max_magnitude(values: Sequence[float]) -> float:
    """The largest finite distance from 0; 0 if there is none."""
    return max((abs(value) for value in values if math.isfinite(value)), default=0.0)


def level(value: float, limit: float) -> int | None:
    """The shade of a value, −7 … 7; None for nan and inf. Only what rounds to 0 is 0."""
    if not math.isfinite(value):
        return None
    if limit == 0:
        return 0
    return max(-LEVELS, min(LEVELS, round(value / limit * LEVELS)))


def shade(level: int) -> Colour:
    """The colour of a level."""
    end = POSITIVE if level > 0 else NEGATIVE
    fraction = abs(level) / LEVELS
    red, green, blue = (
        round(middle + (edge - middle) * fraction) for middle, edge in zip(MIDDLE, end, strict=True)
    )
    return red, green, blue


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 … 1, after WCAG 2.1."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 … 21, after WCAG 2.1."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_colour(background: Colour) -> Colour:
    """Black or white, whichever is easier to read on a field."""
    return max(BLACK, WHITE, key=lambda colour: contrast(colour, background))


def sign(level: int) -> str:
    """`+` or `-` for the third of the range that is farthest from 0."""
    if abs(level) * 3 <= LEVELS * 2:
        return " "
    return "+" if level > 0 else "-"


def format_signed(value: float) -> str:
    """A number in at most 8 characters, with its sign."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    if 0.001 <= abs(value) < 1000:
        return f"{value:+.3f}"
    text = f"{value:+.1e}"
    return text if len(text) <= 8 else f"{value:+.0e}"
