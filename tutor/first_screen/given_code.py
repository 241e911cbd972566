"""The heading of code that is locked, and how many of its lines are shown."""

from __future__ import annotations

from tutor.first_screen.glyphs import GlyphSet
from tutor.first_screen.lines import cell_count
from tutor.grading.wording import counted

SHOW_ALL = "{key:givens} shows all"
"""What the heading says of hidden lines."""
CLOSE = "{key:givens} closes"
"""What it says once they are shown."""

MARGIN = 4
"""Columns beside the lines of the givens; those beside the code are about as many."""

GIVENS_LINES = 6
"""What the givens are cut to, in lines, where the code below them needs the rows."""

MIN_EDITOR_ROWS = 12
"""Rows that are left to the editor, if its code needs them, before so many lines of the givens."""

SPARE_ROWS = 1
"""Rows that stay free below the code, for the line that is typed next."""


def shown_givens(given: str, code: str, columns: int, rows: int) -> int:
    """Return how many lines of the givens are shown while they are closed.

    They have all rows that the code does not need. `columns` and `rows` are those of givens and
    editor together. Where lines are broken, rows are counted as if they were broken at their ends.
    """
    room = rows - 1  # the heading has one
    least = max(0, min(GIVENS_LINES, room - MIN_EDITOR_ROWS))
    free = max(least, room - _rows_of(code, columns - MARGIN, room) - SPARE_ROWS)
    lines = given.split("\n")
    for shown in range(len(lines)):
        free -= _rows_of_line(lines[shown], columns - MARGIN)
        if free < 0:
            return shown
    return len(lines)


def _rows_of(code: str, columns: int, most: int) -> int:
    """Return the rows of the code, or some number of at least `most`."""
    lines = code.count("\n") + (not code.endswith("\n"))
    if lines >= most:
        return lines  # a long text is not measured: this is done with each key
    code = code.removesuffix("\n")
    return sum(_rows_of_line(line, columns) for line in code.split("\n"))


def _rows_of_line(line: str, columns: int) -> int:
    return max(1, -(-cell_count(line) // max(1, columns)))


def is_collapsible(code: str, preview_lines: int) -> bool:
    """Return True if the code has more lines than are shown while it is closed."""
    return code.count("\n") + 1 > preview_lines


def headings(
    code: str, label: str, preview_lines: int, glyphs: GlyphSet, *, opened: bool, key_note: str
) -> tuple[str, ...]:
    """Return the heading in fewer and fewer words, of which the first that fits is shown."""
    count = code.count("\n") + 1
    lines = counted(count, "line")
    between = glyphs.between
    full, short = f"{label}{between}{lines}{between}locked", f"{label}{between}locked"
    if not is_collapsible(code, preview_lines):
        return full, short
    note = f": {key_note}" if key_note else ""
    if opened:
        return tuple(f"{glyphs.opened} {text}{note}" for text in (full, short, label))
    more = f"{between}{count - preview_lines} more{note}"
    return tuple(f"{glyphs.closed} {text}{more}" for text in (full, short, label))
