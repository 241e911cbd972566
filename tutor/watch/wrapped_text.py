"""Breaks the tutor's sentences between words, at the width of the terminal.

What a program prints is never broken here: its line ends are its own. Without this, the terminal
breaks sentences in the middle of words.
"""

from __future__ import annotations

import re
import shutil
import sys
import textwrap

MIN_COLUMNS = 20
"""Columns below which nothing is broken: there is no room for words."""


def terminal_columns() -> int:
    """Return how wide the terminal is now; 0 where standard output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def wrapped(text: str, columns: int) -> str:
    """Return the text with lines of at most `columns` characters, or as it is if they are few.

    Indented lines, which are code, stay as they are, and so do words that are longer.
    """
    if columns < MIN_COLUMNS:
        return text
    return "\n".join(_wrapped_line(line, columns) for line in text.split("\n"))


def _wrapped_line(line: str, columns: int) -> str:
    if len(line) <= columns or line.startswith(" "):
        return line
    item = re.match(r"(?:[-•*] |\d+\. )?", line)
    return textwrap.fill(
        line,
        columns,
        subsequent_indent=" " * (item.end() if item is not None else 0),
        break_long_words=False,
        break_on_hyphens=False,
    )
