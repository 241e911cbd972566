"""A list of rows to choose from, whose cost depends only on its visible rows.

It holds rows of text and knows nothing of steps. Its screen filters the rows, which is cheaper than
removing them from the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tutor.ui.widgets.row_refresh import RowRefresh
from tutor.ui.widgets.wrapping import Span, wrap_words


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of the list, wrapped if it is wider than the list."""

    text: str
    id: str = ""
    """Id that `Chosen` reports; "" for a heading, which cannot be chosen."""
    bold: int = 0
    """Number of bold characters at its start."""


class RowList(RowRefresh, ScrollView):
    """A list of rows, one of them highlighted; it posts `RowList.Chosen`."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-list--heading",
        "row-list--highlighted",
        "row-list--hover",
    }
    DEFAULT_CSS = """
    RowList {
        height: 1fr;
        color: $foreground;
        background: $surface;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        & > .row-list--heading { color: $text-disabled; }
        & > .row-list--hover { background: $block-hover-background; }
        & > .row-list--highlighted {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold;
        }
    }
    """

    @dataclass
    class Chosen(Message):
        """Posted when a row is chosen."""

        row_id: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(id=id)
        self.rows: Sequence[ListRow] = ()
        self._highlighted: int | None = None
        """Index of the highlighted row; None if no row can be chosen."""
        self._hovered: int | None = None
        """Index of the row under the mouse."""
        self._width = 0
        """Width of the wrapped rows; 0 before it is known."""
        self._lines: list[tuple[int, Span]] = []
        """Row number of each line of the list, and the span of the row's text in it."""
        self._starts: list[int] = []
        """First line of each row."""

    @property
    def highlighted(self) -> ListRow | None:
        """The highlighted row; None if no row can be chosen."""
        return self.rows[self._highlighted] if self._highlighted is not None else None

    def show(self, rows: Sequence[ListRow], highlighted: str) -> None:
        """Replace the rows on screen.

        The row with the id `highlighted` is highlighted and visible, else the first that can be
        chosen.
        """
        with self.changing_rows():
            self.rows, self._hovered = rows, None
            found = (n for n, row in enumerate(rows) if row.id and row.id == highlighted)
            self._highlighted = next(found, next(self._choosable(0, 1), None))
            self._wrap()
            self._scroll_to_highlighted()

    def choose(self) -> None:
        if (row := self.highlighted) is not None:
            self.post_message(self.Chosen(row.id))

    def action_move(self, direction: int) -> None:
        """Go to the next row, or with -1 to the one before, wrapping round."""
        if self._highlighted is not None:
            beyond = self._highlighted + direction
            other_end = 0 if direction > 0 else len(self.rows) - 1
            found = next(self._choosable(beyond, direction), None)
            self._highlight(next(self._choosable(other_end, direction)) if found is None else found)

    def action_page(self, direction: int) -> None:
        if self._highlighted is not None and self._lines:
            line = self._starts[self._highlighted] + direction * self.size.height
            row, _ = self._lines[max(0, min(line, len(self._lines) - 1))]
            found = next(self._choosable(row, direction), None)
            if found is None:
                found = next(self._choosable(row, -direction))
            self._highlight(found)

    def on_resize(self) -> None:
        """Wrap the rows to the new width, and keep the highlighted one visible."""
        with self.changing_rows():
            self._wrap()
        self._scroll_to_highlighted()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        row = self._row_at(event.y)
        if row is not None and self.rows[row].id:
            self._highlight(row)
            self.choose()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        with self.changing_rows():
            self._hovered = self._row_at(event.y)

    def on_leave(self) -> None:
        with self.changing_rows():
            self._hovered = None

    def draw_row(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        if index >= len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        number, (start, end) = self._lines[index]
        row, style = self.rows[number], self._style(number)
        bold = max(start, min(row.bold, end))
        parts = [(row.text[start:bold], style + Style(bold=True)), (row.text[bold:end], style)]
        strip = Strip([Segment(text, part_style) for text, part_style in parts if text])
        return strip.adjust_cell_length(self._width, style)

    def _style(self, number: int) -> Style:
        if not self.rows[number].id:
            return self.get_component_rich_style("row-list--heading")
        if number == self._highlighted:
            return self.get_component_rich_style("row-list--highlighted")
        if number == self._hovered:
            return self.get_component_rich_style("row-list--hover")
        return self.rich_style

    def _highlight(self, row: int) -> None:
        with self.changing_rows():
            self._highlighted = row
        self._scroll_to_highlighted()

    def _choosable(self, start: int, direction: int) -> Iterator[int]:
        """Yield the indexes of rows that can be chosen, from `start` on."""
        stop = len(self.rows) if direction > 0 else -1
        return (number for number in range(start, stop, direction) if self.rows[number].id)

    def _row_at(self, y: int) -> int | None:
        line = self.scroll_offset.y + y
        return self._lines[line][0] if 0 <= line < len(self._lines) else None

    def _wrap(self) -> None:
        self._width = self.scrollable_content_region.width
        self._lines, self._starts = [], []
        for number, row in enumerate(self.rows if self._width else ()):
            self._starts.append(len(self._lines))
            if cell_len(row.text) <= self._width:
                self._lines.append((number, (0, len(row.text))))
            else:
                spans = wrap_words(row.text, max(1, self._width))
                self._lines += [(number, span) for span in spans]
        self.virtual_size = Size(self._width, len(self._lines))

    def _scroll_to_highlighted(self) -> None:
        if self._highlighted is None or not self._lines:
            return
        above = self._highlighted - 1
        has_heading = above >= 0 and not self.rows[above].id
        first = self._starts[above if has_heading else self._highlighted]
        following = [*self._starts, len(self._lines)][self._highlighted + 1]
        region = Region(0, first, self._width, following - first)
        self.scroll_to_region(region, animate=False, force=True, immediate=True)
