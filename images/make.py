"""Draws every figure of the course as a PNG, from the data that the terminal draws from.

`python images/make.py` writes `images/<name>.png`, 1200 × 750 pixels. The app opens them where a
learner asks for the picture of a figure. Needs matplotlib (the extra `dev`).
"""

from __future__ import annotations

import argparse
from io import BytesIO
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Page
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import Bbox
from PIL import Image

from tutor.course.figures import FIGURES
from tutor.course.figures.parts import (
    Bars,
    Diagram,
    Figure,
    Formula,
    Ink,
    Neuron,
    Part,
    Plot,
    Table,
    signed,
)

HERE = Path(__file__).parent
SIZE = (12.0, 7.5)
MARGINS = (0.025, 0.085, 0.95, 0.815)
"""Left, bottom, width and height of what stands between title and caption."""
DOTS_PER_INCH = 100
PALETTE = 64
"""Colours of a PNG: enough for smooth edges, and a third of the bytes."""
COLOURS: dict[Ink, str] = {
    "plain": "#222222",
    "strong": "#000000",
    "dim": "#666666",
    "first": "#0B4F7D",
    "second": "#8A4A00",
}
LOW = 0.06
"""Share of a plot's height below which labels stand above their dots."""
EDGE = 0.04
"""Of a plot's height: room above and below its range."""
HEIGHTS = {Plot: 10.0, Bars: 6.0, Table: 12.0, Diagram: 4.0, Formula: 1.4, Neuron: 12.0}
"""Shares of the page that the kinds of parts get."""


def draw(figure: Figure, folder: Path) -> Path:
    """Writes the PNG of one figure and returns where it is."""
    page = Page(figsize=SIZE, dpi=DOTS_PER_INCH, layout=ConstrainedLayoutEngine(rect=MARGINS))
    page.suptitle(figure.title, y=0.96, fontsize=21, weight="bold")
    page.supxlabel(figure.caption, y=0.03, fontsize=14, color=COLOURS["dim"])
    grid = page.add_gridspec(
        len(figure.parts), 1, height_ratios=[HEIGHTS[type(part)] for part in figure.parts]
    )
    for row, part in enumerate(figure.parts):
        if isinstance(part, Bars) and part.source_name:
            left, right = page.add_subfigure(grid[row]).subplots(
                1, 2, width_ratios=(1, 2), sharey=True
            )
            _draw_sources(part, left)
            _draw_bars(part, right)
        else:
            _draw_part(part, page.add_subplot(grid[row]))
    target = folder / f"{figure.name}.png"
    drawn = BytesIO()
    page.savefig(drawn, format="png")
    Image.open(drawn).convert("RGB").quantize(PALETTE).save(target, optimize=True)
    return target


def _draw_part(part: Part, axes: Axes) -> None:
    match part:
        case Plot():
            _draw_plot(part, axes)
        case Bars():
            _draw_bars(part, axes)
        case Table():
            _draw_table(part, axes)
        case Neuron():
            _draw_neuron(part, axes)
        case Diagram():
            text = "\n".join("".join(span for span, _ in row).ljust(40) for row in part.rows)
            _draw_text(text, "plain", axes)
        case Formula():
            _draw_text(part.text, part.ink, axes)


def _draw_text(text: str, ink: Ink, axes: Axes) -> None:
    axes.axis("off")
    axes.text(
        0.5,
        0.5,
        text,
        ha="center",
        va="center",
        size=18,
        linespacing=1.15,
        color=COLOURS[ink],
        family=["DejaVu Sans Mono", "DejaVu Sans"],
        transform=axes.transAxes,
    )


