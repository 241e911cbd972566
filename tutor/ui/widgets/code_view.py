"""A read-only view of locked code.

It takes neither focus nor keys. A click opens it; its pane handles the keys.
"""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tutor.first_screen.given_code import headings, is_collapsible
from tutor.first_screen.glyphs import GLYPHS, GlyphName
from tutor.text import unify_line_ends
from tutor.ui.widgets import late
from tutor.ui.widgets.ascii_filter import Verbatim
from tutor.ui.widgets.code_colours import code_segments, colours_for_theme
from tutor.ui.widgets.wrapping import Span, clip, fold_code

Parts = list[tuple[Span, str]]
"""Named parts of one line, as spans of characters; outer parts before inner ones."""


def hanging_indent(line: str, width: int) -> int:
    """Return the cells before the later rows of a line: one level more than its own, if roomy."""
    return min(len(line) - len(line.lstrip(" ")) + 4, width // 4)


class CodeView(Verbatim, Widget):
    """Code under a heading that calls it locked, as high as needed.

    Code of more than `preview_lines` is cut until `toggle` or a click on the heading opens it.
    """

    DEFAULT_CSS: ClassVar[str] = """
    CodeView { width: 1fr; height: auto; }
    """

    code: reactive[str] = reactive("", layout=True)
    """Program text without newlines at its end; "" also hides the heading."""
    folded: reactive[str] = reactive("", layout=True)
    """Code to show while the view is closed; "" for the first lines."""
    label: reactive[str] = reactive("given")
    """Name of the code in the heading."""
    preview_lines: reactive[int] = reactive(6, layout=True)
    """Number of lines shown while the view is closed."""
    opened: reactive[bool] = reactive(False, layout=True)
    """True to show all lines."""

    class Toggled(Message):
        """Posted when `toggle` or a click opens or closes the view."""

    def __init__(
        self,
        code: str = "",
        *,
        label: str = "given",
        preview_lines: int = 6,
        key_note: str = "",
        close_note: str = "",
        glyphs: GlyphName = "unicode",
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Create a view of plain code; `enable_highlighting` colours it later.

        `label` names the code in the heading, `key_note` the key that shows the hidden lines,
        `close_note` the key that hides them again.
        """
        super().__init__(id=id, classes=classes)
        self.marks = GLYPHS[glyphs]
        self.key_note = key_note
        self.close_note = close_note
        self.highlighting = False
        self.parts: list[Parts] = []
        """Named parts of each line; empty while the code is plain."""
        self.set_reactive(CodeView.label, label)
        self.set_reactive(CodeView.preview_lines, preview_lines)
        self.set_reactive(CodeView.code, unify_line_ends(code).rstrip("\n"))

    def enable_highlighting(self) -> None:
        """Load the grammar, and colour this code and any that follows."""
        self.highlighting = True
        self._read_parts()
        self.refresh()

    def toggle(self) -> None:
        self.opened = not self.opened
        self.post_message(self.Toggled())

    @property
    def lines(self) -> list[str]:
        lines = self._shown.split("\n") if self.code else []
        return lines if self.opened or not self.collapsible else lines[: self.preview_lines]

    @property
    def _shown(self) -> str:
        """The full code, or the code to show while closed."""
        return self.code if self.opened or not self.folded else self.folded

    @property
    def collapsible(self) -> bool:
        return is_collapsible(self.code, self.preview_lines, self.folded)

    @property
    def heading(self) -> str:
        """The full heading: name, number of lines, and number of hidden lines."""
        return self.headings[0]

    @property
    def headings(self) -> tuple[str, ...]:
        """The heading in ever shorter versions; the first that fits is shown."""
        return headings(
            self.code,
            self.label,
            self.preview_lines,
            self.marks,
            opened=self.opened,
            key_note=self.close_note if self.opened else self.key_note,
            folded=self.folded,
        )

    def validate_code(self, code: str) -> str:
        return unify_line_ends(code).rstrip("\n")

    def watch_opened(self) -> None:
        if self.folded:
            self._read_parts()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1 + len(self._rows(width)) if self.code else 0

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        theme = self.app.current_theme
        colours = colours_for_theme(theme.name, dark=theme.dark)
        base = Style(color=colours.text, bgcolor=colours.background)
        muted = Style(color=colours.gutter, bgcolor=colours.background)
        if y == 0 and self.code:
            headings = [f"{self.marks.bar} {heading}" for heading in self.headings]
            fitting = [text for text in headings if cell_len(text) <= width]
            text = clip((fitting or headings[-1:])[0], width, self.marks.more)
            return Strip([Segment(text, muted)]).adjust_cell_length(width, base)
        rows = self._rows(width)
        if not 0 < y <= len(rows):
            return Strip.blank(width, base)
        index, span = rows[y - 1]
        indent = " " * (span[0] and hanging_indent(self.lines[index], width))
        edge = [Segment(f"{self.marks.bar} {indent}", muted)]
        parts = self.parts[index] if self.parts else ()
        row = Strip(edge + code_segments(self.lines[index], span, parts, base, colours))
        return row.adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        if event.y == 0 and self.collapsible:
            self.toggle()

    def _rows(self, width: int) -> list[tuple[int, Span]]:
        return [
            (index, span)
            for index, line in enumerate(self.lines)
            for span in fold_code(line, max(1, width - 2), hanging_indent(line, width))
        ]

    def _read_parts(self) -> None:
        self.parts = []
        if self.highlighting and self.code:
            self.parts = late.highlight(self._shown)

    watch_code = watch_folded = _read_parts
