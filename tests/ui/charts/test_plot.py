"""A plot is drawn within its place, whatever is in it, and told apart without colours."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tutor.first_screen.glyphs import GLYPHS, GlyphName
from tutor.ui.charts.plot import PlotView, plot_rows
from tutor.wire.plotted import Axes, Image, Series, SeriesKind

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
TEXTS = st.text(max_size=30)
NAMES: list[GlyphName] = ["unicode", "ascii"]
KINDS: list[SeriesKind] = ["line", "points", "bars", "rows"]


@st.composite
def series(draw: st.DrawFn) -> Series:
    kind: SeriesKind = draw(st.sampled_from(KINDS))
    count = draw(st.integers(0, 8))
    numbers = st.lists(NUMBERS, min_size=count, max_size=count).map(tuple)
    names = draw(st.lists(TEXTS, max_size=count).map(tuple))
    return Series(kind, draw(numbers), draw(numbers), draw(TEXTS), names, count)


AXES = st.builds(
    Axes,
    title=TEXTS,
    x_name=TEXTS,
    y_name=TEXTS,
    x_range=st.tuples(NUMBERS, NUMBERS),
    y_range=st.tuples(NUMBERS, NUMBERS),
    x_log=st.booleans(),
    y_log=st.booleans(),
    series=st.lists(series(), max_size=3).map(tuple),
)


def drawn(
    axes: Axes, width: int = 40, height: int = 12, glyphs: GlyphName = "unicode"
) -> list[str]:
    rows = plot_rows(axes, width, height, GLYPHS[glyphs])
    return ["".join(text for text, _ in row).rstrip() for row in rows]


@given(AXES, st.integers(1, 100), st.integers(1, 40), st.sampled_from(NAMES))
def test_it_never_leaves_its_place(axes: Axes, width: int, height: int, glyphs: GlyphName) -> None:
    rows = plot_rows(axes, width, height, GLYPHS[glyphs])
    assert len(rows) <= height
    for row in rows:
        text = "".join(text for text, _ in row)
        assert cell_len(text) <= width
        assert "\n" not in text
        assert "\x1b" not in text


NARROW_RANGES = [(0.0, 5e-324), (3.5, 3.5 + 1e-15), (1e300, 1e300), (-1e300, -1e300), (0.0, 0.0)]


@pytest.mark.parametrize("ends", NARROW_RANGES, ids=str)
@pytest.mark.parametrize("log", [False, True])
def test_a_range_without_room_for_numbers_is_made_wider(
    ends: tuple[float, float], log: bool
) -> None:
    line = Series("line", ends, ends, count=2)
    for given_range in (ends, (math.nan, math.nan)):
        axes = Axes(x_range=given_range, y_range=given_range, x_log=log, y_log=log, series=(line,))
        assert len(drawn(axes)) == 12


def test_a_line_has_title_scales_and_names() -> None:
    axes = Axes("Fall", "epoch", "loss", (0, 10), (0, 2), series=(Series("line", (0, 10), (2, 0)),))
    rows = drawn(axes)
    assert rows[:2] == ["Fall", "loss"]
    assert rows[2].startswith("2 ┤⠉")
    assert rows[-2].endswith("─ epoch")
    assert rows[-1].split() == ["0", "5", "10"]


def test_lines_are_told_apart_by_letters() -> None:
    lines = (
        Series("line", (0, 9), (1, 1), "train"),
        Series("line", (0, 9), (0, 0), "val"),
    )
    rows = drawn(Axes(x_range=(0, 10), y_range=(0, 1), series=lines), glyphs="ascii")
    assert rows[0] == "a train  b val"
    assert rows[1].endswith("*a")
    assert any(row.endswith("b") for row in rows[2:])
    assert all(row.isascii() for row in rows)


def test_points_are_told_apart_by_their_characters() -> None:
    clouds = (Series("points", (1,), (1,), "one"), Series("points", (3,), (3,), "two"))
    rows = drawn(Axes(x_range=(0, 4), y_range=(0, 4), series=clouds))
    assert rows[0] == "o one  x two"
    assert sum(row.count("x") for row in rows[1:]) == 1
    assert sum(row.count("o") for row in rows[1:]) == 1


def test_bars_stand_on_zero_and_have_their_names() -> None:
    bars = Series("bars", (0, 1), (2, -1), names=("cat", "dog"))
    rows = drawn(Axes(x_range=(-0.5, 1.5), y_range=(-1, 2), series=(bars,)), glyphs="ascii")
    assert rows[-1].split() == ["cat", "dog"]
    zero = next(number for number, row in enumerate(rows) if row.lstrip().startswith("0 "))
    assert "#" in rows[0]
    assert rows[zero].count("#") > rows[0].count("#")
    assert "#" in rows[zero + 1]


def test_neighbouring_bars_of_a_histogram_have_no_gaps() -> None:
    bars = Series("bars", tuple(range(20)), (1.0,) * 20)
    rows = drawn(Axes(x_range=(-0.5, 19.5), y_range=(0, 1), series=(bars,)))
    assert "█" * 30 in rows[2]


def test_lying_bars_are_rows_with_their_numbers() -> None:
    bars = Series("rows", (0, 1), (1, 4), names=("a", "long name"))
    rows = drawn(Axes(series=(bars,)))
    assert rows[0].startswith("long name ██")
    assert rows[0].endswith(" 4")
    assert rows[1].split()[0] == "a"


def test_a_gap_in_a_line_stays_one() -> None:
    line = Series("line", (0, 1, 2, 3, 4), (1, 1, math.nan, 1, 1))
    rows = drawn(Axes(x_range=(0, 4), y_range=(0, 2), series=(line,)), glyphs="ascii")
    assert max("* " in row.split("|")[-1].strip("|+") for row in rows)
    assert any("*   " in row and row.endswith("*") for row in rows)


def test_what_lies_outside_the_scales_is_cut_off() -> None:
    line = Series("line", (0, 4), (-1e6, 1e6))
    rows = drawn(Axes(x_range=(0, 4), y_range=(-1, 1), series=(line,)), glyphs="ascii")
    assert sum(row.count("*") for row in rows) == 10


def test_an_image_alone_is_no_matter_of_scales() -> None:
    assert drawn(Axes(title="Digit", image=Image(1, 1, (0.5,))), height=1) == ["Digit"]


@pytest.mark.parametrize(("height", "told"), [(29, True), (12, False), (9, False)])
def test_a_high_plot_has_room_for_long_words(height: int, told: bool) -> None:
    view = PlotView()
    view.axes = (Axes(series=(Series("line", (0, 4), (0, 1)),)),)
    view.words = (" ".join(["Line: 2 points, from 0 to 1."] * 6) + " All of it.",)
    rows = ["".join(text for text, _ in row) for row in view.draw_picture(46, height)]
    assert len(rows) == height
    assert ("All of it." in " ".join(rows)) is told
