"""The drawn figures: whole in every width, readable without colour, in both glyph sets."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from itertools import pairwise

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.theme import Theme

from tutor.course.figures import FIGURES
from tutor.course.figures.parts import (
    Bar,
    Bars,
    Curve,
    Formula,
    Gradient,
    Mark,
    Neuron,
    Plot,
    Table,
)
from tutor.first_screen.glyphs import GLYPHS, GlyphName
from tutor.ui.charts.figure import FigureView
from tutor.ui.charts.figure_parts import MIN_WIDTH, figure_lines, part_lines
from tutor.ui.charts.figure_plot import Line, spell, x_of_column
from tutor.ui.theme import THEMES

WIDTHS = (40, 41, 46, 58, 63, 64, 65, 78, 79, 120)


def texts(lines: tuple[Line, ...]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def words(rows: list[str]) -> str:
    return " ".join(" ".join(rows).split())


@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_wider_than_the_width_and_no_word_is_lost(name: str, glyphs: GlyphName) -> None:
    for width in WIDTHS:
        rows = texts(figure_lines(FIGURES[name], width, glyphs))
        assert max(len(row) for row in rows) <= width
        assert FIGURES[name].title.split()[-1] in words(rows)
        assert FIGURES[name].caption.split()[-1] in words(rows)


@pytest.mark.parametrize("name", FIGURES)
def test_the_ascii_set_is_ascii(name: str) -> None:
    for width in WIDTHS:
        assert all(row.isascii() for row in texts(figure_lines(FIGURES[name], width, "ascii")))


def test_below_the_narrowest_width_the_description_is_told() -> None:
    figure = FIGURES["sigmoid_function"]
    rows = texts(figure_lines(figure, MIN_WIDTH - 1, "unicode"))
    assert words(rows) == f"{figure.title} {figure.alt}"


@pytest.mark.parametrize("width", [40, 46, 100])
def test_a_plot_shows_its_ticks_marks_and_labels_whole(width: int) -> None:
    for figure in FIGURES.values():
        for plot in (part for part in figure.parts if isinstance(part, Plot)):
            rows = texts(part_lines(plot, width, "unicode"))
            assert len(rows) == (14 if width == 100 else 12)
            assert all(mark.label in "\n".join(rows) for mark in plot.marks)
            assert all(label.text in "\n".join(rows) for label in plot.labels)
            assert rows[-1].split() == [f"{tick:g}".replace("-", "−") for tick in plot.x_ticks]
            numbers = [row.split("┤")[0].strip() for row in rows if "┤" in row]
            assert numbers == [f"{tick:g}" for tick in reversed(plot.y_ticks)]


def a_line(*marks: Mark) -> Plot:
    return Plot(
        x_range=(0, 1),
        y_range=(0, 1),
        x_ticks=(0, 1),
        y_ticks=(0, 1),
        x_name="x",
        curves=(Curve(lambda x: x),),
        marks=marks,
    )


def test_a_rising_line_rises_without_a_gap() -> None:
    rows = texts(part_lines(a_line(), 40, "unicode"))[:10]
    dotted = [[at for at, character in enumerate(row) if character > "\u2800"] for row in rows]
    assert all(dotted)
    for upper, lower in pairwise(dotted):
        assert lower[-1] < upper[-1]
        assert upper[0] - lower[-1] <= 1


def test_a_mark_stands_on_its_curve_and_its_label_beside_it() -> None:
    rows = texts(part_lines(a_line(Mark(0.5, 0.5, "half")), 40, "unicode"))
    row = next(at for at, text in enumerate(rows) if "●" in text)
    column = rows[row].index("●")
    assert rows[row + 1].index("half") == column + 1
    below = max(at for at, character in enumerate(rows[row + 2]) if character > "\u2800")
    above = min(at for at, character in enumerate(rows[row - 1]) if character > "\u2800")
    assert below <= column <= above


def test_bars_keep_apart_and_have_the_length_of_their_numbers() -> None:
    bars = Bars("what", "p", (Bar("a", 1.0), Bar("b", 0.5), Bar("c", 1e-9), Bar("d", 0.0)))
    rows = texts(part_lines(bars, 46, "unicode"))
    assert rows[2::2] == [""] * 3
    lengths = [row.count("█") for row in rows[1::2]]
    assert lengths[0] == pytest.approx(2 * lengths[1], abs=1)
    assert lengths[2:] == [0, 0]
    assert "▏" in rows[5]
    assert "▏" not in rows[7]


NEURON = Neuron(inputs=(3, 4), weights=(0.5, -0.25), bias=-1)


def test_a_neuron_shows_its_products_on_both_sides_of_zero() -> None:
    rows = texts(part_lines(NEURON, 46, "unicode"))
    assert [row.split()[:3] for row in rows[:3]] == [
        ["x", "w", "x"],
        ["3", "0.50", "1.50"],
        ["4", "−0.25", "−1.00"],
    ]
    axis = rows[1].index("│")
    assert {row.index("│") for row in rows[1:4]} == {axis}
    assert rows[1][axis + 1] == "█"
    assert rows[2][axis - 1] == rows[3][axis - 1] == "░"
    assert rows[1].count("█") == pytest.approx(1.5 * rows[2].count("░"), abs=1)
    assert rows[4].strip() == "z = −0.50 ─σ─▶ p = 0.3775 ─▶ class 0"


def test_a_curve_that_leaves_the_plot_is_cut_there() -> None:
    plot = Plot((0, 1), (0, 1), (0, 1), (0, 1), "x", (Curve(lambda x: 1 / x if x else math.inf),))
    rows = texts(part_lines(plot, 40, "unicode"))
    assert len(rows) == 12


def test_ascii_drawings_are_described_as_well() -> None:
    for figure in FIGURES.values():
        assert spell(figure.alt, "ascii") in words(texts(figure_lines(figure, 78, "ascii")))


@pytest.mark.parametrize("width", [40, 78])
def test_columns_and_numbers_of_a_plot_belong_together(width: int) -> None:
    plot = a_line()
    rows = texts(part_lines(plot, width, "unicode"))
    assert x_of_column(plot, width, 0) is None
    assert x_of_column(plot, width, len(rows[0]) + 200) is None
    first, last = (x_of_column(plot, width, rows[-1].index(tick)) for tick in "01")
    assert first == pytest.approx(0, abs=0.03)
    assert last == pytest.approx(1, abs=0.03)


def test_a_table_stands_side_by_side_where_it_fits_and_stacked_where_not() -> None:
    table = Table(("task", "one", "two"), (("loss", "a long name", "b"),), ("plain",) * 3)
    assert words(texts(part_lines(table, 64, "ascii"))[:1]) == "task one two"
    assert [row.strip() for row in texts(part_lines(table, 63, "ascii"))] == [
        "task: one",
        "loss  a long name",
        "",
        "task: two",
        "loss  b",
    ]


def test_a_long_formula_is_wrapped_with_its_later_lines_set_in() -> None:
    rows = texts(part_lines(Formula("a = " + "b + " * 20 + "c"), 40, "unicode"))
    assert len(rows) > 1
    assert all(row.startswith("    ") for row in rows[1:])


class FigureApp(App[None]):
    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield from (FigureView(name) for name in FIGURES)


@pytest.mark.parametrize("width", [43, 60, 90])
async def test_the_widget_grows_to_its_content_and_shows_all_of_it(width: int) -> None:
    app = FigureApp()
    async with app.run_test(size=(width, 30)) as pilot:
        for widget in app.query(FigureView):
            expected = texts(widget.lines(widget.content_size.width))
            assert widget.size.height == len(expected)
            shown = [widget.render_line(row).text.rstrip() for row in range(widget.size.height)]
            assert shown == [row.rstrip() for row in expected]
        first = app.query(FigureView).first()
        first.glyphs = "ascii"
        await pilot.pause()
        assert all(first.render_line(row).text.isascii() for row in range(first.size.height))


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: str(theme.name))
async def test_the_inks_can_be_read_in_each_theme(theme: Theme) -> None:
    app = FigureApp()
    app.register_theme(theme)
    app.theme = theme.name
    async with app.run_test(size=(60, 30)):
        widget = app.query(FigureView).first()
        for ink in ("plain", "strong", "dim", "first", "second"):
            colour = widget.get_visual_style(f"figure--{ink}").foreground
            assert colour is not None
            _, background = widget.background_colors
            assert contrast(background.rgb, (background + colour).rgb) >= 4.5, ink


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The ratio of WCAG 2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(rgb: tuple[int, int, int]) -> float:
    parts = [value / 255 for value in rgb]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


PANE = (76, 19)
"""Columns and rows of the lesson in a terminal of 80 by 24, below its tabs."""


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_fits_the_lesson_at_80_by_24(name: str) -> None:
    width, rows = PANE
    pressed = texts(FigureView(name, rows=rows).lines(width))
    assert len(pressed) <= rows
    usual = texts(FigureView(name).lines(width))
    words = {word for row in usual for word in re.findall(r"[A-Za-z0-9.]+", row)}
    assert words == {word for row in pressed for word in re.findall(r"[A-Za-z0-9.]+", row)}
    assert texts(FigureView(name, rows=len(usual)).lines(width)) == usual


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
def test_a_figure_is_pressed_together_no_more_than_it_must(name: str, glyphs: GlyphName) -> None:
    heights = [len(FigureView(name, rows=rows, glyphs=glyphs).lines(60)) for rows in range(5, 60)]
    assert heights == sorted(heights)
    least = heights[0]
    assert all(height <= max(rows, least) for rows, height in enumerate(heights, 5))


@pytest.mark.parametrize("width", [40, 76])
def test_the_line_about_the_slider_stands_below_its_plot(width: int) -> None:
    rows = texts(FigureView("softmax_as_sigmoid").lines(width))
    axis = next(index for index, row in enumerate(rows) if row.endswith("a − b"))
    reading = next(index for index, row in enumerate(rows) if row.startswith("a − b = 2.4"))
    assert axis < reading <= axis + 3


def test_an_unknown_figure_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        FigureView("no_such_figure")


def test_drawing_needs_no_numpy() -> None:
    code = "import sys, tutor.ui.charts.figure; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


SLIDING = [name for name, figure in FIGURES.items() if figure.slider is not None]


def shown_by(figure: FigureView) -> str:
    return figure.render().plain


async def test_arrows_move_the_slider_of_the_figure_with_the_focus() -> None:
    app = FigureApp()
    async with app.run_test(size=(80, 40)) as pilot:
        figure = next(each for each in app.query(FigureView) if each.figure.name == SLIDING[0])
        assert "z = 1.2 gives p = 0.7685: not below 0.5, so class 1." in shown_by(figure)
        assert "Tab or a click" in shown_by(figure)
        figure.focus()
        await pilot.press("right")
        assert figure.value == 1.4
        assert f"{GLYPHS['unicode'].caret} z = 1.4 gives p = 0.8022" in shown_by(figure)
        assert "Tab or a click" not in shown_by(figure)
        await pilot.press("shift+left", "shift+left", "shift+left")
        assert "z = −1.6 gives p = 0.1680: below 0.5, so class 0." in shown_by(figure)
        await pilot.press("home", "left")
        assert figure.value == -6
        await pilot.press("end", "right")
        assert figure.value == 6
        assert figure.size.height == len(figure.lines(figure.content_size.width))


async def test_a_click_puts_the_slider_there() -> None:
    app = FigureApp()
    async with app.run_test(size=(60, 40)) as pilot:
        figure = next(each for each in app.query(FigureView) if each.figure.name == SLIDING[0])
        figure.scroll_visible(animate=False)
        await pilot.pause()
        row = next(row for row in shown_by(figure).split("\n") if row.strip().startswith("−6"))
        zero = row.index(" 0") + 1
        await pilot.click(figure, offset=(zero, 4))
        assert figure.value == pytest.approx(0, abs=0.2)
        assert figure.has_focus
        before = figure.value
        await pilot.click(figure, offset=(0, 4))
        assert figure.value == before


async def test_a_figure_without_a_slider_takes_no_focus() -> None:
    app = FigureApp()
    async with app.run_test():
        assert {each.figure.name for each in app.query(FigureView) if each.focusable} == set(
            SLIDING
        )


async def test_words_under_a_figure() -> None:
    app = FigureApp()
    async with app.run_test(size=(60, 40)) as pilot:
        figure = app.query(FigureView).first()
        height = figure.size.height
        figure.note = "The picture is here."
        await pilot.pause()
        assert figure.size.height == height + 1
        assert shown_by(figure).split("\n")[1] == "The picture is here."


@pytest.mark.parametrize("norm", [0.0, 1e-9, 0.5, 12345.6, 1e300])
def test_gradients_of_any_model_fit(norm: float) -> None:
    gradients = (
        Gradient("a.weight", (1_000_000, 1_000_000), norm),
        Gradient("b.weight", (1, 1), norm / 3),
    )
    for width in WIDTHS:
        rows = texts(figure_lines(FIGURES["grads"].of(gradients), width, "unicode"))
        assert max(len(row) for row in rows) <= width
        assert any("W0 (1000000, 1000000)" in row for row in rows)
