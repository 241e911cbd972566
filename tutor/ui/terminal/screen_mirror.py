"""What the terminal shows, as far as it was told, and the sequences that change it.

Nothing here is of an app. Used by `tutor.ui.terminal.cell_diff` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import split_graphemes
from rich.color import Color, ColorSystem
from rich.style import Style
from textual.strip import Strip

MAX_BRIDGED = 4
"""Unchanged cells between two changed ones that cost no more than moving the cursor over them."""

MAX_STYLES = 5_000
"""Styles whose codes are remembered; a heat map has some hundreds."""

LINK_END = "\x1b]8;;\x1b\\"


class CellStyle(NamedTuple):
    """How a cell is drawn: the numbers of its SGR sequences, and what opens its link."""

    attributes: str
    color: str
    background: str
    link: str


class Cell(NamedTuple):
    """One column: its character with all that combines with it; empty behind a wide one."""

    text: str
    style: CellStyle


PLAIN = CellStyle("", "", "", "")

UNKNOWN = Cell("\0", PLAIN)
"""What stands where nothing was sent yet: equal to no cell that can be drawn."""


class AnsiWriter:
    """Collects sequences. It knows where it stands and with what ink, and repeats neither."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._style = PLAIN
        self._row = self._column = -1

    def draw(self, y: int, x: int, cells: list[Cell], *, single_width: bool = True) -> None:
        """Draws the cells from row `y`, column `x` on, both counted from 0. They are `even` when
        each is one character wide."""
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
        # terminals disagree about the columns of other characters: after one, the pen is lost
        self._column = x + len(cells) if single_width else -1

    def finish(self) -> str:
        """All sequences; the ink is put away."""
        if self._style != PLAIN:
            self._parts.append("\x1b[0m" + (LINK_END if self._style.link else ""))
            self._style = PLAIN
        return "".join(self._parts)


class ScreenMirror:
    """A copy of the terminal's screen, row by row."""

    def __init__(self) -> None:
        self._rows: list[list[Cell]] = []
        self._wide_rows: set[int] = set()
        """Rows in which there are or were wide characters."""
        self._styled_cells: dict[tuple[Style | None, ColorSystem], _StyledCells] = {}

    def forget(self) -> None:
        """The terminal may show anything: everything must be sent again."""
        self._rows = []
        self._wide_rows.clear()

    def change(self, writer: AnsiWriter, y: int, x: int, strip: Strip, colors: ColorSystem) -> None:
        """Draws what differs between row `y` from column `x` on and the strip.

        A piece with wide characters is sent whole, so that none is cut in two. Where characters
        combine, terminals disagree about the columns: such a row is never taken as known.
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
        """One for each column, and whether each is one character wide."""
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
    """The cells of one ink by their text: equal cells are one object, so rows compare quickly."""

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
    """The text column by column, a wide character followed by an empty column.

    Before them what has no column of its own and combines with what stands before the text.
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
    """Drawing over one half of a wide character destroys the other, outside of what is drawn."""
    if start > 0 and not row[start].text:
        row[start - 1] = UNKNOWN
    if end < len(row) and not row[end].text:
        row[end] = UNKNOWN


def _runs(shown: list[Cell], cells: list[Cell]) -> Iterator[tuple[int, int]]:
    """Ranges to send, in order: changed cells, and the short gaps of one ink between them."""
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


def _style_change(old: CellStyle, new: CellStyle) -> str:
    """The sequence that goes from one ink to the other; only other attributes need a reset."""
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
