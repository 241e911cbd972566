"""Numbers that a learner types."""

from __future__ import annotations

MOST = 10**9
"""What stands for all larger ones: no line, step or value has such a number."""


def number_of(digits: str) -> int:
    """Return the number that the digits are, at most `MOST`; Python converts only some thousand."""
    return min(int(digits), MOST) if len(digits) <= len(str(MOST)) else MOST
