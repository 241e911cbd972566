"""Texts that stand behind lines of code, where there is room, and are no part of the code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset
from textual.strip import Strip
from textual.widgets import TextArea

GAP = 2
"""Blanks between a line and what stands behind it."""


class LineEnds:
    """Texts by the row of their line, from 0; each moves with its line, and goes with an edit."""

    def __init__(self, sign: str) -> None:
        self.is_shown = True
        """Whether they are drawn."""
        self.sign = sign
        """What stands before each: its colour alone would be nearly that of a comment."""
        self.style = Style()
        self._texts: dict[int, str] = {}
        self._lines: list[str] = []
        """All lines, as they were when the texts were put or moved last."""

    def put(self, texts: Mapping[int, str], lines: Sequence[str]) -> None:
        """Replace all texts; `lines` are those that they belong to."""
        self._texts, self._lines = dict(texts), list(lines)

    def at(self, row: int) -> str:
        """Return the text that is drawn behind the line, "" if there is none."""
        return self._texts.get(row, "") if self.is_shown else ""

    def draw(self, editor: TextArea, strip: Strip, y: int) -> Strip:
        """Return row `y` of the editor with the text behind its line, if that has one and fits."""
        if not (self._texts and self.is_shown):
            return strip
        absolute_y = y + editor.scroll_offset.y
        document = editor.wrapped_document
        row, _ = document.offset_to_location(Offset(0, absolute_y))
        text, line = self.at(row), editor.document.get_line(row)
        # a wrapped line ends on the last of its rows
        if not text or document.location_to_offset((row, len(line))).y != absolute_y:
            return strip
        blanks = cell_len(line.expandtabs(editor.indent_width)) - cell_len(line.rstrip())
        return append_to_row(strip, f"{self.sign} {text}", self.style, blanks=max(0, blanks))

    def follow(self, lines: Sequence[str]) -> None:
        """Move the texts to where their lines are among these, and drop those of changed lines."""
        if not self._texts or self._lines == lines:
            return
        places = follow_rows(self._texts, self._lines, lines)
        self._texts = {places[row]: self._texts[row] for row in places}
        self._lines = list(lines)


def follow_rows(rows: Iterable[int], old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return where these rows of the old lines are among the new ones, without changed ones.

    What lies between the unchanged lines at both ends counts as changed.
    """
    shorter = min(len(old), len(new))
    above = _count_alike(old, new, shorter)
    below = _count_alike(old[::-1], new[::-1], shorter - above)
    shift = len(new) - len(old)
    return {
        row: row if row < above else row + shift
        for row in rows
        if row < above or row >= len(old) - below
    }


def _count_alike(some: Sequence[str], others: Sequence[str], limit: int) -> int:
    """Return how many lines at the start are the same, at most `limit`."""
    least, most = 0, limit
    while least < most:  # a comparison of lists is quick, a loop over all lines is not
        middle = (least + most + 1) // 2
        if some[least:middle] == others[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def append_to_row(code: Strip, text: str, style: Style, *, blanks: int = 0) -> Strip:
    """Return the row with the text behind its code, in that style; unchanged if it has no room.

    `blanks` is the number of cells at the end of the code that are blank and belong to it.
    """
    start = cell_len(code.text.rstrip()) + blanks + GAP
    end = start + cell_len(text)
    if end > code.cell_length or "\n" in text:
        return code
    base = next((segment.style for segment in code.crop(start, end) if segment.style), Style())
    return Strip.join([code.crop(0, start), Strip([Segment(text, base + style)]), code.crop(end)])
