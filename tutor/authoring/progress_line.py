"""The progress of a long task, such as a check of lessons, on a line that is overwritten."""

from __future__ import annotations

import sys

_WIDTH = 20
"""Characters of the bar."""


class ProgressLine:
    """A line on standard error; nothing is written without a terminal, or if `quiet`."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet or not sys.stderr.isatty()

    def show(self, done: int, total: int, at: str) -> None:
        """Show the steps or mutants done, as a bar and a number, and the current one."""
        filled = _WIDTH * done // max(1, total)
        self._write(f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} {at}")

    def show_count(self, done: int, at: str) -> None:
        """Show the number done, if the total is unknown."""
        self._write(f"{done} {at}")

    def clear(self) -> None:
        """Remove the line, so that other output can take its place."""
        self._write("")

    def _write(self, text: str) -> None:
        if not self._quiet:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
