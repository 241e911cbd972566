"""Nothing that a program says can command a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.grading.printable import printable


@given(st.text())
def test_whatever_comes_only_what_is_seen_leaves(text: str) -> None:
    assert printable(text).replace("\n", "").isprintable()


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Mn"])))
def test_what_is_seen_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("a\tb\nc", "a    b\nc"),
        ("\x1b[1mbold\x1b[0m", "bold"),
        ("\x1b[1;31", r"\x1b[1;31"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202edef", r"abc\u202edef"),
        ("\ud800", r"\ud800"),
    ],
)
def test_the_rest_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown
