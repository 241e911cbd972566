from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.grading.templates import can_fill, expressions_in, fill, words_to_choose

KNOWN = {"p": "0.92", "t.shape": "(1, 6)", "d['a']": "1", "{1: 2}[1]": "2", "'}'": "brace"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("You have {p}.", "You have 0.92."),
        ("{t.shape} and {p}", "(1, 6) and 0.92"),
        ("{{p}} stays", "{p} stays"),
        ("{{{p}}}", "{0.92}"),
        ("{d['a']}", "1"),
        ("{ {1: 2}[1] }", "2"),
        ("{'}'}", "brace"),
        ("{unknown}", "?"),
        ("{no expression}", "{no expression}"),
        ("{}", "{}"),
        ("open { and }", "open { and }"),
        ("it isn't {p}", "it isn't 0.92"),
        ("", ""),
    ],
)
def test_filling(text: str, filled: str) -> None:
    assert fill(text, KNOWN.get) == filled


@pytest.mark.parametrize(
    ("text", "can"), [("{p} of {t.shape}", True), ("{p} of {unknown}", False), ("{{p}} {}", True)]
)
def test_a_message_can_be_filled_if_all_its_expressions_are_known(text: str, *, can: bool) -> None:
    assert can_fill(text, KNOWN.get) == can


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("'both' if n else 'none'", {"both", "none"}),
        ("'a' if n else 'b' if m else 'c'", {"a", "b", "c"}),
        ("'a' if n else name", set()),
        ("'a' if n else 3", set()),
        ("name", set()),
        ("'both'", set()),
    ],
)
def test_the_words_that_an_if_chooses_from(expression: str, words: set[str]) -> None:
    assert words_to_choose(expression) == words


def test_the_expressions_to_ask() -> None:
    assert expressions_in("{p} {{q}} {t.shape} {no way} {p}") == ("p", "t.shape", "p")


@given(st.text(alphabet="{}ab '\"x", max_size=20))
def test_no_text_breaks_it_and_escaped_text_comes_back(text: str) -> None:
    fill(text, KNOWN.get)
    assert fill(text.replace("{", "{{").replace("}", "}}"), KNOWN.get) == text
