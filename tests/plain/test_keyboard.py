"""What the terminal gives while a command is obeyed."""

from __future__ import annotations

import os
import sys

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


def test_after_the_end_of_input_a_new_line_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ended(prompt: str) -> str:
        sys.stdout.write(prompt)
        raise EOFError

    monkeypatch.setattr("builtins.input", ended)
    keyboard = Keyboard()
    keyboard.is_typed = True
    with pytest.raises(EOFError):
        keyboard.ask("step 4> ")
    assert capsys.readouterr().out == "step 4> \n"
