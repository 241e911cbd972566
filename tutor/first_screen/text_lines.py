"""The text of a lesson as lines of a width, for the first page and the pane.

The beginning of its task stays visible: below the text while that is read, above code shown alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tutor.first_screen import late
from tutor.first_screen.lines import Line, Style, TextRun, cell_count, fold, wrap
from tutor.first_screen.markdown_reader import (
    Block,
    Code,
    Heading,
    Items,
    Paragraph,
    Quote,
    TextTable,
    read_blocks,
    read_inline,
)

MAX_TEXT = 78
"""Maximum columns of text, with the blank at its right; `workspace.tcss` has the same number."""

MIN_COLUMNS = 8
"""Minimum columns of a text; fewer are treated as these."""

BULLETS = "•◦▪"
"""Bullets of nested lists."""

GAP = 3
"""Columns between two columns of a table."""
MIN_GAP = 2
MIN_CELL = 6
"""Minimum columns of a table's column. A table that cannot have them is written as a list."""

MAX_SHARE = 45
"""Percent of the rows of the text that its task may take, pinned below it."""
MIN_ROWS = 12
"""Minimum rows of a text or of code to which the task is pinned."""
MAX_ABOVE_CODE = 6
"""Maximum lines of the task above the code, if one pane is shown at a time."""


def text_width(columns: int) -> int:
    """Return the columns of a text in a pane of so many, with a scrollbar and a blank beside it."""
    return min(columns - 1, MAX_TEXT) - 1


def text_lines(markdown: str, width: int) -> tuple[Line, ...]:
    """Return the text in lines of at most `width` cells."""
    width = max(width, MIN_COLUMNS)
    return tuple(_lines(read_blocks(markdown), width, ()))


def _lines(
    blocks: Sequence[Block], width: int, within: Style, *, tight: bool = False
) -> list[Line]:
    """Return the blocks, separated by blank lines, except in tight lists."""
    lines: list[Line] = []
    for index, block in enumerate(blocks):
        if index and not (tight and isinstance(block, Items)):
            lines.append(Line())
        lines += _block_lines(block, width, within)
    return lines


def _block_lines(block: Block, width: int, within: Style) -> Iterable[Line]:
    if isinstance(block, Paragraph):
        return wrap(read_inline(block.text), width)
    if isinstance(block, Heading):
        return wrap(read_inline(block.text, ("heading",)), width)
    if isinstance(block, Code):
        return _code_lines(block, width)
    if isinstance(block, Quote):
        inner = max(width - 2, MIN_COLUMNS)
        bar = TextRun("▌ ", ("bar",))
        return _prefixed(_lines(block.blocks, inner, within), bar, bar, width)
    if isinstance(block, Items):
        return _item_lines(block, width, within)
    if isinstance(block, TextTable):
        return _table_lines(block, width)
    return [Line((TextRun("─" * width, ("rule",)),))]


def _prefixed(lines: Iterable[Line], first: TextRun, others: TextRun, width: int) -> Iterator[Line]:
    """Yield the lines after a margin, which is left out if there is no room for it."""
    for index, line in enumerate(lines):
        margin = others if index else first
        if cell_count(margin.text) + cell_count(line.plain) > width:
            yield line
        else:
            yield Line((margin, *line.runs), line.joint)


def _item_lines(block: Items, width: int, within: Style) -> list[Line]:
    depth = within.count("bullet")
    last = (block.first or 0) + len(block.items) - 1
    lines: list[Line] = []
    for index, item in enumerate(block.items):
        if block.first is None:
            marker = f"{BULLETS[min(depth, len(BULLETS) - 1)]} "
        else:
            marker = f"{block.first + index:>{len(str(last))}}. "
        if index and block.is_loose:
            lines.append(Line())
        margin = TextRun(marker, ("bullet",)), TextRun(" " * len(marker))
        inner = width - len(marker)
        if inner < MIN_COLUMNS:
            lines.append(Line((margin[0],)))
            lines += _lines(item, width, (*within, "bullet"), tight=not block.is_loose)
        else:
            parts = _lines(item, inner, (*within, "bullet"), tight=not block.is_loose)
            lines += _prefixed(parts or [Line()], *margin, width)
    return lines


