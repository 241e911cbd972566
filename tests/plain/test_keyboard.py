"""What the terminal gives while a command is obeyed."""

from __future__ import annotations

import os

import pytest

from tutor.plain.keyboard import Keyboard


def test_lines_that_came_while_readline_had_the_terminal_are_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading, writing = os.pipe()
    wake, _ = os.pipe()
    with os.fdopen(reading) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        keyboard = Keyboard()
        keyboard.is_typed = True
        os.write(writing, b"if ok:\r    stop\r\nx = '\xc3")
        assert keyboard.wait(wake) == ["if ok:", "    stop"]
        os.write(writing, b"\xa4'\x00\ry")
        assert keyboard.wait(wake) == ["x = 'ä'"]
    os.close(writing)
