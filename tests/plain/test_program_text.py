"""Edits of a program by the numbers of its lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.plain.program_text import (
    Lines,
    NoSuchLine,
    arranged,
    changed_lines,
    delete_lines,
    indent_lines,
    insert_line,
    line_numbers_words,
    lines_in,
    put_in,
    set_line,
    taken_out,
)

LOOP = lines_in("for i in x:\n    y = 1\nz = 2\n")


@given(st.text(st.sampled_from("ab \n#")))
def test_a_text_is_what_its_lines_make(text: str) -> None:
    if text != "\n":  # one blank line, and nothing, are alike
        assert lines_in(text).text == text


def test_a_line_keeps_its_indent() -> None:
    assert set_line(LOOP, 2, "y = 5").lines[1] == "    y = 5"
    assert insert_line(LOOP, 2, "a = 0").lines[1] == "    a = 0"
    assert insert_line(LOOP, 3, "a = 0").lines[2] == "    a = 0"
    assert insert_line(LOOP, 4, "a = 0").text.endswith("z = 2\na = 0\n")


def test_lines_are_deleted_and_indented() -> None:
    assert delete_lines(LOOP, 1, 2).text == "z = 2\n"
    assert indent_lines(LOOP, 2, 3, 1).lines == ("for i in x:", "        y = 1", "    z = 2")
    assert indent_lines(LOOP, 2, 3, -1).lines == ("for i in x:", "y = 1", "z = 2")


@pytest.mark.parametrize("number", [0, 4, 99])
def test_a_line_that_is_not_there_is_told(number: int) -> None:
    with pytest.raises(NoSuchLine, match="The lines are 1 to 3"):
        set_line(LOOP, number, "x")
    with pytest.raises(NoSuchLine):
        delete_lines(LOOP, 1, number or 7)


def test_an_empty_program_takes_a_first_line() -> None:
    assert insert_line(lines_in(""), 1, "x = 1").text == "x = 1\n"
    with pytest.raises(NoSuchLine, match="has no lines yet"):
        set_line(lines_in(""), 1, "x = 1")


@pytest.mark.parametrize("text", ["", "x = 1", "x = 1\n"])
def test_a_blank_line_is_put_in_at_the_end(text: str) -> None:
    number = len(lines_in(text).lines) + 1
    changed = insert_line(lines_in(text), number, "")
    assert lines_in(changed.text) == changed
    assert len(changed.lines) == number


def test_a_blank_line_that_becomes_the_last_one_stays() -> None:
    changed = delete_lines(lines_in("x = 1\n\ny = 2"), 3, 3)
    assert lines_in(changed.text).lines == ("x = 1", "")


def test_lines_are_ordered_and_others_taken_out() -> None:
    program = Lines(("start", "  a()", "  b()", "  # c()", "end"))
    ordered = arranged(program, [4, 2], 2, 4)
    assert ordered.lines == ("start", "  c()", "  a()", "  # b()", "end")
    for numbers in ([1], [5], [2, 2]):
        with pytest.raises(NoSuchLine, match="2 to 4"):
            arranged(program, numbers, 2, 4)


@given(st.text(st.sampled_from("ab ")))
def test_what_is_taken_out_is_put_in_as_it_was(line: str) -> None:
    assert put_in(taken_out(line)) == line


def test_changes_are_told_by_their_lines() -> None:
    assert changed_lines(LOOP, set_line(LOOP, 2, "y = 7")) == [2]
    assert changed_lines(LOOP, delete_lines(LOOP, 2, 2)) == []


def test_numbers_of_lines_in_a_row_are_said_as_one() -> None:
    assert line_numbers_words([2]) == "line 2"
    assert line_numbers_words([1, 2]) == "lines 1 and 2"
    assert line_numbers_words([1, 2, 3, 5, 7, 8, 9]) == "lines 1 to 3, 5 and 7 to 9"


def test_a_long_program_is_compared_without_comparing_each_line_with_each() -> None:
    before = lines_in("x = 1\n" * 20_000)
    assert changed_lines(before, set_line(before, 10_000, "y = 7")) == [10_000]
    after = Lines(("y = 7", *before.lines[1:-1], "y = 8"), is_ended=True)
    assert changed_lines(before, after) == list(range(1, 20_001)), "as one change"
