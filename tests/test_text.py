"""Text from elsewhere: nothing in it commands a terminal or is there unseen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.text import (
    MAX_SEQUENCE,
    clean_paste,
    drop_hidden,
    is_plain,
    one_line,
    printable,
    strip_escapes,
    unify_line_ends,
)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b[2J\x1b[Hgone", "gone"),
        ("\x1b(Bplain", "plain"),
        ("a\x1bPq#0\x1b\\b", "ab"),
    ],
)
def test_escape_sequences_vanish(sent: str, shown: str) -> None:
    assert strip_escapes(sent) == (shown, "")


@given(st.integers(0, 14))
def test_a_sequence_cut_in_two_vanishes_as_well(at: int) -> None:
    sent = "a\x1b[38;5;200mb"
    first, rest = strip_escapes(sent[:at])
    second, left = strip_escapes(rest + sent[at:])
    assert (first + second, left) == ("ab", "")


def test_a_sequence_without_end_swallows_no_line_but_its_own() -> None:
    assert strip_escapes("a\x1b]0;title\nb") == ("a\nb", "")


def test_a_sequence_is_not_waited_for_for_ever() -> None:
    assert strip_escapes("a\x1b]0;" + "x" * MAX_SEQUENCE) == ("a", "")


@given(st.text())
def test_what_is_plain_is_left_alone(text: str) -> None:
    stripped, rest = strip_escapes(text)
    cleaned = drop_hidden(stripped.replace("\r", ""))
    assert is_plain(cleaned)
    if is_plain(text):
        assert (cleaned, rest) == (text, "")


def test_line_ends_become_one_kind() -> None:
    assert unify_line_ends("a\r\nb\rc\u2028d") == "a\nb\nc\nd"
    assert unify_line_ends("a\x0cb\x85c") == "a b c"


@given(st.text())
def test_unified_text_splits_at_newlines_only(text: str) -> None:
    unified = unify_line_ends(text)
    assert "\n".join(unified.splitlines()) == unified.removesuffix("\n")


def test_a_paste_keeps_what_can_be_seen() -> None:
    assert clean_paste("if x:\r\n\ty\u00a0=\u00a0\u201c1\u201d") == "if x:\n    y\u00a0=\u00a0“1”"


def test_a_paste_loses_what_cannot_be_seen() -> None:
    assert clean_paste("a\x00\x08\x1b[31mb\u200b\ufeffc\u202e\x9b\x7f") == "abc"


@given(st.text())
def test_no_control_character_survives(text: str) -> None:
    assert all(c == "\n" or ord(c) >= 32 for c in clean_paste(text))


@given(st.text())
def test_of_whatever_comes_only_what_is_seen_leaves(text: str) -> None:
    assert printable(text).replace("\n", "").isprintable()


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Mn"])))
def test_what_is_seen_is_printable_as_it_is(text: str) -> None:
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


@given(st.text())
def test_a_problem_is_one_line_of_what_is_seen(text: str) -> None:
    assert one_line(text).isprintable()
