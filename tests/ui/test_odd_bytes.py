"""What no UTF-8 is, is read all the same, and whole characters that come in pieces stay whole."""

from __future__ import annotations

import pytest
from textual.drivers import linux_driver

from tutor.ui.terminal.textual_private import accept_invalid_utf8


@pytest.fixture(autouse=True)
def textuals_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is after each test as it was before."""
    name = "getincrementaldecoder"
    monkeypatch.setattr(linux_driver, name, getattr(linux_driver, name))


def test_it_is_read_as_far_as_it_can_be() -> None:
    accept_invalid_utf8()
    decode = vars(linux_driver)["getincrementaldecoder"]("utf-8")().decode
    assert decode(b"caf\xe9 ") == "caf\ufffd "
    assert decode(b"\xc3") + decode(b"\xa9") == "é"
    assert decode(b"\xed\xa0\x80") == "\ufffd" * 3
    assert decode(b"\xff", final=True) == "\ufffd"
