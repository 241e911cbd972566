"""What the terminal gives while a command is obeyed."""

from __future__ import annotations

import io
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


def test_what_is_read_from_a_pipe_is_shown_without_anything_that_a_terminal_obeys(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("  y = 1\x1b[2J\ttwo\r\n"))
    assert Keyboard().ask("line 2> ") == "  y = 1\x1b[2J\ttwo\r\n"
    shown = capsys.readouterr().out
    assert shown.startswith("line 2>   y = 1")
    assert shown.removesuffix("\n").isprintable()