def _draw_plot(plot: Plot, axes: Axes) -> None:
    left, right = plot.x_range
    xs = [left + (right - left) * step / 800 for step in range(801)]
    for shade in plot.shades:
        axes.axvspan(shade.low, shade.high, color=COLOURS[shade.ink], alpha=0.07, linewidth=0)
    for guide in plot.guides:
        if guide.x is not None:
            axes.axvline(guide.x, color=COLOURS["dim"], linestyle="--", linewidth=1)
        if guide.y is not None:
            axes.axhline(guide.y, color=COLOURS["dim"], linestyle="--", linewidth=1)
    for curve in plot.curves:
        axes.plot(xs, [curve.function(x) for x in xs], color=COLOURS[curve.ink], linewidth=3)
    for mark in plot.marks:
        axes.plot([mark.x], [mark.y], "o", color=COLOURS[mark.ink], markersize=10, zorder=3)
        low, high = plot.y_range
        is_low = mark.y < low + (high - low) * LOW
        axes.annotate(
            mark.label,
            (mark.x, mark.y),
            xytext=(10, 10 if is_low else -22),
            textcoords="offset points",
            size=16,
            weight="bold",
        )
    for label in plot.labels:
        axes.text(label.x, label.y, label.text, color=COLOURS[label.ink], size=17, va="center")
    low, high = plot.y_range
    room = (high - low) * EDGE
    axes.set(xlim=plot.x_range, xticks=plot.x_ticks, yticks=plot.y_ticks)
    axes.set_ylim(low - room, high + room)
    axes.set_xlabel(plot.x_name, size=15)
    axes.tick_params(labelsize=13)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_neuron(neuron: Neuron, axes: Axes) -> None:
    """Inputs at the left, an edge for each weight: wider for a larger one, dashed for a negative
    one."""
    count = len(neuron.inputs)
    middle = (count - 1) / 2
    widest = max(abs(weight) for weight in neuron.weights)
    for place, (x, weight) in enumerate(zip(neuron.inputs, neuron.weights, strict=True)):
        ink: Ink = "second" if weight > 0 else "first"
        axes.plot(
            [0, 4],
            [place, middle],
            color=COLOURS[ink],
            linewidth=1 + 7 * abs(weight) / widest,
            linestyle="-" if weight > 0 else (0, (3, 1)),
            alpha=0.75,
            zorder=1,
        )
        _draw_node(axes, 0, place, f"{x:g}", radius=28)
        height = place + (middle - place) * 0.22
        axes.text(
            0.88,
            height,
            f"w = {signed(weight, 2)}",
            size=13,
            ha="center",
            va="center",
            color=COLOURS[ink],
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )
    for left, right in ((4, 6.4), (6.4, 8.8)):
        axes.plot([left, right], [middle, middle], color=COLOURS["plain"], linewidth=2, zorder=1)
    _draw_node(axes, 4, middle, "Σ", radius=52)
    _draw_node(axes, 6.4, middle, "σ", radius=52)
    _say(axes, 4, middle + 1.5, f"bias {signed(neuron.bias, 2)}")
    _say(axes, 5.2, middle - 0.45, f"z = {signed(neuron.score, 2)}")
    _say(axes, 7.6, middle - 0.45, f"p = {neuron.probability:.4f}")
    answer = "p ≥ 0.5\nclass 1" if neuron.probability >= 0.5 else "p < 0.5\nclass 0"
    _say(axes, 9.0, middle, answer, where="left")
    axes.set(xlim=(-0.5, 10.2), ylim=(count - 0.4, -0.6))
    axes.axis("off")


def _draw_node(axes: Axes, x: float, y: float, text: str, *, radius: float) -> None:
    axes.plot(
        [x], [y], "o", markersize=radius, color="white", markeredgecolor=COLOURS["plain"], zorder=2
    )
    axes.text(x, y, text, size=radius * 0.5, ha="center", va="center_baseline", zorder=3)


def _say(
    axes: Axes, x: float, y: float, text: str, where: Literal["left", "center"] = "center"
) -> None:
    axes.text(x, y, text, size=16, weight="bold", ha=where, va="center")


def _draw_sources(bars: Bars, axes: Axes) -> None:
    """The numbers that the bars come from, as signed bars of their own."""
    sources = [bar.source or 0.0 for bar in bars.bars]
    drawn = axes.barh(range(len(sources)), sources, 0.6, color=COLOURS["dim"])
    axes.bar_label(drawn, [signed(source, 1) for source in sources], padding=4, size=14)
    axes.tick_params(axis="y", labelsize=14, length=0)
    axes.set_title(f"{bars.source_name}  →", size=16)
    axes.margins(x=0.3)
    axes.axvline(0, color=COLOURS["plain"], linewidth=1)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.set_xticks([])


def _draw_bars(bars: Bars, axes: Axes) -> None:
    places = range(len(bars.bars))
    colours = [COLOURS[bar.ink] for bar in bars.bars]
    drawn = axes.barh(places, [bar.value for bar in bars.bars], 0.6, color=colours)
    numbers = [f"{bar.value:.{bars.digits}f} {bar.remark}" for bar in bars.bars]
    axes.bar_label(drawn, numbers, padding=4, size=14)
    axes.set_yticks(places, [f"{bars.label_name} {bar.label}" for bar in bars.bars], size=13)
    title = f"{bars.value_name}, {bars.total}" if bars.total else bars.value_name
    axes.set_title(title, size=16)
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, bars.full * 1.2)
    axes.set_ylim(len(bars.bars) - 0.5, -0.5)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.set_xticks([])


def _draw_table(table: Table, axes: Axes) -> None:
    axes.axis("off")
    drawn = axes.table(
        cellText=[[cell.replace(", ", ",\n") for cell in row] for row in table.rows],
        colLabels=table.head,
        cellLoc="left",
        colLoc="left",
        colWidths=[0.16, 0.28, 0.28, 0.28],
        bbox=Bbox.unit(),
        edges="horizontal",
    )
    drawn.auto_set_font_size(False)
    for (row, column), cell in drawn.get_celld().items():
        cell.set_text_props(
            size=13, color=COLOURS[table.inks[column]], weight="normal" if row else "bold"
        )
        cell.set_edgecolor("#CCCCCC")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=HERE, help="folder for the pictures")
    folder: Path = parser.parse_args().into
    mpl.use("Agg")
    for figure in FIGURES.values():
        print(draw(figure, folder))


if __name__ == "__main__":
    main()
