"""Cells of the terminal's screen, and the sequences that draw them.

Nothing here knows an app, a step or a library.
"""

from __future__ import annotations

from typing import NamedTuple

LINK_END = "\x1b]8;;\x1b\\"


class CellStyle(NamedTuple):
    """Style of a cell: the parameters of its SGR sequence, and its link.

    Each part is "" for the terminal's default, or for no link.
    """

    attributes: str
    color: str
    background: str
    link: str
    """The whole sequence (OSC 8) that opens the link."""


class Cell(NamedTuple):
    """One column of a row: a character with all that combines with it, and its style.

    The text is "" in the second column of a wide character.
    """

    text: str
    style: CellStyle


PLAIN = CellStyle("", "", "", "")


class AnsiWriter:
    """Collects sequences that draw cells, without repeating the cursor's place or the style."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._style = PLAIN
        self._row = self._column = -1

    def draw(self, y: int, x: int, cells: list[Cell], *, single_width: bool = True) -> None:
        """Draw the cells from row `y`, column `x` on, both counted from 0.

        `single_width` must be False if a cell is anything but one character of one column.
        """
        if y != self._row:
            self._parts.append(f"\x1b[{y + 1};{x + 1}H")
        elif x != self._column:
            self._parts.append(f"\x1b[{x + 1}G")
        for text, style in cells:
            if style is not self._style and style != self._style:
                self._parts.append(_style_change(self._style, style))
                self._style = style
            self._parts.append(text)
        self._row = y
        # terminals disagree about the width of other characters: after one, the cursor's column is
        # unknown, and the next cells are placed by an absolute position
        self._column = x + len(cells) if single_width else -1

    def finish(self) -> str:
        """Return all sequences so far, ending in the terminal's default style."""
        if self._style != PLAIN:
            self._parts.append("\x1b[0m" + (LINK_END if self._style.link else ""))
            self._style = PLAIN
        return "".join(self._parts)


def _style_change(old: CellStyle, new: CellStyle) -> str:
    """Return the sequence that changes one style into the other, links included.

    Attributes cannot be taken away singly, so another set of them starts with a reset; colours
    alone replace each other.
    """
    if old.attributes != new.attributes:
        codes = ["0", new.attributes, new.color, new.background]
    else:
        codes = [
            (new.color or "39") if old.color != new.color else "",
            (new.background or "49") if old.background != new.background else "",
        ]
    sgr = ";".join(code for code in codes if code)
    link = "" if old.link == new.link else new.link or LINK_END
    return link + (f"\x1b[{sgr}m" if sgr else "")
