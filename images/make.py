"""Draws every figure of the course as a PNG, from the data that the terminal draws from.

`python images/make.py` writes `images/<name>.png`, 1200 × 750 pixels. For the README and for
readers without a terminal; needs matplotlib (the extra `dev`).
"""

from __future__ import annotations

import argparse
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Page
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import Bbox
from PIL import Image

from tutor.course.figures import FIGURES, Bars, Diagram, Figure, Formula, Ink, Part, Plot, Table

HERE = Path(__file__).parent
SIZE = (12.0, 7.5)
MARGINS = (0.02, 0.02, 0.96, 0.96)
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
HEIGHTS = {Plot: 10.0, Bars: 6.0, Table: 12.0, Diagram: 4.0, Formula: 1.4}
"""Shares of the page that the kinds of parts get."""


def draw(figure: Figure, folder: Path) -> Path:
    """Writes the PNG of one figure and returns where it is."""
    page = Page(figsize=SIZE, dpi=DOTS_PER_INCH, layout=ConstrainedLayoutEngine(rect=MARGINS))
    page.suptitle(figure.title, fontsize=20, weight="bold")
    page.supxlabel(figure.caption, fontsize=13, color=COLOURS["dim"])
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
        size=17,
        color=COLOURS[ink],
        family=["DejaVu Sans Mono", "DejaVu Sans"],
        transform=axes.transAxes,
    )


def _draw_plot(plot: Plot, axes: Axes) -> None:
    low, high = plot.x_range
    xs = [low + (high - low) * step / 400 for step in range(401)]
    for guide in plot.guides:
        if guide.x is not None:
            axes.axvline(guide.x, color=COLOURS["dim"], linestyle="--", linewidth=1)
        if guide.y is not None:
            axes.axhline(guide.y, color=COLOURS["dim"], linestyle="--", linewidth=1)
    for curve in plot.curves:
        axes.plot(xs, [curve.function(x) for x in xs], color=COLOURS[curve.ink], linewidth=3)
    for mark in plot.marks:
        axes.plot([mark.x], [mark.y], "o", color=COLOURS[mark.ink], markersize=10, zorder=3)
        axes.annotate(
            mark.label,
            (mark.x, mark.y),
            xytext=(10, -22),
            textcoords="offset points",
            size=15,
            weight="bold",
        )
    for label in plot.labels:
        axes.text(label.x, label.y, label.text, color=COLOURS[label.ink], size=15, va="center")
    axes.set(xlim=plot.x_range, xticks=plot.x_ticks, yticks=plot.y_ticks)
    axes.set_xlabel(plot.x_name, size=15)
    axes.tick_params(labelsize=13)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_sources(bars: Bars, axes: Axes) -> None:
    """The numbers that the bars come from, as signed bars of their own."""
    sources = [bar.source or 0.0 for bar in bars.bars]
    drawn = axes.barh(range(len(sources)), sources, 0.6, color=COLOURS["dim"])
    axes.bar_label(drawn, [f"{source:.1f}" for source in sources], padding=4, size=13)
    axes.set_title(f"{bars.source_name}  →", size=15)
    axes.margins(x=0.2)
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
    axes.set_title(f"{bars.value_name}   {bars.total}".strip(), size=15)
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
