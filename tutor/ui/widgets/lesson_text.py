"""Text that an author wrote in Markdown, as one widget that draws the lines of `first_screen`.

It has no block widgets of its own, so that a text is on screen with its first frame, and a step's
text is replaced at once.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from tutor.first_screen.kinds import KINDS
from tutor.first_screen.late import transcribed
from tutor.first_screen.lines import Line, TextRun
from tutor.first_screen.text_lines import text_lines
from tutor.ui.widgets.drawn_lines import LineStyles

PANES = frozenset(name for display in KINDS.values() for name in display.panes)
"""Names of panes; in a text, they link to their pane."""


class LessonText(Widget):
    """Markdown text, as high as needed; the style sheet sets its width."""

    DEFAULT_CSS = "LessonText { height: auto; }"

    text: reactive[str] = reactive("", layout=True)
    """The Markdown source."""

    def __init__(
        self,
        text: str = "",
        *,
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(LessonText.text, text)
        self._lines: tuple[Line, ...] = ()
        self._lines_are_of: tuple[str, int] = ("", 0)
        self._styles = LineStyles()

    def lines(self, width: int) -> tuple[Line, ...]:
        """Return the lines for a width, cached until text or width change."""
        if self._lines_are_of != (self.text, width):
            self._lines_are_of = self.text, width
            is_ascii = self.app.has_class("-ascii")
            text = transcribed(self.text, "ascii") if is_ascii else self.text
            self._lines = text_lines(text, width)
        return self._lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines(width))

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.rich_style
        lines = self.lines(width)
        if y >= len(lines):
            return Strip.blank(width, base)
        runs = lines[y].runs
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(y)) is not None:
            strip = Strip(list(self._selected(runs, *span, base)))
        else:
            strip = Strip(self._linked(runs, base))
        return strip.adjust_cell_length(width, base).apply_offsets(0, y)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text as it was before wrapping."""
        text = ""
        for y, line in enumerate(self.lines(self.size.width)):
            if (span := selection.get_span(y)) is not None:
                chosen = _without_edge(line, *span)
                text += (chosen.lstrip() if text.endswith(" ") else chosen) + line.joint
        return text.rstrip(), "\n"

    def _linked(self, runs: tuple[TextRun, ...], base: Style) -> list[Segment]:
        segments = self._styles.segments(self.app, runs, base)
        actions = [f"screen.pane({run.text.lower()!r})" for run in runs]
        return [
            Segment(segment.text, segment.style + Style.from_meta({"@click": action}))
            if run.style == ("bold",) and run.text.lower() in PANES and segment.style
            else segment
            for run, segment, action in zip(runs, segments, actions, strict=True)
        ]

    def _selected(
        self, runs: tuple[TextRun, ...], start: int, end: int, base: Style
    ) -> list[Segment]:
        selected = self.screen.get_component_rich_style("screen--selection")
        segments, at = [], 0
        for text, name in runs:
            style = base + self._styles.style(self.app, name)
            first = max(0, min(len(text), start - at))
            last = len(text) if end < 0 else max(first, min(len(text), end - at))
            parts = (
                (text[:first], style),
                (text[first:last], style + selected),
                (text[last:], style),
            )
            segments += [Segment(part, drawn) for part, drawn in parts if part]
            at += len(text)
        return segments


def _without_edge(line: Line, start: int, end: int) -> str:
    """Return the characters from `start` to `end`, without edges and filling.

    An `end` of -1 is the last character.
    """
    text, at = "", 0
    for run in line.runs:
        last = len(run.text) if end < 0 else max(0, end - at)
        if "bar" not in run.style:
            text += run.text[max(0, start - at) : last]
        at += len(run.text)
    return text.rstrip()
