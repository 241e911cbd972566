"""The base class of charts and maps: widgets that draw a whole picture from plain values.

A picture is a list of rows, a row a list of styled pieces. It is redrawn when a value or the size
changes, and only the changed rows are repainted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tutor.ui.charts.shades import MANY, Shades, shades_of
from tutor.ui.marks import UNICODE, Marks
from tutor.ui.widgets.row_refresh import RowRefresh
from tutor.ui.widgets.wrapping import wrap_words

Piece = tuple[str, str | Style]
"""A text with a style or the name of a component class; "" is the widget's own style."""


class Picture(RowRefresh, Widget):
    """A widget that shows the rows that its `draw_picture` returns."""

    drawn_rows: Sequence[Sequence[Piece]] = ()
    """Last result of `draw_picture`."""
    drawn_size = Size(-1, -1)
    """Size of the drawn rows; (-1, -1) if they are outdated."""
    shades: Shades | None = MANY
    """Shades of the terminal at the last drawing; None if it has too few colours."""

    def __init__(
        self,
        *,
        marks: Marks = UNICODE,
        id: str | None = None,  # noqa: A002  # Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self.signs = marks.signs

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """Return at most `height` rows of at most `width` cells; blank unless overridden."""
        return [[(" " * width, "")]] * height

    @contextmanager
    def redrawing(self) -> Iterator[None]:
        """Redraw the picture after the block, and repaint the rows that changed.

        Change every value that `draw_picture` reads inside such a block.
        """
        with self.changing_rows():
            yield
            self.drawn_size = Size(-1, -1)

    def draw_row(self, y: int) -> Strip:
        """Return a row of the picture; draw it first if it is outdated."""
        width, height = self.size
        shades = shades_of(self.app)
        if (self.drawn_size, self.shades) != (self.size, shades):
            self.shades = shades
            self.drawn_rows = self.draw_picture(width, height)
            self.drawn_size = self.size
        pieces = self.drawn_rows[y] if y < len(self.drawn_rows) else ()
        own = self.rich_style  # computed at each use: for each piece that took half of the drawing
        segments = [Segment(text, self._style(style, own)) for text, style in pieces if text]
        return Strip(segments).adjust_cell_length(width, own)

    def _style(self, style: str | Style, own: Style) -> Style:
        if isinstance(style, Style):
            return style
        return self.get_component_rich_style(style) if style else own


def wrap_pieces(text: str, width: int, style: str = "") -> list[list[Piece]]:
    """Wrap the text to `width` cells in one style; no rows for an empty text."""
    if not text:
        return []
    return [[(text[start:end], style)] for start, end in wrap_words(text, max(1, width))]


def join_pieces(cells: Sequence[Piece]) -> list[Piece]:
    """Join neighbours of one style into one piece, which takes fewer bytes to send."""
    pieces: list[Piece] = []
    for text, style in cells:
        if pieces and pieces[-1][1] == style:
            pieces[-1] = (pieces[-1][0] + text, style)
        else:
            pieces.append((text, style))
    return pieces
