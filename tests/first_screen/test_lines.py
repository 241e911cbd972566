"""Widths and breaks of styled lines."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from tutor.first_screen.lines import Line, TextRun, cell_count, fold, wrap
from tutor.text import COMMANDS

WORDS = st.text(st.sampled_from("abc xyz −σ·₁ 层é\u0301👩\u200d\ufe0f\n"), max_size=80)


def joined(lines: list[Line]) -> str:
    return "".join(line.plain + line.joint for line in lines).removesuffix("\n")


def test_no_character_takes_more_cells_than_are_counted() -> None:
    narrow = [
        hex(code)
        for code in range(0x110000)
        if not COMMANDS.match(chr(code))
        and cell_count(chr(code)) < get_character_cell_size(chr(code))
    ]
    assert narrow == []


def test_letters_and_signs_are_counted_as_they_are_drawn() -> None:
    kinds = ("Lu", "Ll", "Nd", "Sm", "Sc", "Po", "Pd", "Mn")
    wrong = [
        hex(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in kinds
        and not COMMANDS.match(chr(code))
        and chr(code) != "\ufe0f"  # its size is that of the character before it
        and cell_count(chr(code)) != get_character_cell_size(chr(code))
    ]
    assert wrong == []


@given(WORDS, st.integers(2, 30))
def test_lines_fit_and_put_together_are_the_text(text: str, width: int) -> None:
    lines = wrap([TextRun(text[:7]), TextRun(text[7:], ("bold",))], width)
    assert all(cell_len(line.plain) <= width for line in lines)
    assert joined(lines).split() == text.split()


@given(WORDS.map(lambda text: text.replace("\n", "")), st.integers(2, 30))
def test_a_folded_line_keeps_its_blanks(text: str, width: int) -> None:
    lines = fold([TextRun(text[:7]), TextRun(text[7:], ("bold",))], width)
    assert all(cell_len(line.plain) <= width for line in lines)
    assert joined(lines) == text


def test_a_style_goes_on_in_the_next_line() -> None:
    assert wrap([TextRun("one "), TextRun("two three", ("bold",))], 8) == [
        Line((TextRun("one "), TextRun("two", ("bold",))), " "),
        Line((TextRun("three", ("bold",)),)),
    ]


def test_a_word_is_broken_only_if_it_has_no_room_alone() -> None:
    lines = wrap([TextRun("one abcdefghijkl m")], 8)
    assert [(line.plain, line.joint) for line in lines] == [
        ("one", " "),
        ("abcdefgh", ""),
        ("ijkl m", "\n"),
    ]
