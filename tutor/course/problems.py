"""Problems of a course, each a line with file, line and key.

The loader and the linter make them; cli and ui show them. This module also formats suggestions and
lists of words, so that all messages do it alike.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from msgspec import Struct

from tutor.text import one_line

Severity = Literal["error", "warning", "unfinished"]
"""Weight of a problem: the course must not ship with it, its author may know better, or its author
has not finished yet."""


class Problem(Struct, frozen=True):
    """A problem in a file; as text it is one line, `file:line: key: message`."""

    file: Path
    line: int
    """Line, counted from 1; 1 for the whole file."""
    key: str
    """Key, as in `check[2].same`, counted from 1; `file` or `TOML` for the whole file."""
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        message = self.message if self.severity == "error" else f"{self.severity}: {self.message}"
        return one_line(f"{self.file}:{self.line}: {self.key}: {message}")


class CourseError(Exception):
    """Raised for a course that cannot be used; `problems` holds all problems found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `: did you mean …?` for the end of a message; "" if no known word is close."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f": did you mean `{close[0]}`?" if close else ""


def listed(words: Iterable[str]) -> str:
    """Join words for a message: `a`, `b` or `c`."""
    *others, last = [f"`{word}`" for word in words]
    return f"{', '.join(others)} or {last}" if others else last
