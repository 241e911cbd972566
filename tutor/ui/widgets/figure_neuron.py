"""Draws one neuron: a row for each input, bars to both sides of 0, and what they add up to. For
`figure` only."""

from __future__ import annotations

from tutor.course.figures.parts import Neuron, signed
from tutor.ui.widgets.figure_canvas import Line, spelled
from tutor.ui.widgets.glyphs import GlyphName

NUMBERS = 19
"""Columns of the three numbers of a row."""
MAX_BAR = 16
EIGHTHS = "▏▎▍▌▋▊▉"
THRESHOLD = 0.5


def neuron_lines(neuron: Neuron, width: int, glyphs: GlyphName) -> tuple[Line, ...]:
    """The neuron in at most `width` ≥ 40 columns."""
    reach = min(MAX_BAR, (width - NUMBERS - 3) // 2)
    full = max(abs(product) for product in (*neuron.products, neuron.bias))
    rows = [
        (f"{x:>3g} {signed(w, 2):>6} {signed(product, 2):>6}", product)
        for x, w, product in zip(neuron.inputs, neuron.weights, neuron.products, strict=True)
    ]
    rows.append((f"{'bias':<10} {signed(neuron.bias, 2):>6}", neuron.bias))
    lines: list[Line] = [((spelled("  x      w  x · w", glyphs), "dim"),)]
    for number, (numbers, product) in enumerate(rows):
        bracket = "┐" if number == 0 else "┘" if number == len(rows) - 1 else "│"
        below, above = _bar(product / full, reach, glyphs)
        lines.append(
            (
                (f"{spelled(numbers, glyphs)}  ", "plain"),
                (below, "first"),
                (spelled("│", glyphs), "dim"),
                (above, "second"),
                (spelled(f" {bracket}", glyphs), "dim"),
            )
        )
    return (*lines, ((spelled(_sum(neuron), glyphs).rjust(NUMBERS + 2 * reach + 3), "strong"),))


def _sum(neuron: Neuron) -> str:
    answer = "class 1" if neuron.probability >= THRESHOLD else "class 0"
    score, probability = signed(neuron.score, 2), f"{neuron.probability:.4f}"
    return f"z = {score} ─σ─▶ p = {probability} ─▶ {answer}"


def _bar(share: float, reach: int, glyphs: GlyphName) -> tuple[str, str]:
    """What stands left and right of 0: light for negative, solid for positive numbers."""
    if share < 0:
        cells = max(1, round(-share * reach))
        return spelled("░" * cells, glyphs).rjust(reach), " " * reach
    eighths = max(1, round(share * reach * 8))
    whole, rest = divmod(eighths, 8)
    if glyphs == "ascii":
        return " " * reach, ("#" * max(1, round(share * reach))).ljust(reach)
    bar = "█" * whole + (EIGHTHS[rest - 1] if rest else "")
    return " " * reach, bar.ljust(reach)
