"""A log of printed text that scrolls with new text.

Panes write into it; it knows nothing of programs and runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tutor.first_screen.glyphs import GLYPHS, GlyphName
from tutor.ui.terminal.textual_private import grow_scrolled
from tutor.ui.widgets.ascii_filter import Verbatim
from tutor.ui.widgets.output_buffer import Kind, OutputBuffer, WrappedRow
from tutor.ui.widgets.row_refresh import RowRefresh


class OutputLog(RowRefresh, Verbatim, ScrollView, can_focus=True):
    """A log of printed lines that stays at its end until the learner scrolls up.

    Text of the kind "stderr" or "note" has a glyph before each row and a style of its own. The last
    5,000 lines are kept. Markup is shown as it is, and escape sequences are dropped.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False),
        Binding("down,j", "scroll_down", "Down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown,space", "page_down", "Page down", show=False),
        Binding("home,g", "scroll_home", "Top", show=False),
        Binding("end,G", "scroll_end", "Bottom", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"output-log--stderr", "output-log--note"}
    DEFAULT_CSS = """
    OutputLog {
        height: 1fr;
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        & > .output-log--stderr { color: $text-error; }
        & > .output-log--note { color: $text-muted; text-style: italic; }
    }
    """

    def __init__(
        self,
        *,
        glyphs: GlyphName = "unicode",
        id: str | None = None,  # noqa: A002  # Textual's name for it
    ) -> None:
        super().__init__(id=id)
        marks = GLYPHS[glyphs]
        self.marks: dict[Kind, str] = {"stdout": "", "stderr": marks.bar, "note": marks.note}
        self.buffer = OutputBuffer()
        self.following = True
        """True if new text scrolls to the end; scrolling up ends that, until the end is visible."""

    @property
    def text(self) -> str:
        return self.buffer.text

    def write(self, text: str, kind: Kind = "stdout") -> None:
        """Append text; the next text of the same kind continues an incomplete line."""
        self.write_all([(text, kind)])

    def write_all(self, pieces: Iterable[tuple[str, Kind]]) -> None:
        """Append several texts with one repaint; each has its kind."""
        dropped = self.buffer.dropped_rows
        with self.changing_rows():
            for text, kind in pieces:
                self.buffer.write(text, kind)
            self._update_extent(dropped=self.buffer.dropped_rows - dropped)

    def clear(self) -> None:
        with self.changing_rows():
            self.buffer.clear()
            self.following = True
            self._update_extent()

    def draw_row(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        width = self.size.width
        if index >= len(self.buffer.rows):
            return Strip.blank(width, self.rich_style)
        row = self.buffer.rows[index]
        style = self._style(row.kind)
        segments = [Segment(f"{self.marks[row.kind]} ", style)] if self.marks[row.kind] else []
        segments += self._text_segments(row, index, style)
        strip = Strip(segments).apply_offsets(0, index)
        return strip.adjust_cell_length(width, self.rich_style)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the text to the new width; keep the top line of a scrolled view visible."""
        width = max(1, self.scrollable_content_region.width)
        if width != self.buffer.width:
            top = next(islice(self.buffer.rows, self.scroll_offset.y, None), None)
            self.buffer.wrap(width)
            self._update_extent()
            if not self.following:
                rows = enumerate(self.buffer.rows)
                same = (y for y, row in rows if top is not None and row.line == top.line)
                self.scroll_to(y=next(same, len(self.buffer.rows)), animate=False)
        elif self.following:
            self.scroll_end(animate=False, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow new text while the end is visible.

        Scrolling inside `changing_rows()` is the log's own, and does not change that.
        """
        super().watch_scroll_y(old_value, new_value)
        if self.changing_depth == 0:
            self.following = new_value >= self.max_scroll_y

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        pieces: list[str] = []
        for y, row in enumerate(self.buffer.rows):
            span = selection.get_span(y)
            if span is None:
                continue
            if pieces and row.first:
                pieces.append("\n")
            start, end = self._span_in_text(row, span)
            pieces.append(row.text[start:end])
        return "".join(pieces), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh_changed_rows()

    def _update_extent(self, dropped: int = 0) -> None:
        """Adjust the scrollable height; stay at the end, or move up by the dropped rows."""
        height = len(self.buffer.rows)
        extent = Size(self.buffer.width, height)
        if self.show_vertical_scrollbar and height > self.size.height:
            grow_scrolled(self, extent)
        else:
            self.virtual_size = extent
        if not self.is_mounted:
            return
        if self.following:
            self.scroll_to(y=max(0, height - self.size.height), animate=False, force=True)
        elif dropped:
            self.scroll_to(y=max(0, self.scroll_offset.y - dropped), animate=False, force=True)

    def _style(self, kind: Kind) -> Style:
        if kind == "stdout":
            return self.rich_style
        return self.get_component_rich_style(f"output-log--{kind}")

    def _text_segments(self, row: WrappedRow, y: int, style: Style) -> list[Segment]:
        selection = self.text_selection
        span = selection.get_span(y) if selection is not None else None
        if span is None:
            return [Segment(row.text, style)]
        start, end = self._span_in_text(row, span)
        selected = style + self.screen.get_component_rich_style("screen--selection")
        parts = [
            (row.text[:start], style),
            (row.text[start:end], selected),
            (row.text[end:], style),
        ]
        return [Segment(text, part_style) for text, part_style in parts if text]

    def _span_in_text(self, row: WrappedRow, span: tuple[int, int]) -> tuple[int, int]:
        """Return the span of a row's text for a span of its cells; an end of -1 is open."""
        start, end = span
        mark_width = 2 if self.marks[row.kind] else 0
        return max(0, start - mark_width), len(row.text) if end == -1 else max(0, end - mark_width)
