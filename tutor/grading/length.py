"""How long a program may be that is run or judged, and what is said of a longer one. Pure."""

from __future__ import annotations

MAX_CODE = 256 * 1024
"""Bytes in UTF-8."""


def too_long(source: str) -> str:
    """What is said of a program that is longer than that; empty if it is not."""
    size = len(source.encode("utf-8", "replace"))
    if size <= MAX_CODE:
        return ""
    return (
        f"The program has {size:,} bytes, and at most {MAX_CODE:,} are run. Was something pasted "
        "many times, or are there data in it? A loop or a formula can make long lists."
    )
