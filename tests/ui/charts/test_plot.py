"""A plot is drawn within its place, whatever is in it, and told apart without colours."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from rich.style import Style

from tutor.first_screen.glyphs import GLYPHS, GlyphName
from tutor.ui.charts.picture import Piece
from tutor.ui.charts.plot import PlotView
from tutor.ui.charts.plot_axes import PlotPainter
from tutor.ui.charts.shades import MANY, Shades
from tutor.wire.plotted import Axes, Image, PlacedText, Series, SeriesKind

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
TEXTS = st.text(max_size=30)
NAMES: list[GlyphName] = ["unicode", "ascii"]
KINDS: list[SeriesKind] = ["line", "points", "bars", "rows", "outline"]
WORDS = st.lists(st.builds(PlacedText, NUMBERS, NUMBERS, TEXTS), max_size=3).map(tuple)
PLACES = st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
IMAGES = st.builds(
    Image,
    st.just(2),
    st.just(3),
    st.lists(NUMBERS, min_size=5, max_size=6).map(tuple),
    colours=st.sampled_from([(), (0, 0xFF, 0xFF00, 0xFF0000, 0xFFFFFF, 7)]),
    extent=st.none() | PLACES,
)


@st.composite
def series(draw: st.DrawFn) -> Series:
    kind: SeriesKind = draw(st.sampled_from(KINDS))
    count = draw(st.integers(0, 8))
    numbers = st.lists(NUMBERS, min_size=count, max_size=count).map(tuple)
    names = draw(st.lists(TEXTS, max_size=count).map(tuple))
    colours = draw(st.sampled_from([(), (0xFF0000, 0x00FF00, 0x0000FF)]))
    return Series(kind, draw(numbers), draw(numbers), draw(TEXTS), names, count, colours)


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
    image=st.none() | IMAGES,
    texts=WORDS,
    x_ticks=WORDS,
    y_ticks=WORDS,
    is_bare=st.booleans(),
    is_square=st.booleans(),
    y_down=st.booleans(),
)


def drawn(
    axes: Axes, width: int = 40, height: int = 12, glyphs: GlyphName = "unicode"
) -> list[str]:
    rows = PlotPainter(GLYPHS[glyphs]).rows(axes, width, height)
    return ["".join(text for text, _ in row).rstrip() for row in rows]


@given(
    AXES,
    st.integers(1, 100),
    st.integers(1, 40),
    st.sampled_from(NAMES),
    st.sampled_from([None, MANY]),
)
@example(Axes(image=Image(1, 2, (-1e308, 1e308))), 40, 12, "unicode", MANY)
def test_it_never_leaves_its_place(
    axes: Axes, width: int, height: int, glyphs: GlyphName, shades: Shades | None
) -> None:
    rows = PlotPainter(GLYPHS[glyphs], shades).rows(axes, width, height)
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


def styled(axes: Axes, width: int, height: int) -> list[list[Piece]]:
    return PlotPainter(GLYPHS["unicode"], MANY).rows(axes, width, height)


def test_an_image_has_its_own_colours() -> None:
    image = Image(2, 2, (0, 1, 2, 3), (2, 2), (0xFF0000, 0x00FF00, 0xFF, 0xFFFFFF), (0, 2, 0, 2))
    axes = Axes(x_range=(0, 2), y_range=(0, 2), image=image, is_bare=True, is_square=True)
    (row,) = styled(axes, 40, 1)
    assert [
        (text, style.color and style.color.name, style.bgcolor and style.bgcolor.name)
        for text, style in row
        if isinstance(style, Style)
    ] == [
        ("▀", "#ff0000", "#0000ff"),
        ("▀", "#00ff00", "#ffffff"),
    ]


def test_without_colours_an_image_is_a_ramp_of_characters() -> None:
    image = Image(1, 3, (0, 0.5, 1), extent=(0, 3, 0, 1))
    axes = Axes(x_range=(0, 3), y_range=(0, 1), image=image, is_bare=True)
    assert len({*drawn(axes, 3, 1, "ascii")[0].ljust(3)}) == 3


def test_small_numbers_are_above_where_the_program_turns_the_scale() -> None:
    axes = Axes(x_range=(0, 4), y_range=(0, 4), series=(Series("points", (0,), (0,)),))
    row_of = {
        down: next(at for at, row in enumerate(drawn(replace(axes, y_down=down))) if "o" in row)
        for down in (False, True)
    }
    assert row_of == {False: 9, True: 0}


def test_points_of_several_colours_differ_by_their_characters_too() -> None:
    cloud = Series("points", (1, 3, 3), (1, 3, 1), colours=(0xFF0000, 0xFF00, 0xFF0000))
    axes = Axes(x_range=(0, 4), y_range=(0, 4), series=(cloud,))
    pieces = [piece for row in styled(axes, 40, 12) for piece in row if piece[0] in ("o", "x")]
    colours = [
        (text, style.color and style.color.name)
        for text, style in pieces
        if isinstance(style, Style)
    ]
    assert colours == [("x", "#00ff00"), ("o", "#ff0000"), ("o", "#ff0000")]


def test_words_and_named_ticks_are_at_their_places() -> None:
    axes = Axes(
        x_range=(0, 4),
        y_range=(0, 4),
        series=(Series("line", (0, 4), (0, 0)),),
        texts=(PlacedText(2, 4, "peak"),),
        x_ticks=(PlacedText(0, 0, "first"), PlacedText(4, 4, "last")),
        y_ticks=(PlacedText(0, 0, "low"),),
    )
    rows = drawn(axes)
    assert "peak" in rows[0]
    assert rows[-1].split() == ["first", "last"]
    assert rows[-3].startswith("low ┤")


GRID = tuple(
    Axes(
        str(2 * row + column),
        series=(Series("line", (0, 9), (1, 1)),),
        place=(row, row + 1, column, column + 1),
    )
    for row in range(2)
    for column in range(2)
)


def test_plots_stand_side_by_side_where_there_is_room() -> None:
    view = PlotView()
    view.axes, view.words = GRID, ("",) * 4
    wide, narrow = (
        ["".join(text for text, _ in row) for row in view.draw_picture(width, 24)]
        for width in (60, 36)
    )
    assert wide[0].split() == ["0", "1"]
    assert wide[12].split() == ["2", "3"]
    assert narrow[0].split() == ["0"]
    assert all(cell_len(row) <= 60 for row in wide)


def test_a_sentence_below_takes_few_rows() -> None:
    view = PlotView()
    view.axes = (GRID[0],)
    view.words = (" ".join(["Line: 2 points, from 0 to 1."] * 6),)
    rows = ["".join(text for text, _ in row) for row in view.draw_picture(46, 12)]
    assert len(rows) == 12
    assert sum("Line" in row for row in rows) == 1
