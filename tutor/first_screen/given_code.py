"""The heading of code that is locked, and how many of its lines are shown."""

from __future__ import annotations

from tutor.first_screen.glyphs import GlyphSet
from tutor.grading.wording import counted

SHOW_ALL = "{key:givens} shows all"
"""What the heading says of hidden lines."""

GIVENS_LINES = 6
"""Lines of the givens that are shown while they are closed."""

TIGHT_GIVENS_LINES = 1
"""The same where the editor would have too few lines."""


def givens_lines(*, tight: bool, tiny: bool) -> int:
    """Return how many lines of the givens are shown while they are closed.

    `tight` and `tiny` say that the editor below would have too few lines.
    """
    if tiny:
        return 0 if tight else TIGHT_GIVENS_LINES
    return TIGHT_GIVENS_LINES if tight else GIVENS_LINES


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
    if opened:
        return f"{glyphs.opened} {full}", f"{glyphs.opened} {short}"
    note = f": {key_note}" if key_note else ""
    more = f"{between}{count - preview_lines} more{note}"
    return tuple(f"{glyphs.closed} {text}{more}" for text in (full, short, label))
