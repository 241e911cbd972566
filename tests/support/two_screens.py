"""Two emulated terminals: one gets Textual's own repaint of each update, one the changed cells.

If the app's cell diff is right, both always show the same.
"""

from __future__ import annotations

import pyte
import pytest
from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor

from tutor.ui.app import TutorApp
from tutor.ui.terminal.cell_diff import CellDiff
from tutor.ui.terminal.textual_private import NarrowCompositor, Update

NO_WRAP = "\x1b[?7l"
"""The code by which Textual turns off wrapping into the next row."""


class Emulated:
    """An emulated terminal that counts the bytes sent to it."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self._stream.feed(NO_WRAP)
        self.frames: list[int] = []
        """Bytes of each update."""

    def feed(self, sequences: str, shown: str = "") -> None:
        """Count the control sequences of one update, and show them or those of `shown`."""
        self._stream.feed(shown or sequences)
        self.frames.append(len(sequences.encode()))

    @property
    def bytes(self) -> int:
        """The number of all bytes sent."""
        return sum(self.frames)


class TwoScreens:
    """The two terminals of a test; after `watch`, every update of its apps goes to both."""

    def __init__(self, columns: int, rows: int) -> None:
        self.full = Emulated(columns, rows)
        self.changed = Emulated(columns, rows)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make all apps of the process draw here from now on, although they have no terminal."""
        render_update, own = CellDiff.render_update, Compositor.render_partial_update
        whole: list[Update] = []

        def render_both(compositor: NarrowCompositor) -> ChopsUpdate | None:
            changed = compositor._dirty_regions.copy()
            update = own(compositor)
            compositor._dirty_regions = changed
            narrowed, compositor._changed = compositor._changed, ()
            whole[:] = filter(None, [own(compositor)])
            compositor._changed = narrowed
            return update

        def tell_both(app: CellDiff, update: Update, console: Console) -> str:
            shown = whole.pop() if whole and isinstance(update, ChopsUpdate) else update
            self.full.feed(update.render_segments(console), shown.render_segments(console))
            sequences = render_update(app, update, console)
            self.changed.feed(sequences)
            return sequences

        monkeypatch.setattr(Compositor, "render_partial_update", render_both)
        monkeypatch.setattr(CellDiff, "render_update", tell_both)
        monkeypatch.setattr(CellDiff, "is_headless", False, raising=False)
        monkeypatch.setattr(CellDiff, "terminal_size", lambda app: app.size)
        monkeypatch.setattr(TutorApp, "_listen_to_signals", lambda _: None)

    def resize(self, columns: int, rows: int) -> None:
        """Resize both as a window would before the app hears of it; they lose what they show."""
        for each in (self.full, self.changed):
            each.screen.resize(rows, columns)
            each.screen.erase_in_display(2)

    def forget_bytes(self) -> None:
        """Count the bytes of both from here on."""
        self.full.frames.clear()
        self.changed.frames.clear()

    def differences(self) -> list[str]:
        """Return a line for each cell that differs between the two; empty if they are equal."""
        full, changed = self.full.screen, self.changed.screen
        return [
            f"row {y}, column {x}: {full.buffer[y][x]} against {changed.buffer[y][x]}"
            for y in range(full.lines)
            if full.buffer[y] != changed.buffer[y]
            for x in range(full.columns)
            if full.buffer[y][x] != changed.buffer[y][x]
        ]
