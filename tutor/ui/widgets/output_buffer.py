"""The lines that a program printed, wrapped to a width, for `OutputLog`.

Its size is bounded: old lines are dropped if there are too many lines or characters, and a line
that never ends is cut off. This module knows no Textual.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len

from tutor.text import drop_hidden, strip_escapes
from tutor.ui.widgets.wrapping import fold, fold_at_spaces

Kind = Literal["stdout", "stderr", "note"]
"""Source of a text: a stream of the program, or a note of the app."""

MAX_LINES = 5_000
INDENT = 2
"""Cells of a mark before each row that is not stdout."""
MAX_CHARACTERS = 1_000_000
"""Maximum characters of all lines together, without newlines."""
MAX_COLUMNS = 2_000
"""Maximum cells of a line; longer lines are cut off."""
TAB_SIZE = 8
ELLIPSIS = "…"
"""End of a line that was cut off."""


@dataclass
class PrintedLine:
    """A printed line, with its tabs expanded and its hidden characters dropped."""

    number: int
    """Number of the line since the buffer was made; dropped lines count."""
    kind: Kind
    text: str = ""
    ended: bool = False
    """True if the line is complete, so that the next text begins another line."""
    cut: bool = False
    """True if the line was cut off at `MAX_COLUMNS`; more text for it is dropped."""
    returned: bool = False
    """True after a carriage return, so that the next text overwrites the line."""


@dataclass(frozen=True)
class WrappedRow:
    """A piece of a line that fits the width."""

    line: int
    """Number of its line."""
    kind: Kind
    text: str
    first: bool
    """True if the row begins its line; otherwise it continues the row above."""


class OutputBuffer:
    """A bounded buffer of printed lines and of the rows they are wrapped into."""

    def __init__(
        self,
        *,
        width: int = 80,
        max_lines: int = MAX_LINES,
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        """Create an empty buffer; the last line is kept even if it is too long."""
        self.lines: deque[PrintedLine] = deque()
        self.rows: deque[WrappedRow] = deque()
        self.dropped_rows = 0
        """Number of rows dropped at the top so far, by which a scrolled view moves up."""
        self.is_cut = False
        """True if lines were dropped at the top since the buffer was cleared."""
        self.width = width
        self.limits = (max_lines, max_characters)
        self.characters = 0
        self.next_number = 0
        self.unfinished = ""
        """An incomplete escape sequence at the end of the text."""

    @property
    def text(self) -> str:
        """Text of all kept lines; it ends in a newline if the last line is complete."""
        return "".join(line.text + "\n" * line.ended for line in self.lines)

    def write(self, text: str, kind: Kind) -> None:
        """Append text without its escape sequences, and drop lines beyond the limits.

        The text need not end in a newline: the next text continues its line, unless it is of
        another kind.
        """
        text, self.unfinished = strip_escapes(self.unfinished + text)
        text = text.replace("\r\n", "\n")
        pieces = text.split("\n")
        max_lines, max_characters = self.limits
        if len(pieces) > max_lines + 1:
            self.clear_lines()
            self.is_cut = True
            pieces = pieces[-max_lines - 1 :]
        for index, piece in enumerate(pieces):
            ends = index < len(pieces) - 1
            if piece or ends:
                self._extend(piece, kind, ends=ends)
        self._drop(max_lines, max_characters)

    def clear(self) -> None:
        """Drop all lines, and forget that earlier ones were dropped."""
        self.clear_lines()
        self.is_cut = False
        self.unfinished = ""

    def clear_lines(self) -> None:
        """Drop all lines, and count their rows as dropped."""
        self.dropped_rows += len(self.rows)
        self.lines.clear()
        self.rows.clear()
        self.characters = 0

    def wrap(self, width: int) -> None:
        self.width = width
        self.rows.clear()
        for line in self.lines:
            self.rows.extend(self._rows_of(line))

    def _extend(self, piece: str, kind: Kind, *, ends: bool) -> None:
        line = self.lines[-1] if self.lines else None
        if line is None or line.ended or line.kind != kind:
            if line is not None:
                line.ended = True
            line = PrintedLine(self.next_number, kind)
            self.next_number += 1
            self.lines.append(line)
        else:
            while self.rows and self.rows[-1].line == line.number:
                self.rows.pop()
        self.characters -= len(line.text)
        _append(line, piece)
        line.ended = ends
        self.characters += len(line.text)
        self.rows.extend(self._rows_of(line))

    def _rows_of(self, line: PrintedLine) -> list[WrappedRow]:
        row_width = self.width if line.kind == "stdout" else self.width - INDENT
        spans = fold_at_spaces(line.text, max(1, row_width))
        return [
            WrappedRow(line.number, line.kind, line.text[start:end], first=index == 0)
            for index, (start, end) in enumerate(spans)
        ]

    def _drop(self, max_lines: int, max_characters: int) -> None:
        while len(self.lines) > max_lines or (
            self.characters > max_characters and len(self.lines) > 1
        ):
            line = self.lines.popleft()
            self.is_cut = True
            self.characters -= len(line.text)
            while self.rows and self.rows[0].line == line.number:
                self.rows.popleft()
                self.dropped_rows += 1


def _append(line: PrintedLine, piece: str) -> None:
    """Append to a line; after a carriage return overwrite it, as progress bars expect."""
    for index, part in enumerate(piece.split("\r")):
        line.returned = line.returned or index > 0
        if not part:
            continue
        if line.returned:
            line.text, line.cut, line.returned = "", False, False
        if line.cut:
            continue
        text = (line.text + drop_hidden(part[: 2 * MAX_COLUMNS])).expandtabs(TAB_SIZE)
        # a character has at most two cells, so most lines need no measuring
        if len(text) * 2 > MAX_COLUMNS and cell_len(text) > MAX_COLUMNS:
            text = text[: fold(text, MAX_COLUMNS - 1)[0][1]] + ELLIPSIS
            line.cut = True
        line.text = text
