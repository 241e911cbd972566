"""Refuse programs that are too long to be run or judged.

A plain run and grading share this, so that they refuse alike.
"""

from __future__ import annotations

MAX_CODE = 256 * 1024
"""Maximum bytes of a program in UTF-8."""


def too_long(source: str) -> str:
    """Return the refusal of a program that is longer than `MAX_CODE`; empty if it is not."""
    size = len(source.encode("utf-8", "replace"))
    if size <= MAX_CODE:
        return ""
    return (
        f"The program has {size:,} bytes, but the limit is {MAX_CODE:,}. Was something pasted "
        "many times, or does it contain data? Make long lists with a loop or a formula."
    )
