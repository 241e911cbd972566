"""The drawn figures: whole in every width, readable without colour, in both glyph sets."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.theme import Theme

from tutor.course.figures import FIGURES, Bar, Bars, Curve, Formula, Mark, Plot, Table
from tutor.ui.theme import THEMES
from tutor.ui.widgets.figure import Figure
from tutor.ui.widgets.figure_canvas import Canvas, Line
from tutor.ui.widgets.figure_parts import NARROWEST, figure_lines, part_lines
from tutor.ui.widgets.glyphs import GlyphName

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
    rows = texts(figure_lines(figure, NARROWEST - 1, "unicode"))
    assert words(rows) == f"{figure.title} {figure.alt}"


@pytest.mark.parametrize("width", [40, 46, 100])
def test_a_plot_shows_its_ticks_marks_and_labels_whole(width: int) -> None:
    for figure in FIGURES.values():
        for plot in (part for part in figure.parts if isinstance(part, Plot)):
            rows = texts(part_lines(plot, width, "unicode"))
            assert len(rows) == 12
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


def test_text_over_dots_wins_and_stays_whole_at_the_edge() -> None:
    canvas = Canvas(6, 1, "unicode")
    for x in range(12):
        canvas.dot(x, 3, "first")
    canvas.write(4, 0, "word", "plain")
    assert texts(canvas.lines()) == ["⣀⣀word"]
    canvas.dot(12, 0, "first")
    canvas.dot(0, 4, "first")
    assert texts(canvas.lines()) == ["⣀⣀word"]


class FigureApp(App[None]):
    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield from (Figure(name) for name in FIGURES)


@pytest.mark.parametrize("width", [43, 60, 90])
async def test_the_widget_grows_to_its_content_and_shows_all_of_it(width: int) -> None:
    app = FigureApp()
    async with app.run_test(size=(width, 30)) as pilot:
        for widget in app.query(Figure):
            expected = texts(widget.lines(widget.content_size.width))
            assert widget.size.height == len(expected)
            shown = [widget.render_line(row).text.rstrip() for row in range(widget.size.height)]
            assert shown == [row.rstrip() for row in expected]
        first = app.query(Figure).first()
        first.glyphs = "ascii"
        await pilot.pause()
        assert all(first.render_line(row).text.isascii() for row in range(first.size.height))


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: str(theme.name))
async def test_the_inks_can_be_read_in_each_theme(theme: Theme) -> None:
    app = FigureApp()
    app.register_theme(theme)
    app.theme = theme.name
    async with app.run_test(size=(60, 30)):
        widget = app.query(Figure).first()
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


def test_an_unknown_figure_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        Figure("no_such_figure")


def test_drawing_needs_no_numpy() -> None:
    code = "import sys, tutor.ui.widgets.figure; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
