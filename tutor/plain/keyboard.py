"""The standard streams: lines in, with readline on a terminal, and lines out.

A terminal echoes and edits input as a shell does. Input from a pipe is echoed after the prompt, so
that the output reads as it would on a terminal.
"""

from __future__ import annotations

import codecs
import io
import os
import select
import sys
from collections import deque
from contextlib import suppress

from tutor.plain.teller import clean

MAX_LINE = 64 * 1024
"""Maximum characters of a line that are read at once."""


class Keyboard:
    """Standard input and output."""

    def __init__(self) -> None:
        self.is_typed = sys.stdin.isatty() and sys.stdout.isatty()
        """True on a terminal, where lines may arrive while a program runs."""
        self._ahead: deque[str] = deque()
        """Lines typed during a run that were not meant for it."""
        self._begun = ""
        """Beginning of the next line, typed during a run."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._is_broken = False
        """True once writing has failed because nobody reads the output."""
        self._is_ended = False
        """True if the input ended during a run."""
        for stream in (sys.stdin, sys.stdout):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        if self.is_typed:
            _prepare_readline()

    def write(self, line: str) -> None:
        """Write a line; ignore errors once nobody reads the output."""
        self._put(f"{line}\n")

    def ask(self, prompt: str) -> str:
        """Ask for a line; raise EOFError at the end of input."""
        if self._ahead:
            line = self._ahead.popleft()
            self.write(f"{prompt}{clean(line)}")
            return line
        if self._is_broken or self._is_ended:
            self._put("\n")
            raise EOFError
        if self.is_typed:
            begun, self._begun = self._begun, ""
            try:
                return begun + input(prompt + begun)
            except EOFError:
                self._put("\n")  # so that the next text starts on a line of its own
                raise
        self._put(prompt)
        line = sys.stdin.readline(MAX_LINE)
        if not line:
            self._put("\n")
            raise EOFError
        self.write(clean(line.rstrip("\r\n")))
        return line

    def wait(self, wake: int) -> list[str]:
        """Wait until `wake` is readable or someone types; return the lines typed."""
        files = [wake, sys.stdin.fileno()] if self.is_typed else [wake]
        ready, _, _ = select.select(files, [], [])
        if wake in ready:
            os.read(wake, MAX_LINE)
            return []
        data = b""
        with suppress(OSError):  # the terminal is gone
            data = os.read(sys.stdin.fileno(), MAX_LINE)
        if not data:
            self.is_typed, self._is_ended = False, True  # reported when the next line is asked for
        # the unfinished line is put into the prompt, which cannot hold a NUL
        text = self._begun + self._decoder.decode(data).replace("\0", "")
        # text that arrived while readline had the terminal has a bare \r for Enter
        *lines, self._begun = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return lines

    def put_back(self, line: str) -> None:
        """Use a line that was typed meanwhile as the answer to the next prompt."""
        self._ahead.append(line)

    def _put(self, text: str) -> None:
        if self._is_broken:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except (OSError, ValueError):
            self._is_broken = True
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _prepare_readline() -> None:
    """Let `input` edit lines as a shell does, without codes that screen readers would spell."""
    try:
        import readline
    except ImportError:  # then the terminal itself edits lines
        return
    readline.parse_and_bind("set enable-bracketed-paste off")
    readline.parse_and_bind("set bell-style none")
    readline.parse_and_bind("tab: self-insert")
