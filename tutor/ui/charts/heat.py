"""A widget that shows a tensor as numbers or shades, beside its gradient and its change.

It takes values and a shape, and knows nothing of PyTorch, which the app must not import. It
arranges panels, which `heat_panel` draws.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import ClassVar, TypeAlias

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tutor.ui.charts import heat_scale
from tutor.ui.charts.heat_panel import GAP, NOTE, Painter, Panel, beside, stacked
from tutor.ui.charts.heat_scale import NumberGrid
from tutor.ui.charts.picture import Picture, Piece, wrap_pieces
from tutor.ui.marks import UNICODE, Marks

MIN_SIZE = (12, 4)
"""Minimum columns and rows of a map with labels; smaller ones show only the summary."""

EMPTY = "No tensor yet. Run your program to see its tensors."
"""Text before there are values."""

Beside: TypeAlias = Sequence[tuple[str, str, Sequence[float]]]
"""Panels beside a tensor: a title, a detail for wide panels, values of the tensor's shape."""
Rows: TypeAlias = list[list[Piece]]
_Draw: TypeAlias = Callable[[Panel, int, int], Rows | None]


class HeatMap(Picture, can_focus=True):
    """A tensor's values as numbers on shades, or as shades with a legend.

    There are 15 shades about 0. The values farthest from 0 have a plus or minus on them. Two rows
    of shades share a row of the terminal where they would not fit otherwise. Without colours each
    value is a number, or a plus or minus and a box, the fuller the farther from 0.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "toggle_values", "Numbers"),
        Binding("g", "show_next", "Gradient"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"heat-map--label", "heat-map--note"}
    DEFAULT_CSS: ClassVar[str] = """
    HeatMap {
        height: 1fr;
        & > .heat-map--label { color: $text-muted; }
        & > .heat-map--note { text-style: italic; }
    }
    """

    numeric: reactive[bool | None] = reactive[bool | None](None)
    """True for numbers, False for shades, None for numbers if all of them fit."""
    alone: reactive[int | None] = reactive[int | None](None)
    """The only panel to show: 0 for the values, from 1 for those beside; None for all that fit."""

    def __init__(
        self,
        *,
        marks: Marks = UNICODE,
        show_summary: bool = True,
        id: str | None = None,  # noqa: A002  # Textual's name for it
    ) -> None:
        """Create a map without values; with `show_summary`, its first row is the summary."""
        super().__init__(marks=marks, id=id)
        self.grid = NumberGrid(0, 0, ())
        self.shape: tuple[int, ...] = ()
        self.panels: tuple[Panel, ...] = ()
        """The values, and the panels beside them."""
        self.draws_numbers = False
        """True if the last picture has numbers."""
        self._together = 1
        """Number of panels in it."""
        self._show_summary = show_summary

    def show_values(
        self, values: Sequence[float], shape: tuple[int, ...], beside: Beside = ()
    ) -> None:
        """Show a tensor: its values row by row, and its shape, `()` for a single number.

        Raises ValueError if the number of values does not match the shape.
        """
        grid = heat_scale.to_grid(values, shape)
        others = [
            Panel(title, heat_scale.to_grid(each, shape), detail) for title, detail, each in beside
        ]
        with self.redrawing():
            self.grid, self.shape = grid, shape
            self.panels = (Panel("values", grid), *others)

    def action_toggle_values(self) -> None:
        wanted = not self.draws_numbers
        self.numeric = None
        self.draw_picture(*self.size)
        if self.draws_numbers != wanted:
            self.numeric = wanted

    def action_show_next(self) -> None:
        """Show the values alone, then the gradient, then the change, then all that fit."""
        first = 0 if self._together > 1 else 1
        following = first if self.alone is None else self.alone + 1
        self.alone = following if following < len(self.panels) else None

    def watch_numeric(self) -> None:
        with self.redrawing():
            pass

    watch_alone = watch_numeric

    @property
    def summary(self) -> str:
        values = [value for value in self.grid.values if math.isfinite(value)]
        shape = str(tuple(self.shape))
        if not values:
            return f"{shape} no finite value" if self.grid.values else f"{shape} no values"
        mean = math.fsum(values) / len(values)
        spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
        low, high = heat_scale.format_signed(min(values)), heat_scale.format_signed(max(values))
        middle = f"mean {heat_scale.format_signed(mean)} std {spread:.3g}"
        return f"{shape} {middle}, {low} to {high}" if len(values) > 1 else f"{shape} {high}"

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """Return the summary and the panels that fit, or one panel with its explanation."""
        self._together = 1
        if not self.grid.values:
            return wrap_pieces(self.summary if self.shape else EMPTY, width)
        heading = wrap_pieces(self.summary if self._show_summary else "", width)
        if len(heading) * 4 > height or height - len(heading) < MIN_SIZE[1]:
            heading = []  # the map needs the rows more
        if self.shape == () or width < MIN_SIZE[0] or height < MIN_SIZE[1]:
            return wrap_pieces(self.summary, width)
        if self.alone is None and len(self.panels) > 1:
            together = self._draw_together(width, height, heading)
            if together is not None:
                return together
        panel, room = self._panel_alone(), height - len(heading)
        if room <= MIN_SIZE[1] and self._painter.numbers(panel, width, room) is None:
            heading = []  # otherwise the map would have one or two rows
        body = self._draw_one(panel, width, height - len(heading))
        return [*heading, *body]

    def _panel_alone(self) -> Panel:
        if self.alone is None or self.alone >= len(self.panels):
            return Panel("", self.grid)
        return self.panels[self.alone]

    # Several panels

    def _draw_together(self, width: int, height: int, heading: Rows) -> Rows | None:
        painter = self._painter
        draws: dict[bool, _Draw] = {True: painter.numbers, False: painter.colours}
        for count in range(len(self.panels), 1, -1):
            orders = (False, True) if self.grid.tile and self.shades else (True, False)
            for numeric in orders if self.numeric is None else (self.numeric,):
                for above in [heading, []] if heading else [heading]:
                    room = height - len(above)
                    rows = _arranged(self.panels[:count], draws[numeric], width, room)
                    if rows is not None:
                        self.draws_numbers, self._together = numeric, count
                        return [*above, *rows]
        return None

    @property
    def _painter(self) -> Painter:
        return Painter(self.signs, self.shades, self.rich_style)

    # A single one

    def _draw_one(self, panel: Panel, width: int, height: int) -> Rows:
        """Return the panel with all numbers, or else with what fits, a legend and notes."""
        painter = self._painter
        prefers_shades = panel.grid.tile is not None and self.shades is not None
        if self.numeric or (self.numeric is None and not prefers_shades):
            folded = wrap_pieces(panel.grid.note, width, NOTE)
            numbers = painter.numbers(panel, width, height - len(folded))
            if numbers is not None:
                self.draws_numbers = True
                return [*numbers, *folded]
        self.draws_numbers = bool(self.numeric)
        draw = painter.table if self.numeric else painter.map
        title = panel.heading(width) or []
        if not self.numeric:  # below it one row of shades, and at least one of notes
            panel = painter.fitted(panel, width, height - len(title) - 2)
        legend = [] if self.numeric else [painter.legend(panel, width)]
        body_height = height - len(legend) - len(title)
        body, notes = draw(panel, width, body_height)
        note_rows = wrap_pieces(self.signs.between.join(notes), width, NOTE)
        if len(body) + len(note_rows) > body_height:
            body, notes = draw(panel, width, max(2, body_height - len(note_rows)))
            note_rows = wrap_pieces(self.signs.between.join(notes), width, NOTE)
        return [*title, *body, *legend, *note_rows]


def _arranged(panels: Sequence[Panel], draw: _Draw, width: int, height: int) -> Rows | None:
    """Return the panels in one row or one column; None if they fit neither way."""
    count = len(panels)
    column = (width - GAP * (count - 1)) // count
    drawn = [draw(panel, column, height) for panel in panels]
    whole = [each for each in drawn if each is not None]
    if len(whole) == count:
        return beside(whole)
    drawn = [draw(panel, width, height // count) for panel in panels]
    whole = [each for each in drawn if each is not None]
    return stacked(whole, height) if len(whole) == count else None
