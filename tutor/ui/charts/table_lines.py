"""Lines of a table of layers: one per layer, with as many columns as fit.

Pure functions of rows of texts; the widget `LayerTable` paints the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Literal

from rich.cells import cell_len, set_cell_size

from tutor.first_screen.glyphs import GlyphSet
from tutor.session.words.model_text import LayerRow
from tutor.ui.charts.picture import Piece

LABEL = "layer-table--label"
HEADING = "layer-table--heading"
BAR = "layer-table--bar"
TROUBLE = "layer-table--trouble"

GAP = 2
MAX_BAR = 9
"""Maximum squares of the bar for a layer's number of outputs; each doubling adds one."""
MIN_WIDTH_OF_BINS = 70
"""Minimum columns for all bars of a histogram; with fewer, it has half of them."""
MIN_WHAT = 6
CHANGED = frozenset(("gradient", "update"))
"""Columns that show the changes of a training step."""

Shown = Literal["numbers", "histograms"]


@dataclass(frozen=True)
class Column:
    """A column: its title, and its text for each row."""

    key: str
    title: str
    texts: tuple[str, ...]
    weight: int = 0
    """Rank among the columns: the heaviest stay if not all fit."""
    right: bool = False
    style: str = ""
    sign: str = ""
    """Formula after the title, shown if it fits."""

    @cached_property  # cached, since each cell needs it
    def width(self) -> int:
        if not any(self.texts):
            return 0
        return max(map(cell_len, (self.title, *self.texts)))

    def cell(self, text: str) -> str:
        filling = " " * (self.width - cell_len(text))
        return filling + text if self.right else text + filling


@dataclass(frozen=True)
class DrawnTable:
    """A table drawn for a width: its titles, and a line for each row."""

    titles: list[Piece]
    lines: list[list[Piece]]
    left_out: frozenset[str]
    """Keys of the columns with content that did not fit."""


def layer_table(
    rows: Sequence[LayerRow],
    width: int,
    signs: GlyphSet,
    *,
    shown: Shown = "numbers",
    heading: str = "",
    only: frozenset[str] = frozenset(),
) -> DrawnTable:
    """Return the table with lines of at most `width` cells.

    `heading` precedes the titles. `only` limits the table to these columns.
    """
    names = [(f"{signs.wrong} " if row.kind == "failed" else "") + row.name for row in rows]
    is_narrow = width < MIN_WIDTH_OF_BINS
    columns = _columns(rows, signs, shown, is_narrow=is_narrow)
    columns = [each for each in columns if not only or each.key in only]
    name_width = _widest(n for n, row in zip(names, rows, strict=True) if row.kind != "heading")
    what_width = _widest(row.what for row in rows if _is_in_columns(row))
    room = width - name_width - GAP - columns[0].width - GAP
    what_width = max(min(what_width, room), min(what_width, MIN_WHAT))
    chosen = _that_fit(columns, room - what_width)
    left_width = name_width + GAP + what_width
    titles = _pad(_fit(heading, left_width, signs), left_width)
    titles += "".join(" " * GAP + each.cell(each.title) for each in chosen)
    lines: list[list[Piece]] = []
    for at, (row, name) in enumerate(zip(rows, names, strict=True)):
        begin, style = _pad(name, name_width) + " " * GAP, _style(row)
        if _is_in_columns(row):
            what = _pad(_fit(row.what, what_width, signs), what_width)
            cells = [(each.cell(each.texts[at]), style or each.style) for each in chosen]
            gaps = [((" " * GAP, ""), cell) for cell in cells]
            line = [(begin + what, style), *chain.from_iterable(gaps)]
        elif row.kind == "heading":
            line = [(name + " " * GAP + row.what, style)]
        else:
            line = [(begin + row.what, style)]
        lines.append(_cut(line, width, signs))
    keys = {each.key for each in columns if each.width} - {each.key for each in chosen}
    return DrawnTable(_cut([(titles, LABEL)], width, signs), lines, frozenset(keys))


def brief_table(
    rows: Sequence[LayerRow], width: int, signs: GlyphSet, *, heading: str = ""
) -> DrawnTable:
    """Return the table, shortened to make room for gradients and updates.

    Spreads go first, then the sizes of layers, then means. Where that is not enough, all of these
    stay.
    """
    whole = table = layer_table(rows, width, signs, heading=heading)
    ways: tuple[Callable[[LayerRow], LayerRow], ...] = (
        lambda row: replace(row, std=""),
        lambda row: replace(row, what=row.what.partition("(")[0]) if _is_in_columns(row) else row,
        lambda row: replace(row, mean=""),
    )
    for shortened in ways:
        if not table.left_out & CHANGED:
            break
        rows = [shortened(row) for row in rows]
        table = layer_table(rows, width, signs, heading=heading)
    return whole if table.left_out & CHANGED else table


