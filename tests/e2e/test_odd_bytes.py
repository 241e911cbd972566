"""A terminal that does not speak UTF-8: its letters are seen as unknown, and the app goes on."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Start, open_code

pytestmark = [pytest.mark.e2e, pytest.mark.process, pytest.mark.xdist_group("terminal")]


def test_letters_of_another_encoding_end_nothing(start: Start) -> None:
    terminal = start("open", "sigmoid")
    open_code(terminal, "sigmoid = ...")
    terminal.write("# caf")
    terminal.send(b"\xe9 au lait")
    terminal.wait_for("# caf\ufffd au lait")
    terminal.send(b"\r\x1b[200~# pasted \xfc\xed\xa0\x80\xff\r\x1b[201~")
    terminal.wait_for("# pasted \ufffd")
    terminal.write("print('goes', 'on')\r")
    terminal.press("f5")
    terminal.wait_for("goes on")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    assert terminal.was_restored()
