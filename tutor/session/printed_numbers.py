"""Losses that a program has only printed: one number in each of several lines that are alike.

Whether they are losses is for the learner to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tutor.wire.events import NumbersKept

MIN_LINES = 4
MAX_LINE = 300
MAX_LINES = 5_000

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|inf)\b")
_LOSS = re.compile(r"\b\w*(?:loss|cost|error|mse|bce)\w*\b", re.IGNORECASE)


def printed_numbers(texts: Iterable[str]) -> NumbersKept | None:
    """Return the numbers that follow a word for a loss in lines that are alike; None without them.

    The word is the first of a line, and its number the next after it.
    """
    found: dict[str, list[float]] = {}
    for line in "".join(texts).split("\n")[:MAX_LINES]:
        word = _LOSS.search(line[:MAX_LINE])
        number = _NUMBER.search(line[:MAX_LINE], word.end()) if word else None
        if word and number:
            found.setdefault(word[0], []).append(float(number[0]))
    name = max(found, key=lambda each: len(found[each]), default="")
    if not name or len(found[name]) < MIN_LINES:
        return None
    return NumbersKept(name, tuple(found[name]))
