"""Bytes from the terminal become text as a learner meant them."""

from __future__ import annotations

from tutor.ui.terminal.textual_private import InputDecoder


def test_what_is_no_utf8_is_read_as_far_as_it_can_be() -> None:
    decode = InputDecoder(0).decode
    assert decode(b"caf\xe9 ") == "caf\ufffd "
    assert decode(b"\xc3") + decode(b"\xa9") == "é"
    assert decode(b"\xed\xa0\x80") == "\ufffd" * 3
    assert decode(b"\xff", final=True) == "\ufffd"


def test_a_line_feed_from_before_the_start_is_an_enter() -> None:
    decode = InputDecoder(3).decode
    assert decode(b"\n") + decode(b"a\n\nb") + decode(b"\n") == "\ra\r\nb\n"
