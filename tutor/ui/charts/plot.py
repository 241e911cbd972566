"""A widget that shows the axes of a program's plot, one above the other where there is room.

It takes plain data, and knows neither matplotlib nor runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from tutor.first_screen.glyphs import GLYPHS, PlotName
from tutor.ui.charts import heat_scale
from tutor.ui.charts.heat_panel import Painter, Panel
from tutor.ui.charts.picture import Picture, Piece, wrap_pieces
from tutor.ui.charts.plot_rows import MIN_SIZE, note_rows, plot_rows
from tutor.ui.theme import has_shades
from tutor.wire.plotted import Axes, Image

MIN_ROWS = 10
"""Rows of one plot where several stand one above the other."""
MIN_NOTES = 3
"""Rows that the words under a plot may take, where it is not very low."""
NOTES_SHARE = 5
"""They may take one row in so many."""


class PlotView(Picture, can_focus=True):
    """Plots, each with its title, legend, scales, and a sentence in words."""

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
        "heat-map--label",
        "heat-map--note",
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
        & > .heat-map--label { color: $text-muted; }
        & > .heat-map--note { text-style: italic; }
    }
    """

    class Picked(Message):
        """A key asked for the plot so many places on."""

        def __init__(self, delta: int) -> None:
            super().__init__()
            self.delta = delta

    def __init__(self, *, glyphs: PlotName = "braille", id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(id=id)
        self.glyphs: PlotName = glyphs
        self.marks = GLYPHS["ascii" if glyphs == "ascii" else "unicode"]
        self.axes: tuple[Axes, ...] = ()
        self.words: tuple[str, ...] = ()
        self.empty = ""
        self.coloured = True

    def on_mount(self) -> None:
        """Do without colours if the terminal has too few for shades, which only the app knows."""
        self.coloured = has_shades(self.app)

    def show_plots(self, axes: Sequence[Axes], words: Sequence[str], *, empty: str = "") -> None:
        """Show as many of the axes as fit, the first in any case, each with its words.

        Args:
            axes: What is drawn.
            words: A text for each of them, to stand below it.
            empty: What to say if there are none.
        """
        with self.redrawing():
            self.axes, self.words, self.empty = tuple(axes), tuple(words), empty

    def action_pick(self, delta: int) -> None:
        """Ask for another plot."""
        self.post_message(self.Picked(delta))

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """Return the plots, one above the other."""
        if not self.axes:
            return wrap_pieces(self.empty, width)
        count = max(1, min(len(self.axes), height // MIN_ROWS))
        rows: list[list[Piece]] = []
        for number in range(count):
            until = height * (number + 1) // count
            room = until - len(rows) - (1 if number + 1 < count else 0)
            rows += self._draw_one(self.axes[number], self.words[number], width, room)
            rows += [[] for _ in range(until - len(rows))] if number + 1 < count else []
        return rows

    def _draw_one(self, axes: Axes, words: str, width: int, height: int) -> list[list[Piece]]:
        enough = height >= MIN_SIZE[1] + 2 and width >= MIN_SIZE[0]
        most = max(MIN_NOTES, height // NOTES_SHARE) if height >= MIN_ROWS else 1
        notes = note_rows(words, width, most)
        if not enough:
            return wrap_pieces(words, width)[:height]
        room = height - len(notes)
        if axes.image is not None and not axes.series:
            return [*self._draw_image(axes, axes.image, width, room), *notes]
        if not axes.series:
            return [*plot_rows(axes, width, 1, self.glyphs), *notes]
        return [*plot_rows(axes, width, room, self.glyphs), *notes]

    def _draw_image(self, axes: Axes, image: Image, width: int, height: int) -> list[list[Piece]]:
        if len(image.values) != image.rows * image.columns:
            return []
        head = plot_rows(Axes(title=axes.title), width, 1, self.glyphs)
        least = min(filter(math.isfinite, image.values), key=abs, default=0.0)
        values = [value if math.isfinite(value) else least for value in image.values]
        grid = heat_scale.to_grid(values, (image.rows, image.columns))
        painter = Painter(self.marks, self.coloured, self.rich_style)
        panel = Panel("", grid, fills_scale=True)
        rows, _ = painter.map(panel, width, max(2, height - len(head) - 1))
        return [*head, *rows, painter.legend(panel, width)][:height]
