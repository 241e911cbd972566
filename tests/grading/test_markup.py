"""The marks of short Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.grading.markup import pieces, plain


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("backward *adds* to it", "backward adds to it"),
        ("*minus* the logarithm", "minus the logarithm"),
        ("the **whole** array", "the whole array"),
        ("(*one or two*)", "(one or two)"),
        ("`*args*` stay", "`*args*` stay"),
        ("put `*` in front, or `**`", "put `*` in front, or `**`"),
        ("2 * x * y", "2 * x * y"),
        ("a*b*c", "a*b*c"),
        ("*alone", "*alone"),
        ("```\nx = *a*\n```\n*then*", "```\nx = *a*\n```\nthen"),
    ],
)
def test_plain_text_has_no_stars_that_mark_something(markdown: str, text: str) -> None:
    assert plain(markdown) == text


def test_each_mark_is_told() -> None:
    marked = list(pieces("A `b` and *c* or **d**."))
    assert marked == [
        ("", "A "), ("code", "b"), ("", " and "), ("emphasis", "c"), ("", " or "), ("bold", "d"),
        ("", "."),
    ]  # fmt: skip


@given(st.text("a *`\n."))
def test_nothing_but_marks_is_lost(text: str) -> None:
    assert "".join(part for _, part in pieces(text)).replace("*", "").replace("`", "") == (
        text.replace("*", "").replace("`", "")
    )