def _columns(
    rows: Sequence[LayerRow], signs: GlyphSet, shown: Shown, *, is_narrow: bool
) -> list[Column]:
    def texts(field: str) -> tuple[str, ...]:
        return tuple(getattr(row, field) for row in rows)

    shapes = tuple(row.shape if _is_in_columns(row) else "" for row in rows)
    shape = Column("shape", "gives", shapes, 9)
    note = Column("note", "", texts("note"), 4, style=LABEL)
    if shown == "histograms":
        bins = (halved(row.bins) if is_narrow else row.bins for row in rows)
        bars = tuple(bars_of(each, signs.levels) for each in bins)
        return [
            shape,
            Column("low", "from", texts("low"), 6, right=True),
            Column("bars", "how often", bars, 7, style=BAR),
            Column("high", "to", texts("high"), 5),
            note,
        ]
    bars = tuple(bars_of(halved(row.bins), signs.levels) for row in rows)
    squares = tuple(signs.square * min(MAX_BAR, row.width.bit_length()) for row in rows)
    return [
        shape,
        Column("width", "", squares, 1, style=BAR),
        Column("numbers", "numbers", texts("numbers"), 5, right=True),
        _mean_column(rows, signs),
        Column("bars", "", bars, 2, style=BAR),
        Column("gradient", "gradient", texts("gradient"), 7, right=True, sign="|grad|"),
        Column("update", "update", texts("update"), 6, right=True, sign=signs.update),
        note,
    ]


def _that_fit(columns: Sequence[Column], room: int) -> list[Column]:
    """Return the first column and the heaviest of the others that fit, in their order.

    Formulas are added to titles if there is still room for them.
    """
    chosen = [columns[0]]
    for column in sorted(columns[1:], key=lambda each: -each.weight):
        if 0 < column.width <= room - GAP:
            chosen.append(column)
            room -= column.width + GAP
    shown = []
    for column in columns:
        longer = replace(column, title=f"{column.title} {column.sign}", sign="")
        if column in chosen:
            has_room = column.sign and longer.width - column.width <= room
            room -= longer.width - column.width if has_room else 0
            shown.append(longer if has_room else column)
    return shown


def _is_in_columns(row: LayerRow) -> bool:
    if row.kind == "failed":
        return bool(row.shape)
    return row.kind in ("input", "layer", "later", "between", "uncalled", "line")


def _style(row: LayerRow) -> str:
    if row.kind == "heading":
        return HEADING
    if row.kind == "failed":
        return TROUBLE
    return LABEL if row.kind in ("input", "later", "between", "uncalled", "end") else ""


def _mean_column(rows: Sequence[LayerRow], signs: GlyphSet) -> Column:
    width = max((len(row.std) for row in rows), default=0)
    if not width:
        return Column("mean", "mean", tuple(row.mean for row in rows), 8, right=True)
    pairs = (f"{row.mean}{signs.spread}{row.std:<{width}}" if row.mean else "" for row in rows)
    return Column("mean", f"mean{signs.spread}spread", tuple(pairs), 8, right=True)


def halved(bins: Sequence[int]) -> list[int]:
    return [sum(bins[at : at + 2]) for at in range(0, len(bins), 2)]


def bars_of(bins: Sequence[int], levels: str) -> str:
    """Return a bar for each bin, relative to the fullest; counts above 0 stay visible."""
    most = max(bins, default=0)
    if not most:
        return ""
    top = len(levels) - 1
    return "".join(levels[max(1, round(top * each / most)) if each else 0] for each in bins)


def _widest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _fit(text: str, width: int, signs: GlyphSet) -> str:
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + signs.more if width else ""


def _cut(pieces: Sequence[Piece], width: int, signs: GlyphSet) -> list[Piece]:
    """Return the pieces cut off at `width`, without blanks at the end."""
    line: list[Piece] = []
    left = width
    whole = sum(cell_len(text) for text, _ in pieces)
    if whole > width and "".join(text for text, _ in pieces).rstrip():
        pieces = _without_end_blanks(pieces)
    for text, style in pieces:
        if cell_len(text) > left:
            line.append((_fit(text, left, signs), style))
            break
        line.append((text, style))
        left -= cell_len(text)
    return _without_end_blanks(line)


def _without_end_blanks(pieces: Sequence[Piece]) -> list[Piece]:
    kept = list(pieces)
    while kept and not kept[-1][0].strip():
        kept.pop()
    if kept:
        kept[-1] = (kept[-1][0].rstrip(), kept[-1][1])
    return kept
