"""The drawing of a figure as lines of text with inks, for `FigureView`.

Every part fits into 40 columns. Inks only repeat the meaning of shapes, places and words, so a
drawing without colours loses nothing. This module knows no Textual: `FigureView` turns inks into
styles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from textwrap import wrap

from tutor.course.figures.parts import (
    Bar,
    Bars,
    Diagram,
    Figure,
    Formula,
    Ink,
    Neuron,
    Part,
    Plot,
    Span,
    Table,
    signed,
)
from tutor.first_screen.glyphs import GlyphName
from tutor.ui.charts.figure_plot import Line, plot_lines, spell

MIN_WIDTH = 40
"""Minimum columns of a drawing; narrower figures show their description."""

MAX_TABLE_WIDTH = 78
MIN_TABLE_WIDTH = 64
"""Minimum columns for the columns of a table side by side."""

MAX_BARS_WIDTH = 60

GAP = 2
"""Empty columns at the right of each column of a table."""

MIN_EXPONENTIAL = 1e4
"""Minimum value of a bar that is written with an exponent."""

EIGHTHS = " ▏▎▍▌▋▊▉"
"""Bars of zero to seven eighths of a cell."""

NUMBERS_WIDTH = 19
"""Columns of the three numbers of a neuron's row."""
MAX_NEURON_BAR = 16
"""Maximum columns of a bar on either side of 0."""
THRESHOLD = 0.5
"""Minimum probability at which the neuron answers class 1."""


@dataclass(frozen=True)
class Spacing:
    """The blank rows of a figure; fewer if there is little room."""

    between_parts: bool = True
    """True for a blank row between two parts."""
    between_bars: bool = True
    """True for a blank row between bars; otherwise bars are half a row high, so that none touch."""
    fewer_rows: int = 0
    """Number of rows that a plot loses."""


USUAL = Spacing()
TIGHTER = (Spacing(between_parts=False), Spacing(between_parts=False, between_bars=False))


def figure_lines(
    figure: Figure,
    width: int,
    glyphs: GlyphName,
    value: float | None = None,
    *,
    rows: int = 0,
    control: tuple[Line, ...] = (),
) -> tuple[Line, ...]:
    """Return title, parts and caption of a figure, no line wider than `width`.

    `value` is the slider's number, None without a slider; `control` are the lines about it, which
    are below the plot that it moves. The figure is compressed to fit into `rows`, if possible; 0
    allows as many as it needs. A drawing in ASCII is followed by its description. With fewer than
    `MIN_WIDTH` columns there are only title and description.
    """
    if width < MIN_WIDTH:
        return (
            *text_lines(figure.title, width, "strong", glyphs),
            *description_lines(figure, width, glyphs),
        )
    parts = figure.parts if value is None else figure.at(value)
    draw = partial(_spaced_lines, figure, parts, width, glyphs, control)
    lines = draw(USUAL)
    for tighter in TIGHTER:
        if 0 < rows < len(lines):
            lines = draw(tighter)
    if 0 < rows < len(lines):
        lines = draw(replace(TIGHTER[-1], fewer_rows=len(lines) - rows))
    return lines


def _spaced_lines(
    figure: Figure,
    parts: tuple[Part, ...],
    width: int,
    glyphs: GlyphName,
    control: tuple[Line, ...],
    spacing: Spacing,
) -> tuple[Line, ...]:
    text_width = min(width, MAX_TABLE_WIDTH)
    blocks = [text_lines(figure.title, text_width, "strong", glyphs)]
    for part in parts:
        blocks.append(part_lines(part, width, glyphs, spacing))
        if isinstance(part, Plot) and control:
            blocks.append(control)
    if glyphs == "ascii":
        blocks.append(description_lines(figure, text_width, glyphs))
    blocks.append(text_lines(figure.caption, text_width, "dim", glyphs))
    lines = list(blocks[0])
    for block in blocks[1:]:
        lines += [()] if spacing.between_parts else []
        lines += block
    return tuple(lines)


