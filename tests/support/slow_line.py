"""Terminals behind a line that lets few bytes through."""

from __future__ import annotations

import os

from tests.support.terminal import Terminal

QUESTION = b"\x1b[6n"
"""The question for the cursor's place, which a terminal answers once it has come to it."""


class FullLine(Terminal):
    """A slow terminal of the same machine: bytes that are not read yet wait in the program."""

    max_bytes_a_read = 0
    """Bytes that come through each time the terminal is read; 0 for all."""

    def read(self, wait: float = 0.0) -> None:
        """Read and show the bytes that come through."""
        if not self.max_bytes_a_read:
            super().read(wait)
        else:
            self.show(self.receive(wait, self.max_bytes_a_read))


class FarTerminal(FullLine):
    """A terminal behind a slow SSH line: all bytes leave the program at once and wait on the way.

    The program can notice that only by how late its questions are answered.
    """

    on_the_way = b""
    answers = 0
    """The number of questions answered so far."""

    def read(self, wait: float = 0.0) -> None:
        """Read all bytes, show those that have arrived, and answer the questions among them."""
        while data := self.receive(wait):
            self.on_the_way += data
            wait = 0.0
        here = len(self.on_the_way)
        if self.max_bytes_a_read:
            here = min(here, self.max_bytes_a_read)
        arrived, self.on_the_way = self.on_the_way[:here], self.on_the_way[here:]
        before = self.sent.count(QUESTION)
        self.show(arrived)
        for _ in range(self.sent.count(QUESTION) - before):
            self.answers += 1
            os.write(self._master, b"\x1b[1;1R")
