"""A chart of the axes of a program's plots: in their grid, or one above the other if they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from tutor.ui.charts.picture import Picture, Piece, wrap_pieces
from tutor.ui.charts.plot_axes import MIN_SIZE, PlotPainter, Rows
from tutor.ui.charts.shades import BLACK
from tutor.wire.plotted import Axes

MIN_ROWS = 10
"""Minimum rows of a plot among several."""
GRID_SIZE, BARE_GRID_SIZE = (20, 7), (6, 3)
"""Minimum columns and rows of a plot in a grid, with scales and without them."""
GRID_GAP = 2
"""Columns between two plots of a grid."""
NOTE = "plot--note"


class PlotView(Picture, can_focus=True):
    """Plots, each with its title, legend, scales, and a sentence if there is more to say."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "pick(-1)", "Plot before"),
        Binding("right_square_bracket", "pick(1)", "Plot after"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "plot--first",
        "plot--second",
        "plot--third",
        "plot--fourth",
        "plot--axis",
        "plot--title",
        "plot--note",
    }
    DEFAULT_CSS: ClassVar[str] = """
    PlotView {
        height: 1fr;
        & > .plot--first { color: $text-primary; text-style: bold; }
        & > .plot--second { color: $text-accent; text-style: bold; }
        & > .plot--third { color: $text-warning; }
        & > .plot--fourth { color: $foreground; }
        & > .plot--axis { color: $text-muted; }
        & > .plot--title { text-style: bold; }
        & > .plot--note { color: $text-muted; }
    }
    """

    @dataclass
    class Picked(Message):
        """Posted to select the plot that many places further on."""

        delta: int

    axes: tuple[Axes, ...] = ()
    words: tuple[str, ...] = ()
    empty = ""

    def show_plots(self, axes: Sequence[Axes], words: Sequence[str], *, empty: str = "") -> None:
        """Show the axes in their grid, or as many as fit, at least the first, with their texts."""
        with self.redrawing():
            self.axes, self.words, self.empty = tuple(axes), tuple(words), empty

    def action_pick(self, delta: int) -> None:
        self.post_message(self.Picked(delta))

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        if not self.axes:
            return wrap_pieces(self.empty, width)
        if (grid := self._grid(width, height)) is not None:
            return grid
        count = max(1, min(len(self.axes), height // MIN_ROWS))
        rows: Rows = []
        for number in range(count):
            until = height * (number + 1) // count
            room = until - len(rows) - (1 if number + 1 < count else 0)
            rows += self._draw_one(self.axes[number], self.words[number], width, room)
            rows += [[] for _ in range(until - len(rows))] if number + 1 < count else []
        return rows

    def _draw_one(self, axes: Axes, words: str, width: int, height: int) -> Rows:
        if height < MIN_SIZE[1] + 2 or width < MIN_SIZE[0]:
            return wrap_pieces(words, width)[:height]
        notes = wrap_pieces(words, width, NOTE)[: max(1, height // MIN_ROWS)]
        return [*self._painter.rows(axes, width, height - len(notes)), *notes]

    @property
    def _painter(self) -> PlotPainter:
        ground = self.rich_style.bgcolor or BLACK
        return PlotPainter(self.signs, self.shades, self.get_component_rich_style, ground)

    def _grid(self, width: int, height: int) -> Rows | None:
        """Return the plots where the program has placed them; None without room for that."""
        places = [each.place for each in self.axes if each.place is not None]
        if len({*places}) < max(2, len(self.axes)) or min(places)[0] or min(p[2] for p in places):
            return None
        down, across = max(place[1] for place in places), max(place[3] for place in places)
        least = BARE_GRID_SIZE if all(each.is_bare for each in self.axes) else GRID_SIZE
        if width // across < least[0] or height // down < least[1]:
            return None
        rows: Rows = [[] for _ in range(height)]
        ends = [0] * height
        for place, axes in sorted(zip(places, self.axes, strict=True), key=lambda pair: pair[0][2]):
            top, bottom = (height * at // down for at in place[:2])
            left, right = (width * at // across for at in place[2:])
            drawn = self._painter.rows(axes, right - left - GRID_GAP, bottom - top - (down > 1))
            for at, row in enumerate(drawn, top):
                rows[at] += [(" " * (left - ends[at]), ""), *row]
                ends[at] = left + sum(cell_len(text) for text, _ in row)
        return rows
