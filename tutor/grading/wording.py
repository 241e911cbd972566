"""Write counted nouns and lists of words in English, for all higher rooms too."""

from __future__ import annotations

from collections.abc import Iterable


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 line`, `0 lines`, `2 axes`.

    The plural is the noun with an s, if `plural` is empty.
    """
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def listed(words: Iterable[str]) -> str:
    """Return the words in a row, each once: a, b and c. Empty if there are none."""
    *first, last = dict.fromkeys(words) or ("",)
    return f"{', '.join(first)} and {last}" if first else last
