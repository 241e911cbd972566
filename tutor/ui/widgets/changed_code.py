"""A read-only view of a program that marks the lines that differ from another program.

Each line has a sign before it, so that the difference is visible without colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tutor.text import is_plain
from tutor.ui.widgets.ascii_filter import Verbatim
from tutor.ui.widgets.code_colours import code_segments, colours_for_theme
from tutor.ui.widgets.wrapping import Span, fold_code

_EDGE = 2
"""Columns of the sign and the space after it."""
_UNSEEN = "\ufffd"


class MarkedLine(NamedTuple):
    """A line of code with the sign before it."""

    sign: str
    text: str
    parts: Sequence[tuple[Span, str]]
    """Parts with a separate colour."""


class ChangedCode(Verbatim, Widget):
    """Lines of code with a sign before each, as high as needed."""

    DEFAULT_CSS: ClassVar[str] = "ChangedCode { width: 1fr; height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(id=id)
        self._lines: tuple[MarkedLine, ...] = ()
        self._folded: tuple[int, list[tuple[MarkedLine, Span]]] = (0, [])
        """Width of the last layout, and its rows."""

    def show(self, lines: Sequence[MarkedLine]) -> None:
        self._lines = tuple(MarkedLine(sign, _visible(text), parts) for sign, text, parts in lines)
        self._folded = (0, [])
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows(width))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        theme = self.app.current_theme
        colours = colours_for_theme(theme.name, dark=theme.dark)
        rows = self._rows(width)
        if y >= len(rows):
            return Strip.blank(width, Style(bgcolor=colours.background))
        line, (start, end) = rows[y]
        changed = line.sign != " "
        base = Style(
            color=colours.text, bgcolor=colours.cursor_line if changed else colours.background
        )
        sign = base + Style(bold=True, color=colours.error if line.sign == "-" else colours.here)
        edge = [Segment(f"{line.sign if start == 0 else ' '} ", sign)]
        code = code_segments(line.text, (start, end), line.parts, base, colours)
        return Strip(edge + code).adjust_cell_length(width, base)

    def _rows(self, width: int) -> list[tuple[MarkedLine, Span]]:
        columns = max(1, width - _EDGE)
        if self._folded[0] != columns:
            rows = [(line, span) for line in self._lines for span in fold_code(line.text, columns)]
            self._folded = (columns, rows)
        return self._folded[1]


def _visible(text: str) -> str:
    """Return the line with a visible sign for each invisible character."""
    if is_plain(text) and "\t" not in text:
        return text
    return "".join(" " if one == "\t" else one if is_plain(one) else _UNSEEN for one in text)
