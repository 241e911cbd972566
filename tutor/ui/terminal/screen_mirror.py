"""A copy of the terminal's screen, and the sequences that change it.

Used by `tutor.ui.terminal.cell_diff` alone. It must not know anything of an app: strips go in,
sequences come out. A cell that is wrong here stays wrong on screen until the next full redraw, so
whatever the terminal may have done otherwise is recorded as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import split_graphemes
from rich.color import Color, ColorSystem
from rich.style import Style
from textual.strip import Strip

LINK_END = "\x1b]8;;\x1b\\"

MAX_BRIDGED = 4
"""Maximum unchanged cells sent between two changed ones: moving the cursor costs as much."""

MAX_STYLES = 5_000
"""Maximum styles whose cells are cached; a heat map has some hundreds."""


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

UNKNOWN = Cell("\0", PLAIN)
"""A cell with unknown contents, unequal to every cell that can be drawn."""


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


class ScreenMirror:
    """The known cells of the terminal, row by row."""

    def __init__(self) -> None:
        self._rows: list[list[Cell]] = []
        self._wide_rows: set[int] = set()
        """Rows that hold or held other than single-width characters; only these can have halves."""
        self._styled_cells: dict[tuple[Style | None, ColorSystem], _StyledCells] = {}

    def forget(self) -> None:
        """Forget all cells, so that every cell is sent again."""
        self._rows = []
        self._wide_rows.clear()

    def change(self, writer: AnsiWriter, y: int, x: int, strip: Strip, colors: ColorSystem) -> None:
        """Draw the cells of the strip that row `y` does not show yet from column `x` on.

        A strip with wide characters is sent whole, so that none is cut in two. Terminals disagree
        about the width of combined characters: a row with such is never taken as known.
        """
        cells, single_width = self._cells(strip, colors)
        end = x + len(cells)
        row = self._row(y, end)
        shown = row[x:end]
        if shown == cells:
            return
        if not single_width:
            self._wide_rows.add(y)
        if y in self._wide_rows:
            _forget_halves(row, x, end)
        row[x:end] = cells
        if not single_width and any(len(cell.text) > 1 for cell in cells):
            row[:] = [UNKNOWN] * len(row)
            writer.draw(y, x, cells, single_width=False)
        elif not single_width or (y in self._wide_rows and any(not cell.text for cell in shown)):
            writer.draw(y, x, cells, single_width=False)
        else:
            for start, stop in _runs(shown, cells):
                writer.draw(y, x + start, cells[start:stop])

    def _row(self, y: int, width: int) -> list[Cell]:
        while len(self._rows) <= y:
            self._rows.append([])
        row = self._rows[y]
        row.extend([UNKNOWN] * (width - len(row)))
        return row

    def _cells(self, strip: Strip, colors: ColorSystem) -> tuple[list[Cell], bool]:
        """Return a cell for each column, and True if all are single-width characters."""
        cells: list[Cell] = []
        single_width = True
        for text, style, _ in strip:
            styled = self._cells_in_style(style, colors)
            if text.isascii() and text.isprintable():
                cells += map(styled.__getitem__, text)
                continue
            leading, columns = _columns(text)
            if leading and cells:
                previous = cells[-1]
                cells[-1] = Cell(previous.text + leading, previous.style)
            cells += map(styled.__getitem__, columns)
            single_width = (
                single_width and not leading and len(columns) == len(text) and all(columns)
            )
        return cells, single_width

    def _cells_in_style(self, style: Style | None, colors: ColorSystem) -> _StyledCells:
        key = (style, colors)
        styled = self._styled_cells.get(key)
        if styled is None:
            if len(self._styled_cells) >= MAX_STYLES:
                self._styled_cells.clear()
            styled = self._styled_cells[key] = _StyledCells(
                _cell_style_of(style, colors) if style else PLAIN
            )
        return styled


class _StyledCells(dict[str, Cell]):
    """The cells of one style by their text. Equal cells are one object, so rows compare quickly."""

    def __init__(self, style: CellStyle) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, text: str) -> Cell:
        cell = self[text] = Cell(text, self._style)
        return cell


def _cell_style_of(style: Style, colors: ColorSystem) -> CellStyle:
    link = f"\x1b]8;id={style.link_id};{style.link}\x1b\\" if style.link else ""
    return CellStyle(
        Strip.render_ansi(style.without_color, colors),
        _color_codes(style.color, colors, foreground=True),
        _color_codes(style.bgcolor, colors, foreground=False),
        link,
    )


def _color_codes(color: Color | None, colors: ColorSystem, *, foreground: bool) -> str:
    return ";".join(color.downgrade(colors).get_ansi_codes(foreground)) if color else ""


@lru_cache(maxsize=4096)
def _columns(text: str) -> tuple[str, list[str]]:
    """Split the text into leading combining characters and its columns.

    The leading part has no column of its own: it combines with what stands before the text. In the
    list, a wide character is followed by "" for its second column.
    """
    leading = ""
    columns: list[str] = []
    last = -1
    spans, _ = split_graphemes(text)
    for start, end, width in spans:
        if width > 0:
            last = len(columns)
            columns += [text[start:end], *[""] * (width - 1)]
        elif last >= 0:
            columns[last] += text[start:end]
        else:
            leading += text[start:end]
    return leading, columns


def _forget_halves(row: list[Cell], start: int, end: int) -> None:
    """Forget the outer halves of wide characters that `start` to `end` cuts."""
    if start > 0 and not row[start].text:
        row[start - 1] = UNKNOWN
    if end < len(row) and not row[end].text:
        row[end] = UNKNOWN


def _runs(shown: list[Cell], cells: list[Cell]) -> Iterator[tuple[int, int]]:
    """Yield the ranges to send, in order: changed cells, joined across short gaps."""
    start = end = -1
    for index, (old, new) in enumerate(zip(shown, cells, strict=True)):
        if old is new or old == new:
            continue
        if start >= 0 and not _can_bridge(cells, end, index):
            yield start, end
            start = -1
        if start < 0:
            start = index
        end = index + 1
    if start >= 0:
        yield start, end


def _can_bridge(cells: list[Cell], end: int, index: int) -> bool:
    style = cells[end - 1].style
    return index - end <= MAX_BRIDGED and all(cell.style == style for cell in cells[end:index])
