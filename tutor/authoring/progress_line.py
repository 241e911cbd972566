"""How far a check of lessons has come, on one line that is written over. For cli."""

from __future__ import annotations

import sys


class ProgressLine:
    """On standard error; nothing where nobody would see it."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet or not sys.stderr.isatty()

    def show(self, done: int, total: int, following: str) -> None:
        """So many are done, and this is next."""
        self._write(f"{done}/{total} {following}")

    def clear(self) -> None:
        """Takes the line away."""
        self._write("")

    def _write(self, text: str) -> None:
        if not self._quiet:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
