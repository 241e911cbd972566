"""A screen full of cells in the colours of a theme, and the sequences that paint it.

It knows colours by their names, and no step. A text whose characters do not all take one cell is
left out: terminals disagree about such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tutor.first_screen.cells import AnsiWriter, Cell, CellStyle
from tutor.first_screen.lines import LOOKS, Line, Look, cell_count, is_single_width

_ATTRIBUTES = {"bold": 1, "italic": 3, "underline": 4, "reverse": 7, "strike": 9}
"""The parameters of SGR by the attribute, in the order in which Rich writes them."""


class ScreenCells:
    """The cells of a screen, at first all blank on the background of the theme."""

    def __init__(self, columns: int, rows: int, codes: Mapping[str, tuple[str, str]]) -> None:
        """Make an empty screen; `codes` are those of `screen_colours`, none to paint no colours."""
        self._codes = codes
        blank = Cell(" ", self._style("", "background", ()))
        self.rows = [[blank] * columns for _ in range(rows)]

    def fill(self, y: int, back: str) -> None:
        """Give the row another background."""
        blank = Cell(" ", self._style("", back, ()))
        self.rows[y] = [blank] * len(self.rows[y])

    def put(
        self,
        y: int,
        x: int,
        text: str,
        *,
        fore: str = "foreground",
        back: str = "background",
        attributes: Iterable[str] = (),
    ) -> int:
        """Write the text from row `y`, column `x` on, and return the column behind it."""
        end = x + cell_count(text)
        if not is_single_width(text):
            return end
        style = self._style(fore, back, attributes)
        row = self.rows[y]
        text = text[: max(0, len(row) - x)]
        row[x : x + len(text)] = [Cell(character, style) for character in text]
        return end

    def put_line(self, y: int, line: Line) -> None:
        """Write a line of styled text over the row `y`, from its first column on."""
        x = 0
        for text, style in line.runs:
            look = Look()
            for mark in style:
                fore, back, attributes = LOOKS[mark]
                look = Look(fore or look.fore, back or look.back, look.attributes + attributes)
            x = self.put(
                y,
                x,
                text,
                fore=look.fore or "foreground",
                back=look.back or "background",
                attributes=look.attributes,
            )

    def sequences(self) -> str:
        """Return what paints all cells on an empty screen."""
        writer = AnsiWriter()
        for y, row in enumerate(self.rows):
            writer.draw(y, 0, row)
        return writer.finish()

    def _style(self, fore: str, back: str, attributes: Iterable[str]) -> CellStyle:
        color, background = self._codes.get(f"{fore or 'foreground'} on {back}", ("", ""))
        wanted = set(attributes)
        codes = ";".join(str(code) for name, code in _ATTRIBUTES.items() if name in wanted)
        return CellStyle(codes, color if fore else "", background, "")
