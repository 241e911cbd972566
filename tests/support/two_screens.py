"""Two terminals: one gets Textual's own repaint of each update, the other the changed cells."""

from __future__ import annotations

import pyte
import pytest
from rich.console import Console

from tutor.ui.app import TutorApp
from tutor.ui.terminal.cell_diff import CellDiff
from tutor.ui.terminal.textual_private import Update

NO_WRAP = "\x1b[?7l"
"""As Textual sets it: nothing runs over into the next row."""


class Emulated:
    """One terminal, and how many bytes it was sent."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self._stream.feed(NO_WRAP)
        self.frames: list[int] = []
        """Bytes of each update."""

    def feed(self, sequences: str) -> None:
        """An update arrives."""
        self._stream.feed(sequences)
        self.frames.append(len(sequences.encode()))

    @property
    def bytes(self) -> int:
        """All that was sent."""
        return sum(self.frames)


class TwoScreens:
    """Give it to apps of a test by `watch`; then every update goes to both."""

    def __init__(self, columns: int, rows: int) -> None:
        self.full = Emulated(columns, rows)
        self.changed = Emulated(columns, rows)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on all apps of the process draw here, though they run without a terminal."""
        render_update = CellDiff.render_update

        def tell_both(app: CellDiff, update: Update, console: Console) -> str:
            self.full.feed(update.render_segments(console))
            sequences = render_update(app, update, console)
            self.changed.feed(sequences)
            return sequences

        monkeypatch.setattr(CellDiff, "render_update", tell_both)
        monkeypatch.setattr(CellDiff, "is_headless", False, raising=False)
        monkeypatch.setattr(TutorApp, "_listen_to_signals", lambda _: None)

    def resize(self, columns: int, rows: int) -> None:
        """As a window would, before the app hears of it; what stood there is lost."""
        for each in (self.full, self.changed):
            each.screen.resize(rows, columns)
            each.screen.erase_in_display(2)

    def forget_bytes(self) -> None:
        """Counts from here."""
        self.full.frames.clear()
        self.changed.frames.clear()

    def differences(self) -> list[str]:
        """Cells that do not look alike, with their place; empty when the screens are equal."""
        full, changed = self.full.screen, self.changed.screen
        return [
            f"row {y}, column {x}: {full.buffer[y][x]} against {changed.buffer[y][x]}"
            for y in range(full.lines)
            if full.buffer[y] != changed.buffer[y]
            for x in range(full.columns)
            if full.buffer[y][x] != changed.buffer[y][x]
        ]
