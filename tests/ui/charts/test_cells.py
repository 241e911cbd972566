"""Each kind of chart, cell by cell, in every kind of terminal.

To draw one anew, delete its file in `cells` and run this test twice. Look at what changed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from string import ascii_letters, digits, punctuation

import pytest
from rich.style import Style
from textual.widget import Widget

from tests.support.maps import curve, sectors, two_classes
from tests.ui.widgets.hosting import Cell, hosted, styled_rows
from tutor.ui.charts.curve import Beside, LossChart
from tutor.ui.charts.figure import FigureView
from tutor.ui.charts.heat import HeatMap
from tutor.ui.charts.histogram import Histogram
from tutor.ui.charts.map import MapPicture, Own
from tutor.ui.charts.plot import PlotView
from tutor.ui.marks import ASCII, UNICODE, Marks
from tutor.wire.plotted import Axes, Image, Series

CELLS = Path(__file__).parent / "cells"
SIGNS = ascii_letters + digits + punctuation
NAMES = ("sigmoid_function", "softmax_function", "sigmoid_and_softmax", "binary_classifier_8_1")
POINTS = [(-0.5, 0.5, 0, 0), (0.5, 0.5, 1, 1), (0.5, -0.5, 0, 1)]


def random_walk(count: int, seed: int) -> list[float]:
    source = random.Random(seed)
    return [3 * math.exp(-n / count) + source.gauss(0, 0.1) for n in range(count)]


def curves(marks: Marks) -> Iterator[Widget]:
    whole = LossChart(marks=marks)
    broken = [1.0, math.nan, 0.25, 0.01]
    beside = Beside(others=([2.0, 0.5],), broken=2, notes=("broken",))
    whole.show_losses(broken, cursor=1, beside=beside)
    yield whole
    smooth = LossChart(marks=marks)
    smooth.log_y = True
    beside = Beside(
        others=(random_walk(100, 2),),
        before=random_walk(80, 3),
        checks=[(n, 2.0 - n / 100) for n in range(10, 100, 10)],
        borders=range(10, 100, 10),
    )
    smooth.show_losses(random_walk(100, 1), cursor=60, beside=beside)
    yield smooth


def heat_maps(marks: Marks) -> Iterator[Widget]:
    source = random.Random(0)
    values = [source.gauss(0, 0.25) for _ in range(24 * 30)]
    for shape, numeric in (((24, 30), None), ((3, 4), None), ((9,), False)):
        heat_map = HeatMap(marks=marks)
        heat_map.numeric = numeric
        some = [math.nan, *values[1 : math.prod(shape)]]
        heat_map.show_values(some, shape, [("gradient", "of the loss", values[: len(some)])])
        yield heat_map


def maps(marks: Marks) -> Iterator[Widget]:
    own = Own((0.4, 0.4), ((0.1, 0.9), (0.8, 0.2)))
    for shown in (
        two_classes(lambda x, _y: min(1.0, max(0.0, 0.5 + x)), POINTS),
        sectors(5, POINTS),
        curve(lambda x: math.sin(4 * x), POINTS),
    ):
        picture = MapPicture(marks=marks)
        picture.show_map(shown, own, "")
        yield picture


def plots(marks: Marks) -> Iterator[Widget]:
    places = tuple(float(n) for n in range(12))
    lines = tuple(
        Series("line", places, tuple(math.sin(n / 3 + k) for n in places), f"line {k}")
        for k in range(2)
    )
    points = Series("points", places, tuple(math.cos(n) for n in places))
    bars = Series("bars", places[:4], (3.0, 1.0, 2.0, 2.5), names=("ash", "beech", "elm", "oak"))
    lying = Series("rows", places[:3], (3.0, -1.0, 2.0), names=("ash", "beech", "elm"))
    image = Image(4, 6, tuple(float(n) for n in range(24)))
    for axes in (
        Axes("Lines", "x", "y", (0, 11), (-1.5, 1.5), series=(*lines, points)),
        Axes("Bars", series=(bars,), x_range=(-0.5, 3.5), y_range=(0, 4)),
        Axes("Lying bars", series=(lying,)),
        Axes("Powers", series=(lines[0],), x_range=(0, 11), y_range=(0.01, 10), y_log=True),
        Axes("Image", image=image),
    ):
        view = PlotView(marks=marks)
        view.show_plots([axes], ["What is drawn, in words."])
        yield view


def figures(marks: Marks) -> Iterator[Widget]:
    for name in NAMES:
        yield FigureView(name, glyphs=marks.glyphs)


def histograms(marks: Marks) -> Iterator[Widget]:
    histogram = Histogram(marks=marks)
    histogram.show_values(random_walk(100, 1), (50, 2))
    yield histogram


KINDS: dict[str, Callable[[Marks], Iterator[Widget]]] = {
    "curves": curves,
    "heat_maps": heat_maps,
    "maps": maps,
    "plots": plots,
    "figures": figures,
    "histograms": histograms,
}


def named(style: Style, *, is_blank: bool, has_colours: bool) -> str:
    """What can be seen of a style; in a blank cell that is its background."""
    seen = [style.bgcolor.name] if style.bgcolor and has_colours else []
    if not is_blank:
        seen += [style.color.name] if style.color and has_colours else []
        seen += [name for name in ("bold", "italic") if getattr(style, name)]
    return " ".join(seen + ["reverse"] * bool(style.reverse))


def written(rows: list[list[Cell]], *, has_colours: bool) -> str:
    """The text of rows, and below it a sign for the style of each cell, with a legend."""
    signs: dict[str, str] = {}
    texts, styles = [], []
    for row in rows:
        texts.append("".join(text for text, _ in row).rstrip())
        names = [named(s, is_blank=text == " ", has_colours=has_colours) for text, s in row]
        styles.append("".join(signs.setdefault(name, SIGNS[len(signs)]) for name in names))
    legend = [f"{sign}: {name}" for name, sign in signs.items()]
    return "\n".join([*texts, *styles, *legend, ""])


@pytest.mark.parametrize(
    ("kind", "terminal"),
    [
        *product(KINDS, ("colours", "ascii", "no-colours")),
        ("heat_maps", "256-colours"),
        ("maps", "256-colours"),
    ],
)
async def test_it_looks_as_before(
    kind: str, terminal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    colours = "256" if terminal == "256-colours" else "truecolor"
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", colours)
    if terminal == "no-colours":
        monkeypatch.setenv("NO_COLOR", "1")
    drawn = []
    for widget in KINDS[kind](ASCII if terminal == "ascii" else UNICODE):
        async with hosted(widget, (50, 15)):
            drawn.append(written(styled_rows(widget), has_colours=terminal != "no-colours"))
    before = CELLS / f"{kind}-{terminal}.txt"
    if not before.exists():
        before.write_text("\n".join(drawn))
        pytest.fail(f"{before} was not there.")
    assert "\n".join(drawn) == before.read_text()
