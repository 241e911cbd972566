"""Whole lines that are moved, put there twice and taken out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutor.ui.editor.text_edit import Place, Span, TextEdit, word_at
from tutor.ui.editor.whole_lines import (
    delete_lines,
    duplicate_lines,
    lines_alone,
    move_lines,
    whole_lines,
)

LINES = st.lists(st.text(st.sampled_from("ab "), max_size=5), min_size=1, max_size=6)


@st.composite
def selected(draw: st.DrawFn) -> tuple[list[str], Span]:
    """Lines and a selection in them."""
    lines = draw(LINES)

    def place() -> Place:
        row = draw(st.integers(0, len(lines) - 1))
        return row, draw(st.integers(0, len(lines[row])))

    return lines, (place(), place())


def applied(lines: list[str], change: TextEdit) -> list[str]:
    """The lines after a change, whose places must be in them."""
    (top, left), (bottom, right) = change.start, change.end
    text = lines[top][:left] + change.text + lines[bottom][right:]
    after = [*lines[:top], *text.split("\n"), *lines[bottom + 1 :]]
    for row, column in change.selection:
        assert 0 <= column <= len(after[row])
    return after


@given(selected(), st.sampled_from([-1, 1]))
def test_what_is_moved_and_moved_back_is_as_before(
    case: tuple[list[str], Span], delta: int
) -> None:
    lines, selection = case
    change = move_lines(lines, selection, delta)
    if change is None:
        return
    moved = applied(lines, change)
    assert sorted(moved) == sorted(lines)
    back = move_lines(moved, change.selection, -delta)
    assert back is not None
    assert applied(moved, back) == lines


@given(selected())
def test_lines_that_are_put_there_twice_and_taken_out_once_are_as_before(
    case: tuple[list[str], Span],
) -> None:
    lines, selection = case
    change = duplicate_lines(lines, selection)
    twice = applied(lines, change)
    text = whole_lines(lines, selection)
    assert "".join(f"{line}\n" for line in twice).count(text) >= 2
    assert applied(twice, delete_lines(twice, change.selection)) == lines


@given(selected())
def test_lines_are_taken_out_whole(case: tuple[list[str], Span]) -> None:
    lines, selection = case
    after = applied(lines, delete_lines(lines, selection))
    count = whole_lines(lines, selection).count("\n")
    assert len(after) == max(1, len(lines) - count)


def test_lines_at_the_edge_stay() -> None:
    assert move_lines(["a", "b"], ((0, 0), (0, 0)), -1) is None
    assert move_lines(["a", "b"], ((1, 0), (1, 0)), 1) is None
    assert move_lines(["a", "b"], ((0, 0), (1, 1)), 1) is None


def test_a_word_is_what_stands_together() -> None:
    line = "x_1 = f(a)  # b"
    assert [line[slice(*word_at(line, column))] for column in (0, 2, 3, 4, 6, 7, 10, 15)] == [
        *("x_1", "x_1", " ", "=", "f", "(", "  ", "b")
    ]
    assert word_at("", 0) == (0, 0)


def test_lines_alone_keep_their_numbers_and_are_a_program() -> None:
    lines = ["if a:", "    b = 1", "", "    c = 2", "d"]
    assert lines_alone(lines, ((1, 2), (3, 1))) == "if True:\n    b = 1\n\n    c = 2\n"
    assert lines_alone(lines, ((1, 2), (4, 1))) == "if True:\n    b = 1\n\n    c = 2\nd\n"
    assert lines_alone(lines, ((4, 0), (4, 0))) == "\n\n\n\nd\n"
    assert lines_alone(lines, ((1, 0), (2, 0))) == "if True:\n    b = 1\n"
    assert lines_alone(["  b", "    c"], ((0, 0), (1, 0))) == "b\n"


def test_lines_alone_stand_in_the_blocks_that_end_among_them() -> None:
    lines = ["for a in b:", "\tif a:", "\t\tc = '''", "d'''", "# e", "\tf = 1", "g = 2"]
    alone = lines_alone(lines, ((2, 0), (6, 1)))
    assert alone.split("\n") == ["if True:", "\tif True:", *lines[2:], ""]
    compile(alone, "alone", "exec")
