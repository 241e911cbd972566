"""What stands at a place of a program, and which names the program has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.completion.sample import GIVENS, at_cursor, read_names, sample_library
from tutor.completion.completions import Facts, completions
from tutor.completion.program import MAX_CHARACTERS, ProgramReader
from tutor.completion.reading import name_at, read_cursor


@pytest.mark.parametrize(
    ("code", "owner"),
    [
        ("model[0].weight.|", "model[0].weight"),
        ("y = f(a, b)[1].|", "f(a, b)[1]"),
        ("y = (a + b).|", "(a + b)"),
        ("y = a + b.c|", "b"),
        ("y = 'a, b'.|", "'a, b'"),
        ("y = g(x.|)", "x"),
        ("y = a\\\n    .b.|", ".b"),
        ("y = 2.|", ""),
        ("y = ...|", ""),
    ],
)
def test_the_code_before_a_dot(code: str, owner: str) -> None:
    assert at_cursor(code).owner == (owner if not owner.startswith(".") else "")


def test_a_statement_is_read_once_and_the_others_have_their_turns() -> None:
    reader = ProgramReader(GIVENS)
    lines = [f"name_{number} = {number}" for number in range(50)]
    names, turns = read_names(reader, lines, 0)
    assert (turns, "name_49" in names, "torch" in names) == (50, True, True)
    lines[7] = "other = 7"
    names, turns = read_names(reader, lines, 7)
    assert (turns, "other" in names, "name_7" in names) == (1, True, False)


def test_a_text_that_is_too_long_has_no_names() -> None:
    names, _ = read_names(ProgramReader(""), ["x = 1", "#" * MAX_CHARACTERS], 0)
    assert names == {}


@pytest.mark.parametrize(
    ("line", "column", "name"),
    [
        ("y = torch.relu(x)", 12, "torch.relu"),
        ("y = torch.relu(x)", 14, "torch.relu"),
        ("y = torch.relu(x)", 5, "torch"),
        ("y = torch.relu(x)", 2, ""),
        ("y = 'relu'", 6, ""),
        ("from torch import nn", 19, "torch.nn"),
        ("y = 12", 5, ""),
    ],
)
def test_the_name_at_a_place(line: str, column: int, name: str) -> None:
    assert name_at([line], 0, column) == name


@given(
    st.lists(
        st.sampled_from(
            (
                *("x", "torch.", "(", ")", "[", "]", "'", '"""', "#", "\n", "\n    ", " ", ","),
                *("=", ".", ":", "\\", "0", "{", "}", "def f", "class A", "import ", "from "),
                *("lambda ", "for "),
            )
        )
    ),
    st.data(),
)
def test_whatever_is_typed_is_read(parts: list[str], data: st.DataObject) -> None:
    lines = "".join(parts).split("\n")
    row = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[row])))
    names, _ = read_names(ProgramReader(""), lines, row)
    at = read_cursor(lines, row, column)
    found = completions(at, row, Facts(names, sample_library(), {}))
    assert all(each.text.lower().startswith(at.prefix.lower()) for each in found.rows)
    assert lines[row][:column].endswith(at.prefix)


@pytest.mark.parametrize("before", ["", "y = f(", "torch.", "x = '"])
def test_a_long_word_is_read_once(before: str) -> None:
    """A pattern that is tried at each of its letters would take minutes."""
    word = "a" * 100_000
    at = at_cursor(f"{before}{word}|")
    assert at.prefix == (word if at.is_code else "")
    assert at_cursor(f"{word}.{word}.|").owner == f"{word}.{word}"


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("12ab|", "ab"), ("1_2|", "_2"), ("12|", ""), ("größe_2|", "größe_2"), ("x²|", "x²")],
)
def test_a_name_begins_with_no_digit(code: str, prefix: str) -> None:
    assert at_cursor(code).prefix == prefix


def test_of_many_calls_the_innermost_are_told() -> None:
    calls = at_cursor("".join(f"f{number}(" for number in range(1000)) + "|").calls
    assert calls[-1].called == "f999"
    assert len(calls) < 100
