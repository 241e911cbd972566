"""A widget to draw an image of 8 x 8 shades, beside ten bars of what a model makes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.color import Color
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, clamp
from textual.message import Message
from textual.reactive import reactive

from tutor.ui.charts.picture import Picture, Piece, join_pieces, wrap_pieces
from tutor.ui.charts.shades import on, readable
from tutor.ui.widgets.immediate_keys import act_at_once, actions_by_key
from tutor.wire.pads import DARKEST, EMPTY, SIDE

STROKES = ("5", "9")
"""Shades of a cell after the first and the second stroke."""
MAX_SCALE = 4
GAP = 2
"""Columns between the drawing and the bars."""
BAR_MARGIN = 8
"""Columns of a bar's line beside the bar: caret, digit, blanks and the share."""
MIN_BAR, GOOD_BAR, MAX_BAR = 2, 10, 40
"""Columns of the longest bar; larger cells must leave room for a good one."""
_RIGHT_BUTTON = 3
_BEST, _LABEL = "pad--best", "pad--label"


class PadBoard(Picture, can_focus=True):
    """The drawing, which keys and mouse change, and the bars. It keeps its own drawing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(0, -1)", "Cell above", show=False),
        Binding("down", "move(0, 1)", "Cell below", show=False),
        Binding("left", "move(-1, 0)", "Cell before", show=False),
        Binding("right", "move(1, 0)", "Cell after", show=False),
        Binding("space", "darken", "Draw"),
        Binding("backspace,delete", "erase", "Erase"),
        Binding("c", "clear", "Clear"),
    ]
    ACTIONS: ClassVar[dict[str, str]] = actions_by_key(BINDINGS)
    COMPONENT_CLASSES: ClassVar[set[str]] = {_BEST, _LABEL}
    DEFAULT_CSS: ClassVar[str] = """
    PadBoard {
        height: 1fr;
        & > .pad--best { text-style: bold; color: $text-accent; }
        & > .pad--label { color: $text-muted; }
    }
    """

    at: reactive[Offset] = reactive(Offset(3, 3))
    """The cell that the keys change."""

    @dataclass
    class Drawn(Message):
        """Posted when the learner has changed the drawing."""

        cells: str

    cells = ""
    """The drawing; empty before there is a pad."""
    shares: Sequence[float] = ()
    words = ""
    """Text in place of the drawing."""
    _last_cell: Offset | None = None
    """The cell that the mouse was last in while it draws; None while it does not."""

    def show_drawing(self, cells: str, words: str = "") -> None:
        with self.redrawing():
            self.cells, self.words = cells, words

    def show_shares(self, shares: Sequence[float]) -> None:
        with self.redrawing():
            self.shares = shares

    def validate_at(self, at: Offset) -> Offset:
        return Offset(clamp(at.x, 0, SIDE - 1), clamp(at.y, 0, SIDE - 1))

    def watch_at(self) -> None:
        with self.redrawing():
            pass

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the cursor only with the focus, since it shows where keys act."""
        super().watch_has_focus(has_focus)
        self.watch_at()

    def action_move(self, columns: int, rows: int) -> None:
        self.at += Offset(columns, rows)

    def action_darken(self) -> None:
        shade = self.cells[self._index : self._index + 1]
        self._set(next((stroke for stroke in STROKES if stroke > shade), shade))

    def action_erase(self) -> None:
        self._set("0")

    def action_clear(self) -> None:
        self._draw(EMPTY)

    @property
    def _index(self) -> int:
        return self.at.y * SIDE + self.at.x

    def _set(self, shade: str) -> None:
        self._draw(self.cells[: self._index] + shade + self.cells[self._index + 1 :])

    def _draw(self, cells: str) -> None:
        if self.cells and cells != self.cells:
            self.show_drawing(cells)
            self.post_message(self.Drawn(cells))

    async def on_key(self, event: events.Key) -> None:
        """Handle the key at once, so that keys act in typing order."""
        await act_at_once(self, event, self.ACTIONS)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        self.capture_mouse()
        self._stroke(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._last_cell is not None:
            event.stop()
            self._stroke(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        event.stop()
        self.release_mouse()
        self._last_cell = None

    def _stroke(self, event: events.MouseEvent) -> None:
        """Change the cell under the mouse, once for each time that the mouse enters it."""
        offset, scale = event.get_content_offset(self), self._scale
        if offset is None or not scale:
            return
        cell = Offset(offset.x // (2 * scale), offset.y // scale)
        if cell == self._last_cell or not (cell.x < SIDE and cell.y < SIDE):
            return
        self._last_cell = self.at = cell
        if event.button == _RIGHT_BUTTON:
            self.action_erase()
        else:
            self.action_darken()

    @property
    def _scale(self) -> int:
        """Rows of a cell, which has twice as many columns; 0 if the drawing does not fit."""
        width, height = self.size
        beside = width - GAP - BAR_MARGIN
        largest = max((beside - GOOD_BAR) // (2 * SIDE), min(1, (beside - MIN_BAR) // (2 * SIDE)))
        return min(largest, height // SIDE, MAX_SCALE)

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        scale = self._scale
        if not self.cells or scale < 1:
            return wrap_pieces(self.words or "There is no room for the pad here.", width)
        drawing = [self._row(y // scale) for y in range(SIDE * scale)]
        bars = self._bars(width - 2 * SIDE * scale - GAP, height)
        blank: Piece = (" " * (2 * SIDE * scale), "")
        rows = max(len(drawing), len(bars))
        drawing += [[blank]] * (rows - len(drawing))
        bars += [[]] * (rows - len(bars))
        gap: Piece = (" " * GAP, "")
        return [[*left, gap, *right] for left, right in zip(drawing, bars, strict=True)]

    def _row(self, y: int) -> list[Piece]:
        return join_pieces([self._cell(x, y) for x in range(SIDE)])

    def _cell(self, x: int, y: int) -> Piece:
        level, columns = int(self.cells[y * SIDE + x]), 2 * self._scale
        is_here = self.has_focus and (x, y) == self.at
        if self.shades is not None:
            ground = _grey(level)
            text = f"[{' ' * (columns - 2)}]" if is_here else " " * columns
            return text, on(ground, readable(ground), bold=is_here)
        glyph = self.signs.ramp[1 + (max(1, round(4 * level / DARKEST)) if level else 0)]
        if not is_here:
            return glyph * columns, ""
        return f"[{glyph * (columns - 2)}]" if columns > 2 else f"[{glyph}", Style(bold=True)

    def _bars(self, width: int, height: int) -> list[list[Piece]]:
        """Return a line for each digit, or for the surest ones where there is no room for all."""
        if not self.shares:
            return []
        best = sorted(range(len(self.shares)), key=lambda digit: -_number(self.shares[digit]))
        longest = min(width - BAR_MARGIN, MAX_BAR)
        lines: list[list[Piece]] = []
        for digit in sorted(best[:height]):
            share = self.shares[digit]
            bar = self.signs.fills[0] * round(longest * _number(share))
            caret = self.signs.caret if digit == best[0] else " "
            text = f"{caret} {digit} {bar:<{longest}} {_percentage(share)}"
            lines.append([(text, _BEST if digit == best[0] else _LABEL)])
        return lines


def _number(share: float) -> float:
    return share if math.isfinite(share) else 0.0


def _percentage(share: float) -> str:
    """Return the share in three characters: .93, 1.0 or nan."""
    text = f"{share:.2f}"
    return text[1:] if text.startswith("0") else text[:3]


def _grey(level: int) -> Color:
    shade = 0xE6 - level * 0x17
    return Color.from_rgb(shade, shade, shade)
