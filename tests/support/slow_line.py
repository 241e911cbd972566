"""Terminals at the end of a line that lets few bytes through."""

from __future__ import annotations

import os

from tests.support.terminal import Terminal

QUESTION = b"\x1b[6n"
"""Where is the cursor? A terminal answers when it has come to it."""


class FullLine(Terminal):
    """What is not taken waits in the program, as on a terminal of the same machine."""

    max_bytes_a_read = 0
    """How many come through each time the terminal is read; 0 for all."""

    def read(self, wait: float = 0.0) -> None:
        """Takes what comes through."""
        if not self.max_bytes_a_read:
            super().read(wait)
        else:
            self.show(self.receive(wait, self.max_bytes_a_read))


class FarTerminal(FullLine):
    """All is taken at once and waits on the way, as behind SSH; only the answers tell."""

    on_the_way = b""
    answers = 0

    def read(self, wait: float = 0.0) -> None:
        """Takes all, and shows what has arrived."""
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
