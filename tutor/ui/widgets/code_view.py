"""A read-only view of code: what is given and cannot be changed. Takes no focus and no keys."""

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

from tutor.grading.wording import counted
from tutor.text import unify_line_ends
from tutor.ui.widgets.ascii_filter import Verbatim
from tutor.ui.widgets.code_colours import CodeColours, colours_for_theme
from tutor.ui.widgets.glyphs import GLYPHS, GlyphName
from tutor.ui.widgets.wrapping import Span, clip, fold

Parts = list[tuple[Span, str]]


class CodeView(Verbatim, Widget):
    """Code under a line that says it is given, as high as it needs to be.

    Longer code is cut to `preview_lines` until `toggle` or a click on its heading opens it.
    """

    DEFAULT_CSS: ClassVar[str] = """
    CodeView { width: 1fr; height: auto; }
    """

    code: reactive[str] = reactive("", layout=True)
    """The program text."""
    label: reactive[str] = reactive("given")
    """What the heading calls it."""
    preview_lines: reactive[int] = reactive(6, layout=True)
    """Lines shown while it is closed."""
    opened: reactive[bool] = reactive(False, layout=True)
    """Whether all lines are shown."""

    class Toggled(Message):
        """It was opened or closed by a click."""

    def __init__(
        self,
        code: str = "",
        *,
        label: str = "given",
        preview_lines: int = 6,
        key_note: str = "",
        glyphs: GlyphName = "unicode",
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Plain at first: call `enable_highlighting` after the first frame. `key_note` is said
        of the lines that are hidden."""
        super().__init__(name=name, id=id, classes=classes)
        self.marks = GLYPHS[glyphs]
        self.key_note = key_note
        self.highlighting = False
        self.parts: list[Parts] = []
        self.set_reactive(CodeView.label, label)
        self.set_reactive(CodeView.preview_lines, preview_lines)
        self.set_reactive(CodeView.code, unify_line_ends(code).rstrip("\n"))

    def enable_highlighting(self) -> None:
        """Loads the grammar and colours the code."""
        self.highlighting = True
        self._read_parts()
        self.refresh()

    def toggle(self) -> None:
        """Shows all lines, or the first few again."""
        self.opened = not self.opened

    @property
    def lines(self) -> list[str]:
        """The lines in sight, without heading."""
        lines = self.code.split("\n") if self.code else []
        return lines if self.opened or not self.collapsible else lines[: self.preview_lines]

    @property
    def collapsible(self) -> bool:
        """Whether there are more lines than are shown while it is closed."""
        return self.code.count("\n") + 1 > self.preview_lines

    @property
    def heading(self) -> str:
        """What this is, and what is hidden."""
        return self.headings[0]

    @property
    def headings(self) -> tuple[str, ...]:
        """The first row, in fewer and fewer words."""
        count = self.code.count("\n") + 1
        lines = counted(count, "line")
        between = self.marks.between
        full, short = f"{self.label}{between}{lines}{between}locked", f"{self.label}{between}locked"
        if not self.collapsible:
            return full, short
        if self.opened:
            return f"{self.marks.opened} {full}", f"{self.marks.opened} {short}"
        note = f": {self.key_note}" if self.key_note else ""
        more = f"{between}{count - self.preview_lines} more{note}"
        return tuple(f"{self.marks.closed} {text}{more}" for text in (full, short, self.label))

    def validate_code(self, code: str) -> str:
        """Line ends as everywhere, none at the end."""
        return unify_line_ends(code).rstrip("\n")

    def watch_code(self) -> None:
        """Colours go with the text."""
        self._read_parts()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Rows for the heading and the lines in sight; none without code."""
        return 1 + len(self._rows(width)) if self.code else 0

    def render_line(self, y: int) -> Strip:
        """The heading, or a row of code."""
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
        """A click on the heading opens or closes."""
        if event.y == 0 and self.collapsible:
            self.toggle()
            self.post_message(self.Toggled())

    def _rows(self, width: int) -> list[tuple[int, Span]]:
        return [
            (index, span)
            for index, line in enumerate(self.lines)
            for span in fold(line, max(1, width - 2))
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

            self.parts = highlight(self.code)
