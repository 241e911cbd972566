"""The blanks of a task, which the learner replaces by code: `____` and `...`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

Place: TypeAlias = tuple[int, int]
"""A row and a column, from 0."""
Span: TypeAlias = tuple[Place, Place]
"""Start and end of a blank."""

_TOKEN = re.compile(
    r"""
    (?P<skipped> \#.* | [rbfu]*(?:'(?:[^'\\\n]|\\.)*' | "(?:[^"\\\n]|\\.)*"))
    | (?P<blank> (?<!\w)_{3,}(?!\w) | (?<!\.)\.{3}(?!\.) )
    """,
    re.X | re.I,
)
"""A blank, or a comment or string, whose content is no blank."""


def blanks(lines: Sequence[str]) -> list[Span]:
    """Return the blanks, in the order of the text."""
    return [
        ((row, found.start()), (row, found.end()))
        for row, line in enumerate(lines)
        for found in _TOKEN.finditer(line)
        if found["blank"]
    ]


def next_blank(lines: Sequence[str], after: Place) -> Span | None:
    """Return the first blank at or after a place, else the first of all."""
    found = blanks(lines)
    return next((blank for blank in found if blank[0] >= after), found[0] if found else None)


def previous_blank(lines: Sequence[str], before: Place) -> Span | None:
    """Return the last blank before a place, else the last of all."""
    found = blanks(lines)
    earlier = [blank for blank in found if blank[0] < before] or found
    return earlier[-1] if earlier else None
