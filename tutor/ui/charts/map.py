"""A widget that shows a map of decisions or a fitted curve, with what the learner has put on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.message import Message

from tutor.first_screen.glyphs import GLYPHS, GlyphName, PlotName
from tutor.ui.charts.map_painter import MapPainter, Own
from tutor.ui.charts.picture import Picture, Piece, wrap_pieces
from tutor.ui.theme import has_shades
from tutor.wire.maps import DecisionMap, FittedCurve

MIN_SIZE = (16, 4)
"""Columns and rows below which only words are shown."""


class MapPicture(Picture, can_focus=True):
    """A map in half blocks and dark fields, or without colours in a ramp of glyphs."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"map--cursor", "map--line", "map--data"}
    DEFAULT_CSS: ClassVar[str] = """
    MapPicture {
        height: 1fr;
        & > .map--cursor { text-style: bold reverse; }
        & > .map--line { color: $primary; }
        & > .map--data { color: $accent; }
    }
    """

    class Pointed(Message):
        """The learner has clicked at a place, `x` and `y` from 0 to 1."""

        def __init__(self, x: float, y: float) -> None:
            super().__init__()
            self.x, self.y = x, y

    def __init__(self, *, glyphs: GlyphName, plot: PlotName, id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        """Create a picture without a map."""
        super().__init__(id=id)
        self.shown: DecisionMap | FittedCurve | None = None
        self.own = Own()
        self.words = ""
        """The text in place of a map."""
        self.coloured = True
        self._marks, self._plot = GLYPHS[glyphs], plot

    def on_mount(self) -> None:
        """Do without colours if the terminal has too few for shades, which only the app knows."""
        self.coloured = has_shades(self.app)

    def show_map(self, shown: DecisionMap | FittedCurve | None, own: Own, words: str) -> None:
        """Show the map and the learner's own points, or the words where there is no map."""
        if (shown, own, words) == (self.shown, self.own, self.words):
            return
        with self.redrawing():
            self.shown, self.own, self.words = shown, own, words

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """Return the rows of the map; the words where there is none, or no room for one."""
        columns, rows = MIN_SIZE
        if self.shown is None or width < columns or height < rows:
            return wrap_pieces(self.words, width)
        painter = MapPainter(self._marks, self.coloured, self._plot, self.rich_style)
        return painter.rows(self.shown, width, height, self.own)

    def on_click(self, event: events.Click) -> None:
        """Tell the place that was clicked."""
        offset, (width, height) = event.get_content_offset(self), self.content_size
        if offset is not None and self.shown is not None and width and height:
            event.stop()
            self.post_message(self.Pointed((offset.x + 0.5) / width, 1 - (offset.y + 0.5) / height))
