"""The standard streams: lines in, with readline where somebody types, and lines out.

On a terminal everything is echoed and edited as in a shell. Where input comes from a pipe, what was
read is written after the prompt, so that the whole reads as it would on a terminal.
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
"""Characters of a line that are read at once."""


class Keyboard:
    """Standard input and output."""

    def __init__(self) -> None:
        self.is_typed = sys.stdin.isatty() and sys.stdout.isatty()
        """Whether somebody types, so that lines may come while a program runs."""
        self._ahead: deque[str] = deque()
        """Lines that were typed while a program ran, and were not for that."""
        self._begun = ""
        """What was typed of the next line already."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._is_broken = False
        """Whether nobody reads what is written."""
        self._is_ended = False
        """Whether the end of input came while a program ran."""
        for stream in (sys.stdin, sys.stdout):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        if self.is_typed:
            _prepare_readline()

    def write(self, line: str) -> None:
        """Write a line; where nobody reads any more, leave it."""
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
                self._put("\n")  # what comes next is on a line of its own
                raise
        self._put(prompt)
        line = sys.stdin.readline(MAX_LINE)
        if not line:
            self._put("\n")
            raise EOFError
        self.write(clean(line.rstrip("\r\n")))
        return line

    def wait(self, wake: int) -> list[str]:
        """Wait until the file descriptor can be read, or somebody types; return the lines typed."""
        files = [wake, sys.stdin.fileno()] if self.is_typed else [wake]
        ready, _, _ = select.select(files, [], [])
        if wake in ready:
            os.read(wake, MAX_LINE)
            return []
        data = b""
        with suppress(OSError):  # a terminal that has gone
            data = os.read(sys.stdin.fileno(), MAX_LINE)
        if not data:
            self.is_typed, self._is_ended = False, True  # told when the next line is asked for
        # what is begun is put into the prompt, which takes no NUL
        text = self._begun + self._decoder.decode(data).replace("\0", "")
        # what came while readline still had the terminal has a bare \r for Enter
        *lines, self._begun = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return lines

    def put_back(self, line: str) -> None:
        """Have a line that was typed meanwhile be the answer to the next prompt."""
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
    """Have `input` edit lines as a shell does, without codes that readers would spell."""
    try:
        import readline
    except ImportError:  # then the terminal edits lines itself
        return
    readline.parse_and_bind("set enable-bracketed-paste off")
    readline.parse_and_bind("set bell-style none")
    readline.parse_and_bind("tab: self-insert")
