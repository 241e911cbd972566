"""What a program said, as text that any terminal shows as it is. Pure; for all rooms above.

Messages of exceptions, values and names come from programs, and may hold anything: escape
sequences, control characters, characters that turn the direction of reading.
"""

from __future__ import annotations

import re

TAB = "    "
_COLOURS = re.compile(r"\x1b\[[0-9;:]*m")
"""What PyTorch writes in bold or in colour is as good without."""


def printable(text: str) -> str:
    r"""The text with everything that is not seen written out, as in `\x1b`. Newlines stay, and
    colours go."""
    if text.isprintable():
        return text
    return "".join(_seen(letter) for letter in _COLOURS.sub("", text))


def _seen(letter: str) -> str:
    if letter == "\t":
        return TAB
    if letter.isprintable() or letter == "\n":
        return letter
    return letter.encode("unicode_escape").decode()
