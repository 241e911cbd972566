"""The values of a tensor laid out as a grid, the levels of their shades, and their texts.

The scale is symmetric about 0. This module knows neither PyTorch nor Textual: a tensor comes as
its values and its shape.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

LEVELS = 7
"""Shades on each side of 0, 15 with 0. More shades would repaint more cells as values drift."""
IMAGE_SIDE = 28
"""Side of the images of MNIST and its like: hardly anything else has 784 columns."""
MAX_IMAGES = 16
MAX_KERNEL = 11
"""Maximum rows or columns of a kernel: larger tensors of four dimensions are batches of images."""


@dataclass(frozen=True)
class NumberGrid:
    """The values of a tensor as rows and columns."""

    rows: int
    columns: int
    values: tuple[float, ...]
    """All values, row by row."""
    note: str = ""
    """Remark that a tensor of three or more dimensions was folded; "" if it was not."""
    tile: tuple[int, int] | None = None
    """Rows and columns of each small image, as of a kernel, if the values are images."""
    inputs: int = 1
    """Number of them that belong side by side, as for one output of a convolution."""

    def at(self, row: int, column: int) -> float:
        return self.values[row * self.columns + column]


def to_grid(values: Sequence[float], shape: Sequence[int]) -> NumberGrid:
    """Return a tensor as a grid: its first dimension down, all others across.

    A tensor of at most one dimension is one row. Raises ValueError if `values` does not have as
    many values as the shape says.
    """
    if len(values) != math.prod(shape):
        raise ValueError(f"{len(values)} values do not fill the shape {tuple(shape)}")
    if len(shape) < 2:
        return NumberGrid(1, len(values), tuple(values))
    rows = shape[0]
    columns = math.prod(shape[1:])
    if len(shape) == 4 and shape[2] * shape[3] > 1 and max(shape[2:]) <= MAX_KERNEL:
        note = f"{rows * shape[1]} kernels of {shape[2]} × {shape[3]}"
        note += ", those of an output side by side" * (shape[1] > 1)
        return NumberGrid(rows, columns, tuple(values), note, (shape[2], shape[3]), shape[1])
    if columns == IMAGE_SIDE**2 and len(shape) == 2 and 1 < rows <= MAX_IMAGES:
        note = f"{rows} images of {IMAGE_SIDE} × {IMAGE_SIDE}"
        return NumberGrid(rows, columns, tuple(values), note, (IMAGE_SIDE, IMAGE_SIDE))
    note = "" if len(shape) == 2 else f"{tuple(shape)} shown as {rows} × {columns}"
    return NumberGrid(rows, columns, tuple(values), note)


def pooled(grid: NumberGrid, by: int) -> NumberGrid:
    """Return images in which each value is the mean of a square of `by` × `by` values."""
    down, across = grid.tile or (1, 1)
    small = down // by, across // by
    values = [
        math.fsum(
            grid.values[(image * down + by * row + y) * across + by * column + x]
            for y in range(by)
            for x in range(by)
        )
        / by**2
        for image in range(len(grid.values) // (down * across))
        for row in range(small[0])
        for column in range(small[1])
    ]
    note = f"{grid.note}, each cell the mean of {by} × {by} numbers"
    columns = grid.columns // by**2
    return NumberGrid(grid.rows, columns, tuple(values), note, small, grid.inputs)


def first_images(grid: NumberGrid, count: int) -> NumberGrid:
    """Return the first `count` of the images, one in each row of the grid."""
    values = grid.values[: count * grid.columns]
    return replace(grid, rows=count, values=values, note=f"the first {count} of {grid.note}")


def sample(count: int, max_count: int) -> range:
    """Choose every n-th of `count` indexes, at most `max_count`, from the first on."""
    return range(0, count, max(1, math.ceil(count / max(1, max_count))))


def sampled_note(noun: str, sampled: range) -> str:
    """Return "every 3rd row" for a sample of rows (`noun`), or "" for a complete one."""
    if sampled.step == 1:
        return ""
    ending = {2: "nd", 3: "rd"}.get(sampled.step % 10, "th")
    if sampled.step % 100 in (11, 12, 13):
        ending = "th"
    return f"every {sampled.step}{ending} {noun}"


def max_magnitude(values: Sequence[float]) -> float:
    return max((abs(value) for value in values if math.isfinite(value)), default=0.0)


def level(value: float, limit: float) -> int | None:
    """Return a value's level, -7 at -`limit` to 7 at `limit`; None for nan, inf."""
    if not math.isfinite(value):
        return None
    if limit == 0:
        return 0
    return max(-LEVELS, min(LEVELS, round(value / limit * LEVELS)))


def sign(level: int) -> str:
    """Return "+" or "-" for the outer third of the range, else a space."""
    if abs(level) * 3 <= LEVELS * 2:
        return " "
    return "+" if level > 0 else "-"


def format_signed(value: float) -> str:
    """Return a signed number in at most 8 characters: +0.125, -2.0e-07, 0, nan."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    if 0.001 <= abs(value) < 1000:
        return f"{value:+.3f}"
    text = f"{value:+.1e}"
    return text if len(text) <= 8 else f"{value:+.0e}"


@dataclass(frozen=True)
class NumberFormat:
    """A format of all values of a tensor with the same number of characters."""

    width: int
    """Characters of the longest value."""
    exponent: int = 0
    """Power of ten that each value was divided by; 0 if it was not."""
    decimals: int | None = None
    """Decimals of all values; None if each has as many as it needs."""

    def text(self, value: float) -> str:
        if self.decimals is None:
            return format_signed(value)
        if value == 0 or not math.isfinite(value):
            return "0" if value == 0 else str(value)
        return f"{value / 10**self.exponent:{'+' if self.decimals else ''}.{self.decimals}f}"


def number_formats(values: Sequence[float]) -> tuple[NumberFormat, ...]:
    finite = [value for value in values if math.isfinite(value)]
    limit = max_magnitude(finite)
    if limit < _MAX_WHOLE and all(value == int(value) for value in finite):
        return (_fitted(values, 0, 0),)
    exponent = 0 if 0.1 <= limit < 1000 else math.floor(math.log10(limit))
    exact = NumberFormat(max(len(format_signed(value)) for value in values))
    scaled = (_fitted(values, exponent, 3), _fitted(values, exponent, 2))
    return (exact, *scaled) if exponent == 0 else scaled


_MAX_WHOLE = 1_000_000
"""Largest whole number that is written without decimals."""


def _fitted(values: Sequence[float], exponent: int, decimals: int) -> NumberFormat:
    widest = NumberFormat(0, exponent, decimals)
    return NumberFormat(max(len(widest.text(value)) for value in values), exponent, decimals)
