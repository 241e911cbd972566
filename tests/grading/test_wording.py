"""Numbers of things and words in a row."""

from __future__ import annotations

import pytest

from tutor.grading.wording import counted, listed


@pytest.mark.parametrize(
    ("number", "things", "words"),
    [
        (1, ("number",), "1 number"),
        (0, ("number",), "0 numbers"),
        (2, ("axis", "axes"), "2 axes"),
        (1, ("axis", "axes"), "1 axis"),
    ],
)
def test_one_thing_is_no_plural(number: int, things: tuple[str, ...], words: str) -> None:
    assert counted(number, *things) == words


@pytest.mark.parametrize(
    ("words", "row"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
     (["a", "a"], "a"), (["a", "b", "a"], "a and b")],
)  # fmt: skip
def test_a_row_says_each_word_once(words: list[str], row: str) -> None:
    assert listed(words) == row
