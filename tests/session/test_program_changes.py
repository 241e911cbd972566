"""What is told of two programs: each line of either, and which of them has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.session.program_changes import (
    SAME,
    ChangedLine,
    compare_programs,
    describe_changes,
    lines_of,
)

programs = st.lists(st.sampled_from(["a", "b", "", "  c"]), max_size=12).map("\n".join)


def shown(now: str, then: str) -> list[str]:
    texts = {"-": lines_of(now), "+": lines_of(then), " ": lines_of(then)}
    return [f"{line.sign}{texts[line.sign][line.row]}" for line in compare_programs(now, then)]


def test_a_changed_line_stands_beside_what_it_was() -> None:
    assert shown("x = 1\ny = 2\nz = 3\n", "x = 1\ny = 5\nz = 3") == [
        " x = 1",
        "-y = 2",
        "+y = 5",
        " z = 3",
    ]


def test_lines_that_were_added_and_taken_out_are_found() -> None:
    assert shown("a\nb\nc", "a\nc\nd") == [" a", "-b", " c", "+d"]
    assert shown("", "a") == ["-", "+a"]


@given(programs, programs)
def test_both_programs_are_there_whole_and_in_order(now: str, then: str) -> None:
    lines = compare_programs(now, then)
    of_then = [line.row for line in lines if line.sign != "-"]
    assert of_then == list(range(len(lines_of(then))))
    kept = [lines_of(then)[line.row] for line in lines if line.sign == " "]
    gone = [line.row for line in lines if line.sign == "-"]
    others = [text for row, text in enumerate(lines_of(now)) if row not in gone]
    assert others == kept


def test_a_long_program_is_compared_as_a_whole() -> None:
    now, then = (["a", *(f"{name}{n % 7}" for n in range(5_000)), "z"] for name in "pq")
    lines = compare_programs("\n".join(now), "\n".join(then))
    assert lines[0] == ChangedLine(" ", 0)
    assert lines[-1] == ChangedLine(" ", 5_001)
    assert [line.sign for line in lines[1:-1]] == ["-"] * 5_000 + ["+"] * 5_000


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ("a\nb\n\n", SAME),
        ("a\nc", "1 line differs"),
        ("a\nc\nd", "2 lines differ"),
        ("a", "1 line differs"),
    ],
)
def test_how_much_differs_is_said(then: str, words: str) -> None:
    assert describe_changes("a\nb\n", then) == words
