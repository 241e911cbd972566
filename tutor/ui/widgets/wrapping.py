"""Functions that break text into rows that fit a width in terminal cells.

A row is a pair of indexes `(start, end)` into the text, so that styles and selections still find
their characters after a break. Wide characters take two cells, combining marks none.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, get_character_cell_size

Span = tuple[int, int]
"""Start and end of a part of a text, as character indexes; the end is exclusive."""

_SPACE = re.compile(" ")
_BESIDE_NAME = re.compile(r"[^\w.]|[\w.](?=[^\w.])")
"""Preferred end of a row of code: a sign, or the end of a name or number before a sign."""
_BEFORE_DOT = re.compile(r"[^\W\d](?=\.)")


def fold(text: str, width: int) -> list[Span]:
    """Break a text wherever a row is full, as a terminal does.

    An empty text is one empty row. A character wider than `width` has a row of its own.
    """
    rows: list[Span] = []
    start, is_ascii = 0, text.isascii()
    while not rows or start < len(text):
        end = _row_end(text, start, width, is_ascii=is_ascii)
        rows.append((start, end))
        start = end
    return rows


def fold_at_spaces(text: str, width: int) -> list[Span]:
    """Break a text after spaces, so that no number is cut in two.

    Each character belongs to a row, as with `fold`. A row that would be less than half full is
    broken at its end: text without spaces is no row of numbers.
    """
    return _fold_behind(text, width, _SPACE)


def fold_code(text: str, width: int, hanging: int = 0) -> list[Span]:
    """Break a line of code after spaces, or else between names.

    A dotted name is broken before a dot if needed; a name longer than half a row is broken at the
    end of its row. Rows after the first leave `hanging` cells free.
    """
    return _fold_behind(text, width, _SPACE, _BESIDE_NAME, _BEFORE_DOT, hanging=hanging)


def _fold_behind(text: str, width: int, *places: re.Pattern[str], hanging: int = 0) -> list[Span]:
    """Break each row after the first pattern's last match that leaves it half full."""
    rows: list[Span] = []
    start, is_ascii = 0, text.isascii()
    while not rows or start < len(text):
        columns = width - hanging if rows else width
        end = full = _row_end(text, start, columns, is_ascii=is_ascii)
        if full < len(text) and text[full] != " ":
            found = (
                max((match.end() for match in place.finditer(text, start, full)), default=start)
                for place in places
            )
            end = next((at for at in found if 2 * (at - start) > full - start), full)
        rows.append((start, end))
        start = end
    return rows


def _row_end(text: str, start: int, width: int, *, is_ascii: bool) -> int:
    """Return the index of the first character that does not fit; at least one fits."""
    if is_ascii:
        return min(start + max(1, width), len(text))
    used = 0
    for index in range(start, len(text)):
        used += get_character_cell_size(text[index])
        if used > width and index > start:
            return index
    return len(text)


def wrap_words(text: str, width: int) -> list[Span]:
    """Break a text at spaces and newlines.

    A word is broken only if it is wider than a row. The spaces at a break belong to no row.
    """
    rows: list[Span] = []
    start = 0
    for paragraph in text.split("\n"):
        rows += _wrap_paragraph(text, start, start + len(paragraph), width)
        start += len(paragraph) + 1
    return rows


def _wrap_paragraph(text: str, start: int, stop: int, width: int) -> list[Span]:
    rows: list[Span] = []
    while cell_len(text[start:stop]) > width:
        full = start + fold(text[start:stop], width)[0][1]
        end, following = _break_before(text, start, full)
        rows.append((start, end))
        start = following
    rows.append((start, stop))
    return rows


def _break_before(text: str, start: int, full: int) -> Span:
    """Return the end of the row that begins at `start`, and the start of the next one.

    `full` is the index of the first character that does not fit.
    """
    space = text.rfind(" ", start, full + 1)
    if space <= start or not text[start:space].strip():
        return full, full
    following = space + 1
    while following < len(text) and text[following] == " ":
        following += 1
    return len(text[:space].rstrip(" ")), following


def clip(text: str, width: int, ellipsis: str) -> str:
    if cell_len(text) <= width:
        return text
    _, end = fold(text, max(1, width - cell_len(ellipsis)))[0]
    return text[:end] + ellipsis if width > 0 else ""
