"""The drawing of a neuron: a row for each input, bars to both sides of 0, and their sum.

It belongs to `figure_parts`, which draws the other parts of a figure.
"""

from __future__ import annotations

from tutor.course.figures.parts import Neuron, signed
from tutor.first_screen.glyphs import GlyphName
from tutor.ui.charts.figure_canvas import Line, spell

NUMBERS_WIDTH = 19
"""Columns of the three numbers of a row."""
MAX_BAR = 16
"""Columns of the longest bar on either side of 0."""
EIGHTHS = "▏▎▍▌▋▊▉"
"""Bars of one to seven eighths of a cell."""
THRESHOLD = 0.5
"""The probability from which on the neuron answers class 1."""


def neuron_lines(neuron: Neuron, width: int, glyphs: GlyphName) -> tuple[Line, ...]:
    """Return the drawing of a neuron in at most `width` columns, which must be 40 or more."""
    max_bar = min(MAX_BAR, (width - NUMBERS_WIDTH - 3) // 2)
    largest = max(abs(product) for product in (*neuron.products, neuron.bias))
    rows = [
        (f"{x:>3g} {signed(w, 2):>6} {signed(product, 2):>6}", product)
        for x, w, product in zip(neuron.inputs, neuron.weights, neuron.products, strict=True)
    ]
    rows.append((f"{'bias':<10} {signed(neuron.bias, 2):>6}", neuron.bias))
    lines: list[Line] = [((spell("  x      w  x · w", glyphs), "dim"),)]
    for index, (numbers, product) in enumerate(rows):
        bracket = "┐" if index == 0 else "┘" if index == len(rows) - 1 else "│"
        negative, positive = _bar(product / largest, max_bar, glyphs)
        lines.append(
            (
                (f"{spell(numbers, glyphs)}  ", "plain"),
                (negative, "first"),
                (spell("│", glyphs), "dim"),
                (positive, "second"),
                (spell(f" {bracket}", glyphs), "dim"),
            )
        )
    return (
        *lines,
        ((spell(_sum_text(neuron), glyphs).rjust(NUMBERS_WIDTH + 2 * max_bar + 3), "strong"),),
    )


def _sum_text(neuron: Neuron) -> str:
    answer = "class 1" if neuron.probability >= THRESHOLD else "class 0"
    score, probability = signed(neuron.score, 2), f"{neuron.probability:.4f}"
    return f"z = {score} ─σ─▶ p = {probability} ─▶ {answer}"


def _bar(fraction: float, max_bar: int, glyphs: GlyphName) -> tuple[str, str]:
    """Return the fields left and right of 0, of which one holds a bar.

    `fraction` of `max_bar` columns, from -1 to 1, is the length of the bar. A bar for a negative
    number is to the left and light, any other to the right and solid.
    """
    if fraction < 0:
        cells = max(1, round(-fraction * max_bar))
        return spell("░" * cells, glyphs).rjust(max_bar), " " * max_bar
    eighths = max(1, round(fraction * max_bar * 8))
    whole, rest = divmod(eighths, 8)
    if glyphs == "ascii":
        return " " * max_bar, ("#" * max(1, round(fraction * max_bar))).ljust(max_bar)
    bar = "█" * whole + (EIGHTHS[rest - 1] if rest else "")
    return " " * max_bar, bar.ljust(max_bar)
