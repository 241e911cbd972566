"""The completion list, drawn over the text below or above the cursor.

It holds rows of text and takes no focus: the editor gets the keys and moves the highlight. Each row
has one style, and the columns stay in place while a name is typed: a list that resized with each
letter, or changed colour within its rows, would send a kilobyte per key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.widget import Widget

from tutor.completion.completions import Completion
from tutor.ui.widgets.row_refresh import RowRefresh

MAX_VISIBLE = 6
"""Maximum rows on screen; with `MAX_WIDTH`, a redraw takes half a kilobyte."""
MAX_NAME = 16
"""Columns of a name beside its detail; a longer name takes columns of the detail."""
MAX_WIDTH = 44
MIN_DETAIL = 12
"""Minimum columns of a detail; with fewer it is left out."""


class CompletionList(RowRefresh, Widget):
    """A list of completions, one of them highlighted."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "completion-list--highlighted",
        "completion-list--heading",
    }
    DEFAULT_CSS = """
    CompletionList {
        overlay: screen;
        display: none;
        background: $panel;
        color: $foreground;
        & > .completion-list--heading { color: $text-muted; text-style: italic; }
        & > .completion-list--highlighted {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold;
        }
    }
    .-plain CompletionList > .completion-list--highlighted { text-style: bold reverse; }
    """

    def __init__(self, ellipsis: str, accept: Callable[[Completion], object]) -> None:
        """Create an empty list; `ellipsis` marks cut-off text.

        `accept` is called with the row that is clicked.
        """
        super().__init__(id="completions")
        self.can_focus = False
        self.rows: Sequence[Completion] = ()
        self.heading = ""
        self.is_open = False
        self.highlighted = 0
        self._first = 0
        """The first row on screen."""
        self._name_width = 0
        self._ellipsis = ellipsis
        self._accept = accept
        self._cursor: Offset | None = None
        """Screen offset of the name's first character, when the list was last shown."""
        self._place: tuple[Offset, int, int] | None = None
        """Screen offset, columns and rows of the list, when it was last shown."""

    def open_at(
        self, rows: Sequence[Completion], heading: str, cursor: Offset, within: Region
    ) -> None:
        """Show rows below the cursor, or above it without room; highlight the first.

        `cursor` is the offset of the name on screen, `within` the screen. While `cursor` stays the
        same the list keeps its side of the line, and gets no narrower.
        """
        kept = self._place if self.is_open and cursor == self._cursor else None
        near = rows[: 4 * MAX_VISIBLE]
        name_width = min(MAX_NAME, max(cell_len(row.text) for row in near))
        self._name_width = max(name_width, self._name_width) if kept else name_width
        detail = max(cell_len(row.detail) for row in near)
        wanted = max(self._name_width + 2 + (detail + 2 if detail else 0), cell_len(heading) + 2)
        width = min(max(wanted, kept[1]) if kept else wanted, MAX_WIDTH, within.width)
        height = min(len(rows), MAX_VISIBLE) + bool(heading)
        fits_below = cursor.y + 1 + height <= within.bottom
        fits_above = cursor.y - height >= within.y
        was_above = kept is not None and kept[0].y < cursor.y
        is_below = not fits_above or (fits_below and not was_above)
        x = max(within.x, min(cursor.x - 1, within.right - width))
        y = cursor.y + 1 if is_below else cursor.y - height
        place = Offset(x, y), width, height
        self._cursor = cursor
        with self.changing_rows():
            self.rows, self.heading, self.highlighted, self._first = rows, heading, 0, 0
            if not self.is_open or place != self._place:
                self.absolute_offset = place[0]
                self.styles.width, self.styles.height = width, height
                self.styles.display = "block"
                self.is_open, self._place = True, place
                self.refresh(layout=True)

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.rows = ()
            self.styles.display = "none"

    def move(self, delta: int) -> None:
        """Move the highlight by `delta` rows, wrapping round."""
        with self.changing_rows():
            self.highlighted = (self.highlighted + delta) % len(self.rows)
            last = self._first + MAX_VISIBLE - 1
            if self.highlighted < self._first:
                self._first = self.highlighted
            elif self.highlighted > last:
                self._first = self.highlighted - MAX_VISIBLE + 1

    def draw_row(self, y: int) -> Strip:
        width = self.size.width
        base = self.rich_style
        if self.heading and y == 0:
            style = self.get_component_rich_style("completion-list--heading")
            return Strip([Segment(self._fit(f" {self.heading}", width), base + style)])
        index = self._first + y - bool(self.heading)
        if index >= len(self.rows):
            return Strip.blank(width, base)
        row = self.rows[index]
        name_width = min(width, max(self._name_width, cell_len(row.text)) + 2)
        name = self._fit(f" {row.text}", name_width)
        room = width - name_width
        detail = self._fit(row.detail, room - 1) if room > MIN_DETAIL else ""
        if index == self.highlighted:
            base += self.get_component_rich_style("completion-list--highlighted")
        return Strip([Segment(name + set_cell_size(detail, room), base)])

    def _fit(self, text: str, width: int) -> str:
        if cell_len(text) <= width:
            return set_cell_size(text, width)
        return set_cell_size(text, max(0, width - len(self._ellipsis))) + self._ellipsis

    def on_click(self, event: events.Click) -> None:
        event.stop()
        index = self._first + event.y - bool(self.heading)
        if 0 <= index < len(self.rows) and event.y >= bool(self.heading):
            self._accept(self.rows[index])