def description_lines(figure: Figure, width: int, glyphs: GlyphName) -> tuple[Line, ...]:
    return text_lines(figure.alt, width, "plain", glyphs)


def part_lines(
    part: Part, width: int, glyphs: GlyphName, spacing: Spacing = USUAL
) -> tuple[Line, ...]:
    """Return a part, drawn in at most `width` columns, which must be at least 40."""
    match part:
        case Plot():
            return plot_lines(part, width, glyphs, spacing.fewer_rows)
        case Bars():
            return _bars(part, min(width, MAX_BARS_WIDTH), glyphs, spaced=spacing.between_bars)
        case Table():
            return _table(part, min(width, MAX_TABLE_WIDTH), glyphs)
        case Neuron():
            return _neuron(part, width, glyphs)
        case Diagram():
            return tuple(_spell_line(row, glyphs) for row in part.rows)
        case Formula():
            return text_lines(part.text, width, part.ink, glyphs, indent=9)


def text_lines(
    text: str, width: int, ink: Ink, glyphs: GlyphName, indent: int = 0
) -> tuple[Line, ...]:
    """Return the wrapped text, with later lines indented by at most `indent`."""
    rows = wrap(spell(text, glyphs), max(1, width), subsequent_indent=" " * min(indent, width // 3))
    return tuple(((row, ink),) for row in rows)


def _spell_line(row: tuple[Span, ...], glyphs: GlyphName) -> Line:
    return tuple((spell(text, glyphs), ink) for text, ink in row)


def _bars(bars: Bars, width: int, glyphs: GlyphName, *, spaced: bool) -> tuple[Line, ...]:
    names = [bars.label_name, bars.source_name, bars.value_name]
    label_name, source_name, value_name = (spell(name, glyphs) for name in names)
    label_width = max(len(label_name), *(len(spell(bar.label, glyphs)) for bar in bars.bars))
    source_width = max(len(source_name), *(len(_source(bar)) for bar in bars.bars))
    value_width = max(len(value_name), *(len(_value(bar, bars.digits)) for bar in bars.bars))
    remark_width = max(len(bar.remark) for bar in bars.bars)
    bar_width = width - label_width - source_width - value_width - remark_width - 5
    heading = f"{label_name:<{label_width}} {source_name:>{source_width}}  {'':{bar_width}} "
    lines: list[Line] = [((heading + f"{value_name:>{value_width}}", "dim"),)]
    for number, bar in enumerate(bars.bars):
        lines += [()] if number and spaced else []
        drawn = _bar(bar.value / bars.full, bar_width, glyphs, is_low=not spaced)
        label, source = spell(bar.label, glyphs), spell(_source(bar), glyphs)
        lines.append(
            (
                (f"{label:<{label_width}} {source:>{source_width}}  ", "plain"),
                (f"{drawn:<{bar_width}}", bar.ink),
                (f" {_value(bar, bars.digits):>{value_width}}", "plain"),
                *(((f" {bar.remark}", "strong"),) if bar.remark else ()),
            )
        )
    if bars.total:
        total = spell(bars.total, glyphs)
        lines += [()] if spaced else []
        lines += [((f"{total:>{width - remark_width - 1}}", "plain"),)]
    return tuple(lines)


def _value(bar: Bar, digits: int) -> str:
    return f"{bar.value:.{digits}f}" if bar.value < MIN_EXPONENTIAL else f"{bar.value:.1e}"


def _source(bar: Bar) -> str:
    return "" if bar.source is None else f"{bar.source:.1f}".replace("-", "−")


def _bar(fraction: float, width: int, glyphs: GlyphName, *, is_low: bool = False) -> str:
    """Return a bar over `fraction` of `width`, at least the thinnest above 0."""
    least = int(fraction > 0)
    if glyphs == "ascii":
        return "#" * max(round(fraction * width), least)
    if is_low:
        return "▄" * max(round(fraction * width), least)
    whole, rest = divmod(max(round(fraction * width * 8), least), 8)
    return "█" * whole + (EIGHTHS[rest] if rest else "")


def _neuron(neuron: Neuron, width: int, glyphs: GlyphName) -> tuple[Line, ...]:
    """Return a row for each input with bars to both sides of 0, and their sum.

    A bar for a negative number is to the left and light, any other to the right and solid.
    """
    max_bar = min(MAX_NEURON_BAR, (width - NUMBERS_WIDTH - 3) // 2)
    largest = max(abs(product) for product in (*neuron.products, neuron.bias))
    rows = [
        (f"{x:>3g} {signed(w, 2):>6} {signed(product, 2):>6}", product / largest)
        for x, w, product in zip(neuron.inputs, neuron.weights, neuron.products, strict=True)
    ]
    rows.append((f"{'bias':<10} {signed(neuron.bias, 2):>6}", neuron.bias / largest))
    lines: list[Line] = [((spell("  x      w  x · w", glyphs), "dim"),)]
    for index, (numbers, fraction) in enumerate(rows):
        bracket = "┐" if index == 0 else "┘" if index == len(rows) - 1 else "│"
        light = max(1, round(-fraction * max_bar)) if fraction < 0 else 0
        # 0 has the thinnest bar too: a row without one would look cut off
        solid = "" if light else _bar(max(fraction, 1e-9), max_bar, glyphs)
        lines.append(
            (
                (f"{spell(numbers, glyphs)}  ", "plain"),
                (spell("░" * light, glyphs).rjust(max_bar), "first"),
                (spell("│", glyphs), "dim"),
                (solid.ljust(max_bar), "second"),
                (spell(f" {bracket}", glyphs), "dim"),
            )
        )
    answer = "class 1" if neuron.probability >= THRESHOLD else "class 0"
    total = f"z = {signed(neuron.score, 2)} ─σ─▶ p = {neuron.probability:.4f} ─▶ {answer}"
    total = spell(total, glyphs).rjust(NUMBERS_WIDTH + 2 * max_bar + 3)
    return (*lines, ((total, "strong"),))


def _table(table: Table, width: int, glyphs: GlyphName) -> tuple[Line, ...]:
    if width < MIN_TABLE_WIDTH:
        return _stacked_table(table, width, glyphs)
    names_width = max(len(row[0]) for row in (table.head, *table.rows))
    others = len(table.head) - 1
    widths = (names_width + GAP, *[(width - names_width - GAP) // others] * others)
    heads: tuple[Ink, ...] = tuple("strong" if ink == "plain" else ink for ink in table.inks)
    rule = spell("─" * sum(widths), glyphs)
    lines = [*_table_row(table.head, widths, heads, glyphs), ((rule, "dim"),)]
    for row in table.rows:
        lines += _table_row(row, widths, table.inks, glyphs)
    return tuple(lines)


def _table_row(
    cells: tuple[str, ...], widths: tuple[int, ...], inks: tuple[Ink, ...], glyphs: GlyphName
) -> list[Line]:
    wrapped = [
        wrap(spell(cell, glyphs), width - GAP) for cell, width in zip(cells, widths, strict=True)
    ]
    lines: list[Line] = []
    for at in range(max(len(rows) for rows in wrapped)):
        texts = [rows[at] if at < len(rows) else "" for rows in wrapped]
        lines.append(
            tuple(
                (f"{text:<{width}}", ink)
                for text, width, ink in zip(texts, widths, inks, strict=True)
            )
        )
    return lines


def _stacked_table(table: Table, width: int, glyphs: GlyphName) -> tuple[Line, ...]:
    """Return a block for each column: its head, and its cells beside the row names."""
    names_width = max(len(row[0]) for row in table.rows)
    lines: list[Line] = []
    for column in range(1, len(table.head)):
        lines += [()] if column > 1 else []
        ink = table.inks[column]
        lines.append(((spell(f"{table.head[0]}: {table.head[column]}", glyphs), ink),))
        for row in table.rows:
            lines += _table_row(
                (f"  {row[0]}", row[column]),
                (2 + names_width + GAP, width - 2 - names_width - GAP),
                ("dim", "plain"),
                glyphs,
            )
    return tuple(lines)