def _code_lines(block: Code, width: int) -> list[Line]:
    """Return code on a background of its own, as wide as the text, with a blank at both sides."""
    inner, blank = width - 2, TextRun(" ", ("fence",))
    lines: list[Line] = []
    code: Iterable[Iterable[TextRun]]
    if block.language in ("python", "py", "python3"):
        code = late.python_lines(block.lines)
    else:
        code = [[TextRun(line, ("fence",))] for line in block.lines]
    for runs in code:
        for line in fold(runs, inner):
            rest = TextRun(" " * (inner - cell_count(line.plain) + 1), ("fence",))
            lines.append(Line((blank, *line.runs, rest), line.joint))
    return lines


def _table_lines(table: TextTable, width: int) -> Iterable[Line]:
    head = [tuple(read_inline(cell)) for cell in table.head]
    rows = [[tuple(read_inline(cell)) for cell in row] for row in table.rows]
    natural = [
        max(
            cell_count(line)
            for cell in column
            for line in "".join(run.text for run in cell).split("\n")
        )
        for column in zip(head, *rows, strict=True)
    ]
    sizes = _column_sizes(natural, width)
    if sizes is None:
        return _listed(head, rows, width)
    gap = GAP if sum(sizes) + GAP * (len(sizes) - 1) <= width else MIN_GAP
    lines = list(_row_lines(head, sizes, table.alignments, gap, ("head",)))
    for row in rows:
        lines += _row_lines(row, sizes, table.alignments, gap, ())
    return lines


def _column_sizes(natural: Sequence[int], width: int) -> list[int] | None:
    """Return the columns' cells: those that need more than their share get equal parts.

    None if there is no room for `MIN_CELL` each.
    """
    room = width - MIN_GAP * (len(natural) - 1)
    sizes = list(natural)
    if sum(sizes) <= room:
        return sizes
    wide = sorted(range(len(natural)), key=lambda index: natural[index])
    for done, index in enumerate(wide):
        share = room // (len(wide) - done)
        if natural[index] > share and share < MIN_CELL:
            return None
        sizes[index] = min(natural[index], share)
        room -= sizes[index]
    return sizes


def _row_lines(
    row: Sequence[Sequence[TextRun]],
    sizes: Sequence[int],
    alignments: Sequence[str],
    gap: int,
    style: Style,
) -> Iterator[Line]:
    cells = [wrap(cell, size) for cell, size in zip(row, sizes, strict=True)]
    for index in range(max(map(len, cells))):
        runs: list[TextRun] = []
        for lines, size, alignment in zip(cells, sizes, alignments, strict=True):
            line = lines[index] if index < len(lines) else Line()
            free = size - cell_count(line.plain)
            left = {"<": 0, "^": free // 2, ">": free}[alignment]
            runs += [TextRun(" " * gap)] if runs else []
            runs += [TextRun(" " * left, style)] if left else []
            runs += [TextRun(run.text, (*style, *run.style)) for run in line.runs]
            runs += [TextRun(" " * (free - left), style)] if free > left else []
            runs = runs or [TextRun("")]
        yield Line(tuple(run for run in runs if run.text))


def _listed(
    head: Sequence[Sequence[TextRun]], rows: Sequence[Sequence[Sequence[TextRun]]], width: int
) -> Iterator[Line]:
    """Yield a table that is too wide: a paragraph for each row, each cell after its head."""
    if not rows:
        yield from (line for cell in head for line in wrap(_headed(cell, ()), width))
    for index, row in enumerate(rows):
        if index:
            yield Line()
        for name, cell in zip(head, row, strict=True):
            if any(run.text for run in cell):
                yield from wrap(_headed(name, cell), width)


def _headed(name: Sequence[TextRun], cell: Sequence[TextRun]) -> Iterator[TextRun]:
    yield from (TextRun(run.text, ("bold", *run.style)) for run in name)
    if name and cell:
        yield TextRun(": ")
    yield from cell


def pinned_below_text(task: int, above: int, rows: int, top: int) -> int:
    """Return the number of task lines pinned below the text; 0 if the task is visible.

    `rows` rows of the text are on screen, from row `top` on; `above` lines come before the `task`
    lines of the task. A rule above the pinned lines has a row, too.
    """
    most = min(task, rows * MAX_SHARE // 100)
    in_sight = min(top + rows, above + task) - max(top, above)
    return 0 if rows < MIN_ROWS or in_sight >= min(task, most + 1) else most


def pinned_above_code(task: int, code_rows: int, rows: int) -> int:
    """Return the number of task lines pinned above the code, which share `rows` rows.

    The code gets the rows that it needs before more than three of them; a rule has a row, too.
    """
    if rows < MIN_ROWS + 2:
        return 0
    return min(task, MAX_ABOVE_CODE, max(3, rows - 5 - code_rows))
