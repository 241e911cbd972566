"""Lines and rows stay right however the text arrives, and never grow without bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tutor.ui.widgets.output_buffer import MAX_COLUMNS, Kind, OutputBuffer

KINDS: list[Kind] = ["stdout", "stderr", "note"]
PIECES = st.lists(st.text(st.sampled_from("ab \n\t\r数\x1b[m"), max_size=12), max_size=12)


def texts(buffer: OutputBuffer) -> list[str]:
    return [line.text for line in buffer.lines]


@given(PIECES)
def test_how_the_text_is_cut_makes_no_difference(pieces: list[str]) -> None:
    whole, cut = OutputBuffer(width=7), OutputBuffer(width=7)
    whole.write("".join(pieces), "stdout")
    for piece in pieces:
        cut.write(piece, "stdout")
    assert texts(cut) == texts(whole)
    assert [row.text for row in cut.rows] == [row.text for row in whole.rows]
    assert cut.characters == sum(map(len, texts(cut)))


@given(PIECES, st.lists(st.sampled_from(KINDS), min_size=12, max_size=12), st.integers(1, 12))
def test_rows_are_what_wrapping_anew_gives(
    pieces: list[str], kinds: list[Kind], width: int
) -> None:
    buffer = OutputBuffer(width=width, max_lines=6, max_characters=40)
    for piece, kind in zip(pieces, kinds, strict=False):
        buffer.write(piece, kind)
    rows = list(buffer.rows)
    assert len(buffer.lines) <= 6
    buffer.wrap(width)
    assert rows == list(buffer.rows)
    assert all(cell_len(row.text) <= max(2, width) for row in rows)


def test_a_line_goes_on_where_it_was_left() -> None:
    buffer = OutputBuffer()
    for text in ("epoch ", "1\nepo", "ch 2"):
        buffer.write(text, "stdout")
    assert buffer.text == "epoch 1\nepoch 2"


def test_another_kind_begins_a_line() -> None:
    buffer = OutputBuffer()
    buffer.write("half", "stdout")
    buffer.write("oh\n", "stderr")
    buffer.write("rest", "stdout")
    assert [(line.kind, line.text) for line in buffer.lines] == [
        ("stdout", "half"),
        ("stderr", "oh"),
        ("stdout", "rest"),
    ]


def test_a_progress_bar_stays_one_line() -> None:
    buffer = OutputBuffer()
    for done in range(5):
        buffer.write(f"\r{done}/4", "stdout")
    buffer.write("\r\ndone\n", "stdout")
    assert texts(buffer) == ["4/4", "done"]


def test_the_oldest_lines_go() -> None:
    buffer = OutputBuffer(max_lines=3)
    buffer.write("".join(f"{n}\n" for n in range(10)), "stdout")
    assert texts(buffer) == ["7", "8", "9"]
    buffer.write("10\n", "stdout")
    assert texts(buffer) == ["8", "9", "10"]
    assert buffer.dropped_rows == 1


def test_characters_are_bounded_too() -> None:
    buffer = OutputBuffer(max_lines=100, max_characters=50)
    for n in range(20):
        buffer.write(f"{n:>10}\n", "stdout")
    assert buffer.characters <= 50
    assert texts(buffer)[-1].strip() == "19"


def test_a_line_without_end_is_cut_off() -> None:
    buffer = OutputBuffer(width=80)
    for _ in range(50):
        buffer.write("数" * 100, "stdout")
    buffer.write("\nnext\n", "stdout")
    long, following = texts(buffer)
    assert cell_len(long) <= MAX_COLUMNS
    assert long.endswith("…")
    assert following == "next"


def test_tabs_go_to_columns_of_eight() -> None:
    buffer = OutputBuffer()
    buffer.write("ab\t", "stdout")
    buffer.write("c\td", "stdout")
    assert texts(buffer) == ["ab      c       d"]
