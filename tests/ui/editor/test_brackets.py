"""Which closing brackets are put in, and which are typed over."""

from __future__ import annotations

import pytest

from tests.ui.editor.test_whole_lines import applied
from tutor.ui.editor.brackets import PutIn, closer_for, wrapped
from tutor.ui.editor.text_edit import Span


@pytest.mark.parametrize(
    ("before", "after", "closer"),
    [
        ("f", "", ")"),
        ("f", "  # why", ")"),
        ("f([", "])", ")"),
        ("f", "x", ""),
        ("f", "'a'", ""),
        ("# see f", "", ""),
        ("s = 'f", "", ""),
        ("s = 'it\\'s f", "", ""),
        ("s = '' + f", "", ")"),
        ('"""f', "", ""),
        ('"""f\n', "", ""),
        ("x = 1  # why\nf", "", ")"),
    ],
)
def test_a_bracket_is_put_in_where_nothing_follows(before: str, after: str, closer: str) -> None:
    assert closer_for("(", before, after) == closer


def test_only_brackets_that_open_have_a_partner() -> None:
    assert [closer_for(sign, "", "") for sign in "([{)]}'\"a"] == [*")]}", *[""] * 6]


@pytest.mark.parametrize(
    ("span", "kept"),
    [
        (((0, 2), (0, 5)), ((0, 3), (0, 6))),
        (((0, 5), (0, 2)), ((0, 6), (0, 3))),
        (((0, 2), (1, 1)), ((0, 3), (1, 1))),
        (((0, 0), (2, 0)), ((0, 1), (2, 0))),
    ],
)
@pytest.mark.parametrize("pair", ["()", "[]", "{}", '""', "''"])
def test_what_is_selected_gets_a_pair_around_it(pair: str, span: Span, kept: Span) -> None:
    lines = ["x one", "two", "three"]
    change = wrapped(lines, span, pair[0])
    assert change is not None
    (first, left), (last, right) = sorted(span)
    closed = [
        *lines[:last],
        lines[last][:right] + pair[1] + lines[last][right:],
        *lines[last + 1 :],
    ]
    closed[first] = closed[first][:left] + pair[0] + closed[first][left:]
    assert (applied(lines, change), change.selection) == (closed, kept)


def test_other_signs_replace_a_selection_and_so_does_what_is_typed_for_a_blank() -> None:
    lines = ["x = ____", "y = ..."]
    assert wrapped(lines, ((0, 0), (0, 1)), ")") is None
    assert wrapped(lines, ((0, 0), (0, 1)), "a") is None
    assert wrapped(lines, ((0, 1), (0, 1)), "(") is None
    assert wrapped(lines, ((0, 4), (0, 8)), "[") is None
    assert wrapped(lines, ((1, 7), (1, 4)), '"') is None


def test_what_was_put_in_moves_with_edits_before_it_and_is_forgotten_with_edits_behind_it() -> None:
    put_in = PutIn()
    put_in.places.append((1, 3))
    put_in.follow((1, 2), (1, 3), (1, 5))
    assert put_in.is_at((1, 5), ["", "f(abc)"], ")")
    put_in.follow((0, 0), (0, 0), (2, 1))
    assert put_in.places == [(3, 5)]
    put_in.follow((3, 2), (3, 2), (4, 4))
    assert put_in.places == [(4, 7)]
    put_in.follow((5, 0), (6, 0), (5, 0))
    assert put_in.places == [(4, 7)]
    put_in.follow((4, 8), (4, 8), (4, 9))
    assert put_in.places == []


def test_what_was_put_in_is_forgotten_when_it_is_replaced() -> None:
    put_in = PutIn()
    put_in.places.append((0, 3))
    put_in.follow((0, 2), (0, 4), (0, 2))
    assert put_in.places == []
