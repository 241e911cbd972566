"""What charts and maps have in common: rows of styled pieces, drawn anew when something changed.

A base class for the widgets of this room that draw a whole picture from plain values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tutor.ui.widgets.row_refresh import RowRefresh
from tutor.ui.widgets.wrapping import wrap_words

Piece = tuple[str, str | Style]
"""A text, and the name of a component class or a style; "" is the widget's own style."""


class Picture(RowRefresh, Widget):
    """A widget whose rows come from `draw_picture`."""

    drawn_rows: Sequence[Sequence[Piece]] = ()
    """The rows as drawn last."""
    drawn_size = Size(-1, -1)
    """The size they were drawn for."""

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """At most `height` rows of at most `width` cells. Overridden by each widget."""
        return [[(" " * width, "")]] * height

    @contextmanager
    def redrawing(self) -> Iterator[None]:
        """Inside, change the values. The rows that look different afterwards are painted."""
        with self.changing_rows():
            yield
            self.drawn_size = Size(-1, -1)

    def draw_row(self, y: int) -> Strip:
        """One row, padded to the width."""
        width, height = self.size
        if self.drawn_size != self.size:
            self.drawn_rows = self.draw_picture(width, height)
            self.drawn_size = self.size
        pieces = self.drawn_rows[y] if y < len(self.drawn_rows) else ()
        segments = [Segment(text, self._style(style)) for text, style in pieces if text]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _style(self, style: str | Style) -> Style:
        if isinstance(style, Style):
            return style
        return self.get_component_rich_style(style) if style else self.rich_style


def wrap_pieces(text: str, width: int, style: str = "") -> list[list[Piece]]:
    """A text as rows that fit; no row for no text."""
    if not text:
        return []
    return [[(text[start:end], style)] for start, end in wrap_words(text, max(1, width))]


def join_pieces(cells: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one style as one piece: fewer bytes on the wire."""
    pieces: list[Piece] = []
    for text, style in cells:
        if pieces and pieces[-1][1] == style:
            pieces[-1] = (pieces[-1][0] + text, style)
        else:
            pieces.append((text, style))
    return pieces
