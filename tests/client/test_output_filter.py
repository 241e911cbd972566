"""Whatever bytes come, what leaves does nothing to a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.client.output_filter import OutputFilter

SEQUENCES = [b"\x1b[31m", b"\x1b]0;title\x07", b"\x1b", b"[2J", b"\x9b", b"\xc2\x9b", b"\x1bP"]
CODES = [b"\x1b\\", b"\x07", b"\x08", b"\xe2\x80\xae", b"\xe2\x80", b"\xff", b"\n", b"\r\n"]
NASTY = st.sampled_from([*SEQUENCES, *CODES, b"\r", b"a", "é".encode()])
CHUNKS = st.lists(st.one_of(st.binary(max_size=40), NASTY), max_size=30)


def _through(*chunks: bytes) -> str:
    plain = OutputFilter()
    return "".join([*map(plain.feed, chunks), plain.finish()])


@given(CHUNKS)
def test_no_control_character_leaves(chunks: list[bytes]) -> None:
    for letter in _through(*chunks):
        category = unicodedata.category(letter)
        assert letter in "\n\t" or category not in ("Cc", "Cf", "Cs", "Zl", "Zp"), hex(ord(letter))


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], include_characters="\n\t")))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert _through(text.encode()) == text


@given(st.lists(NASTY.filter(lambda piece: piece != b"\r"), max_size=20), st.data())
def test_where_the_pieces_are_cut_makes_no_difference(
    pieces: list[bytes], data: st.DataObject
) -> None:
    whole = b"".join(pieces).replace(b"\r", b"")
    at = data.draw(st.integers(0, len(whole)))
    assert _through(whole[:at], whole[at:]) == _through(whole)


@pytest.mark.parametrize(
    ("chunks", "text"),
    [
        ([b"abc\r\n", b"def\r", b"\nx"], "abc\ndef\nx"),
        ([b"  0%\r 10%", b"\r 20%", b"\r100%\ndone"], "100%\ndone"),
        ([b"a long line\rshort\n"], "shortg line\n"),
        ([b"Epoch 1", b"\rEpoch 2", b"\rEpoch 3\n"], "Epoch 1\nEpoch 3\n"),
        ([b"abc\rX", b"Y\n"], "XYc\n"),
        ([b"\router 0%\n\rinner 0%\x1b[A", b"\n\rinner 1%\x1b", b"[A"], "outer 0%\ninner 1%"),
        ([b"a 0\x1b[A\ra 1", b"\n\rb 1\x1b[A\ra 2", b"\n\rb 2\x1b[A\n\nend"], "a 2\nb 2\nend"),
        ([b"\x1b[A\ra 1\n\rb 1\r   \x1b[A\ra 2\n", b"end\n"], "a 2\nend\n"),
        ([b"one\x1b[Atwo\n", b"three\n"], "onetwo\nthree\n"),
        ([b"a\vb\n"], "ab\n"),
        ([b"\x1b[31mred\x1b", b"[0m"], "red"),
        ([b"\x1b]8;;http", b"://x\x1b", b"\\link\x1b]8;;\x07!"], "link!"),
        ([b"\x1b]never ended\nnext"], "\nnext"),
        (["x\u202ey".encode()], "x\ufffdy"),
        ([b"\xe2\x82", b"\xac"], "€"),
        ([b"\xff"], "\ufffd"),
    ],
)
def test_examples(chunks: list[bytes], text: str) -> None:
    assert _through(*chunks) == text


def test_text_is_not_kept_back_without_need() -> None:
    plain = OutputFilter()
    assert plain.feed(b"Your name? ") == "Your name? "
    assert plain.feed(b"50%\r") == ""
    assert plain.feed(b"60%\n") == "\n60%\n"


def test_an_endless_line_or_sequence_is_not_kept_for_ever() -> None:
    plain = OutputFilter()
    shown = sum(len(plain.feed(b"x" * 1000 + b"\r" * (n == 0))) for n in range(100))
    assert shown > 90_000
    begun = plain.feed(b"\x1b]" + b"x" * 5000) + plain.feed(b"y")
    assert begun.endswith("y")
