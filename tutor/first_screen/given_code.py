"""The locked code of a step, its heading, and the number of its visible lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tutor.course.model import Step
from tutor.first_screen.glyphs import GlyphSet
from tutor.first_screen.lines import cell_count
from tutor.grading.wording import counted

SHOWS_ALL = " shows all"
SHOW_ALL = f"{{key:givens}}{SHOWS_ALL}"
"""End of the heading while lines are hidden."""
CLOSE = "{key:givens} closes"
"""End of the heading while all lines are shown."""

GIVEN_HERE = "# Given in this step:"
"""The line above the givens, if answers to earlier steps come before them."""

WITHHELD = "# It runs here, and is not shown in an exam."
"""Replacement for the tutor's solution of an earlier step, if none may be shown."""

MARGIN = 4
"""Columns beside the lines of the givens; those beside the code are about as many."""

GIVENS_LINES = 6
"""Minimum visible lines of the givens if the code below needs the rows."""

MIN_EDITOR_ROWS = 12
"""Rows that the editor keeps, if its code needs them, before the givens get `GIVENS_LINES`."""

SPARE_ROWS = 1
"""Rows that stay free below the code, for the next typed line."""


def all_givens(step: Step) -> str:
    """Return the code that runs before the learner's: used answers to earlier steps, and givens.

    If there are such answers, a heading precedes each part.
    """
    return "\n".join(_parts(step, folded=False))


def folded_givens(step: Step) -> str:
    """Return the givens as shown while closed; "" if that is simply their beginning.

    An answer to an earlier step is reduced to its heading.
    """
    return "\n".join(_parts(step, folded=True)) if step.used else ""


def _parts(step: Step, *, folded: bool) -> Iterator[str]:
    given = step.given.strip("\n")
    if not step.used:
        yield given
        return
    for used in step.used:
        whose = "Your answer to" if used.own else "The tutor's solution of"
        lines = counted(used.code.count("\n") + 1, "line")
        yield f"# {whose} “{' '.join(used.title.split())}”: {lines}"
        if not folded:
            is_shown = used.own or not used.is_withheld
            yield f"{used.code if is_shown else WITHHELD}\n"
    if given:
        yield GIVEN_HERE
        yield given


def shown_givens(given: str, code: str, columns: int, rows: int) -> int:
    """Return the number of lines of the givens that are shown while they are closed.

    They have all rows that the code does not need. `columns` and `rows` are those of givens and
    editor together. A wrapped line counts as many rows as if it were broken at full width.
    """
    room = rows - 1  # one row for the heading
    least = max(0, min(GIVENS_LINES, room - MIN_EDITOR_ROWS))
    free = max(least, room - rows_of(code, columns - MARGIN, room) - SPARE_ROWS)
    lines = given.split("\n")
    for shown in range(len(lines)):
        free -= _rows_of_line(lines[shown], columns - MARGIN)
        if free < 0:
            return shown
    return len(lines)


def rows_of(code: str, columns: int, most: int) -> int:
    """Return the rows of the code, or some number of at least `most`."""
    lines = code.count("\n") + (not code.endswith("\n"))
    if lines >= most:
        return lines  # a long text is not measured: this runs at each key
    code = code.removesuffix("\n")
    return sum(_rows_of_line(line, columns) for line in code.split("\n"))


def _rows_of_line(line: str, columns: int) -> int:
    return max(1, -(-cell_count(line) // max(1, columns)))


def is_collapsible(code: str, preview_lines: int, folded: str = "") -> bool:
    """Return True if the code has more lines than are shown while it is closed.

    `folded` is shown in its place then, "" if that is its beginning.
    """
    return bool(folded) or code.count("\n") + 1 > preview_lines


def headings(
    code: str,
    label: str,
    preview_lines: int,
    glyphs: GlyphSet,
    *,
    opened: bool,
    key_note: str,
    folded: str = "",
) -> tuple[str, ...]:
    """Return versions of the heading, longest first; the first that fits is shown."""
    count = code.count("\n") + 1
    lines = counted(count, "line")
    between = glyphs.between
    full, short = f"{label}{between}{lines}{between}locked", f"{label}{between}locked"
    if not is_collapsible(code, preview_lines, folded):
        return full, short
    note = f": {key_note}" if key_note else ""
    if opened:
        return tuple(f"{glyphs.opened} {text}{note}" for text in (full, short, label))
    shown = min(preview_lines, (folded or code).count("\n") + 1)
    more = f"{between}{count - shown} more{note}" if shown else note
    versions = [f"{glyphs.closed} {text}{more}" for text in (full, short, label)]
    return (*versions, versions[-1].removesuffix(SHOWS_ALL))


class ClosedGivens(NamedTuple):
    """The givens of a step before the learner opens them."""

    headings: tuple[str, ...]
    """Headings of different lengths, the longest first."""
    lines: list[str]
    shown: list[str]
    """The first of the lines, as many as fit above the code."""


def closed_givens(
    step: Step, code: str, width: int, rows: int, *, glyphs: GlyphSet, key_note: str
) -> ClosedGivens | None:
    """Return the givens that share `rows` rows with the code; None without any."""
    given, folded = all_givens(step), folded_givens(step)
    if not given.strip():
        return None
    lines = (folded or given).split("\n")
    preview = shown_givens(folded or given, code, width, rows)
    words = headings(
        given, "given", preview, glyphs, opened=False, key_note=key_note, folded=folded
    )
    shown = lines[:preview] if is_collapsible(given, preview, folded) else lines
    return ClosedGivens(words, lines, shown)
