"""The progress of a check of lessons, on a line that is written over. For cli."""

from __future__ import annotations

import sys


class ProgressLine:
    """A line on standard error; nothing is written if that is no terminal, or if `quiet`."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet or not sys.stderr.isatty()

    def show(self, done: int, total: int, following: str) -> None:
        """Show how many steps are done, and the one that follows."""
        self._write(f"{done}/{total} {following}")

    def clear(self) -> None:
        """Remove the line, so that other output can take its place."""
        self._write("")

    def _write(self, text: str) -> None:
        if not self._quiet:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
