"""Wraps the tutor's sentences between words, at the width of the terminal.

A program's output is never wrapped: its line ends are its own. Without wrapping, the terminal would
break sentences within words.
"""

from __future__ import annotations

import re
import shutil
import sys
import textwrap

MIN_COLUMNS = 20
"""Minimum columns for wrapping: fewer have no room for words."""


def terminal_columns() -> int:
    """Return the width of the terminal; 0 if standard output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def wrapped(text: str, columns: int) -> str:
    """Return the text wrapped to `columns` characters, or unchanged if they are few.

    Indented lines, which are code, stay as they are, and so do longer words.
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
