"""A read-only view of code that is given and cannot be changed.

It takes neither focus nor keys. A click opens it; keys are left to the pane that shows it.
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
from tutor.ui.widgets.ascii_filter import Verbatim
from tutor.ui.widgets.code_colours import CodeColours, colours_for_theme
from tutor.ui.widgets.wrapping import Span, clip, fold_code

Parts = list[tuple[Span, str]]
"""The named parts of one line, as spans of characters; an outer part before its inner ones."""


class CodeView(Verbatim, Widget):
    """Code under a heading that says it is locked, as high as it needs to be.

    Code of more than `preview_lines` is cut until `toggle` or a click on the heading opens it.
    """

    DEFAULT_CSS: ClassVar[str] = """
    CodeView { width: 1fr; height: auto; }
    """

    code: reactive[str] = reactive("", layout=True)
    """The program text, without newlines at its end; "" hides the heading as well."""
    folded: reactive[str] = reactive("", layout=True)
    """What stands for the code while the view is closed; "" for its beginning."""
    label: reactive[str] = reactive("given")
    """The name of the code in the heading."""
    preview_lines: reactive[int] = reactive(6, layout=True)
    """The number of lines shown while the view is closed."""
    opened: reactive[bool] = reactive(False, layout=True)
    """Whether all lines are shown."""

    class Toggled(Message):
        """The message that a click opened or closed the view; `toggle` posts none."""

    def __init__(
        self,
        code: str = "",
        *,
        label: str = "given",
        preview_lines: int = 6,
        key_note: str = "",
        close_note: str = "",
        glyphs: GlyphName = "unicode",
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Create a view of plain code; `enable_highlighting` colours it after the first frame.

        Args:
            code: The program text.
            label: The name of the code in the heading.
            preview_lines: The number of lines shown while the view is closed.
            key_note: The note in the heading on the key that shows the hidden lines; "" for none.
            close_note: The note on the key that hides them again.
            glyphs: The set of glyphs for the left edge and the heading.
        """
        super().__init__(name=name, id=id, classes=classes)
        self.marks = GLYPHS[glyphs]
        self.key_note = key_note
        self.close_note = close_note
        self.highlighting = False
        self.parts: list[Parts] = []
        """The named parts of each line; empty while the code is plain."""
        self.set_reactive(CodeView.label, label)
        self.set_reactive(CodeView.preview_lines, preview_lines)
        self.set_reactive(CodeView.code, unify_line_ends(code).rstrip("\n"))

    def enable_highlighting(self) -> None:
        """Load the grammar, and colour this code and any that follows."""
        self.highlighting = True
        self._read_parts()
        self.refresh()

    def toggle(self) -> None:
        """Show all lines, or the first few again."""
        self.opened = not self.opened

    @property
    def lines(self) -> list[str]:
        """The lines of code that are shown, without the heading."""
        lines = self._shown.split("\n") if self.code else []
        return lines if self.opened or not self.collapsible else lines[: self.preview_lines]

    @property
    def _shown(self) -> str:
        """The text that lines are shown of."""
        return self.code if self.opened or not self.folded else self.folded

    @property
    def collapsible(self) -> bool:
        """Whether there are more lines than are shown while the view is closed."""
        return is_collapsible(self.code, self.preview_lines, self.folded)

    @property
    def heading(self) -> str:
        """The heading in full: name, number of lines, and how many are hidden."""
        return self.headings[0]

    @property
    def headings(self) -> tuple[str, ...]:
        """The heading in fewer and fewer words, of which the first that fits is shown."""
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
        r"""Return the code with `\n` for every line end, and none at its end."""
        return unify_line_ends(code).rstrip("\n")

    def watch_code(self) -> None:
        """Find the parts of the new code, so that colours match its characters."""
        self._read_parts()

    def watch_folded(self) -> None:
        """Find the parts of what is shown now."""
        self._read_parts()

    def watch_opened(self) -> None:
        """Find the parts of what is shown now, if that is another text."""
        if self.folded:
            self._read_parts()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the rows of the heading and the lines shown, 0 without code."""
        return 1 + len(self._rows(width)) if self.code else 0

    def render_line(self, y: int) -> Strip:
        """Return the heading, or a row of code with its left edge."""
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
        edge = [Segment(f"{self.marks.bar} ", muted)]
        row = Strip(edge + self._segments(index, span, colours, base))
        return row.adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """Open or close the view by a click on its heading."""
        if event.y == 0 and self.collapsible:
            self.toggle()
            self.post_message(self.Toggled())

    def _rows(self, width: int) -> list[tuple[int, Span]]:
        return [
            (index, span)
            for index, line in enumerate(self.lines)
            for span in fold_code(line, max(1, width - 2))
        ]

    def _segments(self, index: int, span: Span, colours: CodeColours, base: Style) -> list[Segment]:
        line, (start, end) = self.lines[index], span
        styles = [base] * len(line)
        for (first, last), part in self.parts[index] if self.parts else ():
            styles[first:last] = [base + colours.style(part)] * (last - first)
        return [Segment(line[column], styles[column]) for column in range(start, end)]

    def _read_parts(self) -> None:
        self.parts = []
        if self.highlighting and self.code:
            from tutor.ui.widgets.python_syntax import highlight

            self.parts = highlight(self._shown)
