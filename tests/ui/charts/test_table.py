"""The lines of a table of layers in more and less room, with and without colours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui.widgets.hosting import hosted, rows
from tutor.first_screen.glyphs import GLYPHS, UNICODE, GlyphName
from tutor.session.words.model_text import LayerRow
from tutor.ui.charts import table_lines
from tutor.ui.charts.picture import Piece
from tutor.ui.charts.table import LayerTable
from tutor.ui.charts.table_lines import CHANGED, Shown, bars_of, brief_table, layer_table

BINS = tuple(range(24))
ROWS = (
    LayerRow("heading", "model", "Sequential, 161 numbers"),
    LayerRow("input", "input", shape="(32, 8)", width=8),
    LayerRow(
        "layer",
        "0",
        "Linear(8, 16)",
        "(32, 16)",
        "144",
        "+0.06",
        "0.58",
        "0.07",
        "1.05 %",
        "",
        16,
        BINS,
        "-2.1",
        "1.9",
    ),
    LayerRow("layer", "1", "ReLU", "(32, 16)", "", "+0.25", "0.36", note="44 % are 0", width=16),
    LayerRow("failed", "2", "Linear(12, 1)", "(32, 16)", "13"),
    LayerRow("uncalled", "3", "Linear(1, 1)", "not reached", "2"),
)


def text(pieces: list[Piece]) -> str:
    return "".join(piece for piece, _ in pieces)


def drawn(width: int, glyphs: GlyphName = "unicode", shown: Shown = "numbers") -> list[str]:
    table = layer_table(ROWS, width, GLYPHS[glyphs], shown=shown, heading="step 5")
    return [text(table.titles), *map(text, table.lines)]


def test_all_columns_stand_where_there_is_room() -> None:
    assert drawn(110) == [
        "step 5                gives               numbers  mean ± spread                "
        "gradient  update",
        "model  Sequential, 161 numbers",
        "input                 (32, 8)      ▪▪▪▪",
        "0      Linear(8, 16)  (32, 16)     ▪▪▪▪▪      144   +0.06 ± 0.58  ▁▁▁▂▃▃▄▅▅▆▆▇  "
        "    0.07  1.05 %",
        "1      ReLU           (32, 16)     ▪▪▪▪▪            +0.25 ± 0.36                "
        "                  44 % are 0",
        "✗ 2    Linear(12, 1)  (32, 16)                 13",
        "3      Linear(1, 1)   not reached               2",
    ]


def test_where_there_is_room_the_titles_say_how_the_numbers_are_worked_out() -> None:
    assert [drawn(width)[0].partition("gradient")[2].split() for width in (114, 115, 124)] == [
        ["update"],
        ["|grad|", "update"],
        ["|grad|", "update", "|Δw|/|w|"],
    ]


@pytest.mark.parametrize("width", [78, 52])
def test_the_weightier_columns_stay_where_there_is_less(width: int) -> None:
    titles = drawn(width)[0]
    assert "mean ± spread" in titles
    assert ("gradient" in titles) == (width == 78)
    table = layer_table(ROWS, 52, UNICODE)
    assert {"gradient", "update", "numbers"} <= table.left_out


@pytest.mark.parametrize(
    ("width", "kept"),
    [
        (78, ["Linear(8, 16)", "mean ± spread", "0.58"]),
        (60, ["Linear(8, 16)", "mean "]),
        (54, ["Linear ", "mean "]),
        (46, ["Linear "]),
    ],
)
def test_what_a_step_has_changed_stays_where_spreads_sizes_and_means_find_no_room(
    width: int, kept: list[str]
) -> None:
    table = brief_table(ROWS, width, UNICODE, heading="step 5")
    lines = [text(table.titles), *map(text, table.lines)]
    assert not table.left_out & CHANGED
    assert all(part in "\n".join(lines) for part in (*kept, "gradient", "update", "1.05 %"))
    assert ("mean" in lines[0]) == (width > 46)
    assert max(map(cell_len, lines)) <= width
    assert brief_table(ROWS, 30, UNICODE) == layer_table(ROWS, 30, UNICODE)


def test_in_ascii_the_same_is_told() -> None:
    lines = drawn(126, "ascii")
    assert all(line.isascii() for line in lines)
    assert "mean +- spread" in lines[0]
    assert "|dw|/|w|" in lines[0]
    assert "=====" in lines[3]
    assert lines[5].startswith("x 2")


def test_histograms_have_limits_and_any_count_is_seen() -> None:
    line = drawn(100, shown="histograms")[3]
    assert "-2.1" in line
    assert "1.9" in line
    assert bars_of((0, 1, 10_000), " ▁▂▃▄▅▆▇") == " ▁▇"
    assert bars_of((), " ▁▂▃▄▅▆▇") == ""
    assert bars_of((0, 0), " ▁▂▃▄▅▆▇") == ""


TEXT = st.text("ab(層,", max_size=12)
ANY_ROW = st.builds(
    LayerRow,
    st.sampled_from(
        ["heading", "input", "layer", "later", "between", "uncalled", "failed", "line"]
    ),
    *[TEXT] * 9,
    st.integers(0, 10**9),
    st.lists(st.integers(0, 9), max_size=24),
    TEXT,
    TEXT,
)


@given(
    st.lists(ANY_ROW, max_size=8),
    st.integers(1, 130),
    st.sampled_from(["unicode", "ascii"]),
    st.sampled_from(["numbers", "histograms"]),
)
def test_no_line_is_wider_than_there_is_room(
    some: list[LayerRow], width: int, glyphs: GlyphName, shown: Shown
) -> None:
    table = layer_table(some, width, GLYPHS[glyphs], shown=shown, heading="step 5 (nearest)")
    assert len(table.lines) == len(some)
    assert all(cell_len(text(line)) <= width for line in (table.titles, *table.lines))
    brief = brief_table(some, width, GLYPHS[glyphs])
    assert all(cell_len(text(line)) <= width for line in (brief.titles, *brief.lines))


def test_a_table_of_many_rows_measures_each_text_a_few_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured = 0

    def counted(text: str) -> int:
        nonlocal measured
        measured += 1
        return cell_len(text)

    monkeypatch.setattr(table_lines, "cell_len", counted)
    costs = []
    for times in (10, 100):
        measured = 0
        layer_table(ROWS * times, 100, UNICODE)
        costs.append(measured)
    assert costs[1] < 12 * costs[0]


async def test_rows_that_do_not_fit_are_scrolled_to() -> None:
    widget = LayerTable()
    many = (*ROWS[:3], *(LayerRow("layer", str(n), "ReLU", "(1, 2)") for n in range(3, 20)))
    async with hosted(widget, (60, 8)) as pilot:
        widget.show_rows(many)
        widget.focus()
        await pilot.pause()
        assert rows(widget)[-1] == "… rows 1-6 of 19"
        await pilot.press("down", "down")
        await pilot.pause()
        assert rows(widget)[-1] == "… rows 3-8 of 19"
        await pilot.press(*["pagedown"] * 6)
        await pilot.pause()
        assert rows(widget)[-2].startswith("19")
        await pilot.press(*["pageup"] * 6)
        await pilot.pause()
        assert rows(widget)[-1] == "… rows 1-6 of 19"


async def test_what_finds_no_room_beside_stands_below() -> None:
    widget = LayerTable()
    async with hosted(widget, (52, 20)) as pilot:
        widget.show_rows(ROWS)
        await pilot.pause()
        shown = rows(widget)
        assert "mean ± spread" in shown[0]
        below = next(at for at, line in enumerate(shown) if "gradient" in line)
        assert below > len(ROWS)
        assert "1.05 %" in shown[below + 2]


async def test_without_rows_it_says_why() -> None:
    widget = LayerTable()
    async with hosted(widget, (30, 5)) as pilot:
        widget.show_rows((), empty="Nothing to show yet: nothing ran.")
        await pilot.pause()
        assert rows(widget)[:2] == ["Nothing to show yet: nothing", "ran."]
