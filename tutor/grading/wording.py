"""Numbers of things, and words in a row, as English has them. Pure; for all rooms above."""

from __future__ import annotations

from collections.abc import Iterable


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 line`, `0 lines`, `2 axes`. The plural has an s if nothing else is said."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def listed(words: Iterable[str]) -> str:
    """The words in a row, each once: a, b and c. Empty if there are none."""
    *first, last = dict.fromkeys(words) or ("",)
    return f"{', '.join(first)} and {last}" if first else last
