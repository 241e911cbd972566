"""Numbers that a learner types."""

from __future__ import annotations

MOST = 10**9
"""Substitute for larger numbers: no line, step or value has such a number."""


def number_of(digits: str) -> int:
    """Convert digits, to at most `MOST`; `int` raises an error beyond 4,300 digits."""
    return min(int(digits), MOST) if len(digits) <= len(str(MOST)) else MOST
