"""A widget that shows layers as a table with fixed titles and scrolling rows.

It takes rows of texts; `table_lines` selects the columns that fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType

from tutor.session.words.model_text import LayerRow
from tutor.ui.charts.classes import ClassPainter
from tutor.ui.charts.picture import Picture, Piece, wrap_pieces
from tutor.ui.charts.table_lines import CHANGED, LABEL, brief_table, layer_table
from tutor.wire.models import Confusion

Shown = Literal["numbers", "histograms", "classes", "pictures"]
"""Content: layers with one of two groups of columns, classes, or pictures."""

MIN_HEIGHT_OF_TITLES = 4


class LayerTable(Picture, can_focus=True):
    """A table of layers, or a text if there are none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_rows(-1)", "Row above"),
        Binding("down", "scroll_rows(1)", "Row below"),
        Binding("pageup", "scroll_pages(-1)", "Page above"),
        Binding("pagedown", "scroll_pages(1)", "Page below"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "layer-table--label",
        "layer-table--heading",
        "layer-table--bar",
        "layer-table--trouble",
    }
    DEFAULT_CSS: ClassVar[str] = """
    LayerTable {
        height: 1fr;
        & > .layer-table--label { color: $text-muted; }
        & > .layer-table--heading { text-style: bold; }
        & > .layer-table--bar { color: $text-primary; }
        & > .layer-table--trouble { color: $text-error; text-style: bold; }
    }
    """

    rows: Sequence[LayerRow] = ()
    heading = ""
    """Text before the titles."""
    empty = ""
    """Text without rows."""
    confusion: Confusion | None = None
    shown: Shown = "numbers"
    top = 0
    """Index of the first visible row."""

    def show_rows(
        self,
        rows: Sequence[LayerRow],
        *,
        heading: str = "",
        empty: str = "",
        confusion: Confusion | None = None,
    ) -> None:
        with self.redrawing():
            self.rows, self.heading, self.empty = rows, heading, empty
            self.confusion = confusion
            self.top = min(self.top, max(0, len(rows) - 1))

    @property
    def has_histograms(self) -> bool:
        return any(row.bins for row in self.rows)

    def can_show(self, what: Shown) -> bool:
        confusion = self.confusion
        if what == "classes":
            return confusion is not None
        if what == "pictures":
            return confusion is not None and bool(confusion.samples)
        return what == "numbers" or self.has_histograms

    def show_or_hide(self, what: Shown) -> None:
        with self.redrawing():
            wanted = what if self.shown != what else "numbers"
            self.shown = wanted if self.can_show(wanted) else "numbers"

    @property
    def drawn(self) -> Shown:
        """The drawn content: the numbers if the requested content is missing."""
        return self.shown if self.can_show(self.shown) else "numbers"

    def action_scroll_rows(self, delta: int) -> None:
        room = self._room(self.size.height)
        with self.redrawing():
            self.top = max(0, min(self.top + delta, len(self.rows) - room))

    def action_scroll_pages(self, delta: int) -> None:
        self.action_scroll_rows(delta * max(1, self._room(self.size.height) - 1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_scroll_rows(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_scroll_rows(-1)

    def draw_picture(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """Return the titles and the rows; of too many rows, those from `top` on."""
        if not self.rows:
            return wrap_pieces(self.empty, width)[:height]
        if self.confusion is not None and self.drawn in ("classes", "pictures"):
            return self._draw_answers(self.confusion, width, height)
        table = layer_table(self.rows, width, self.signs, shown=self._columns, heading=self.heading)
        above = [table.titles] if self._has_titles(height) and table.titles else []
        lines, room = table.lines, height - len(above)
        if len(lines) > room:
            lines = self._without_heading(lines)
        below = self._left_out_below(table.left_out, width, room - len(lines))
        if table.left_out & CHANGED and not below and self._columns == "numbers":
            table = brief_table(self.rows, width, self.signs, heading=self.heading)
            above = [table.titles] if above else []
            lines = self._without_heading(table.lines) if len(lines) > room else table.lines
        if len(lines) <= room:
            return [*above, *lines, *below]
        top = min(self.top, len(lines) - room + 1)
        shown = lines[top : top + room - 1]
        note = f"{self.signs.more} rows {top + 1}-{top + len(shown)} of {len(lines)}"
        return [*above, *shown, [(note, LABEL)]]

    @property
    def _columns(self) -> Literal["numbers", "histograms"]:
        return "histograms" if self.drawn == "histograms" else "numbers"

    def _draw_answers(
        self, confusion: Confusion, width: int, height: int
    ) -> Sequence[Sequence[Piece]]:
        painter = ClassPainter(self.signs, self.shades)
        if self.drawn == "classes":
            return painter.matrix(confusion, width, height, self.heading)
        return painter.pictures(confusion.samples, width, height)

    def _left_out_below(self, keys: frozenset[str], width: int, room: int) -> list[list[Piece]]:
        """Return the omitted columns as a table below the first, if it fits."""
        layers = [row for row in self.rows if row.kind in ("heading", "layer", "later")]
        if not keys & {"gradient", "update", "mean"} or len(layers) + 2 > room:
            return []
        table = layer_table(layers, width, self.signs, shown=self._columns, only=keys)
        return [[], table.titles, *table.lines]

    def _without_heading(self, lines: list[list[Piece]]) -> list[list[Piece]]:
        """Return the lines without the line of the heading, if there is only one."""
        headings = [at for at, row in enumerate(self.rows) if row.kind == "heading"]
        return lines[1:] if headings == [0] else lines

    @staticmethod
    def _has_titles(height: int) -> bool:
        return height >= MIN_HEIGHT_OF_TITLES

    def _room(self, height: int) -> int:
        return max(1, height - self._has_titles(height) - 1)
