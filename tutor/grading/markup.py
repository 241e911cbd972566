"""Split short Markdown at the marks of code, bold and emphasis.

All code that shows messages to a learner uses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

Mark: TypeAlias = Literal["", "code", "bold", "emphasis"]

_MARKED = re.compile(
    r"(?P<code>`[^`]+`)"
    r"|\*\*(?P<bold>[^*]+)\*\*"
    r"|(?<![\w*])\*(?P<emphasis>[^\s*](?:[^*`]*[^\s*`])?)\*(?![\w*])"
)
FENCED = re.compile(r"(^```.*?^```[^\n]*)", re.DOTALL | re.MULTILINE)
"""A block of code, for `split`: every second part is one."""


def pieces(text: str) -> Iterator[tuple[Mark, str]]:
    """Yield the text in pieces, each without its marks; stars that mark nothing stay."""
    at = 0
    for match in _MARKED.finditer(text):
        if match.start() > at:
            yield "", text[at : match.start()]
        if match["code"]:
            yield "code", match["code"][1:-1]
        elif match["bold"]:
            yield "bold", match["bold"]
        else:
            yield "emphasis", match["emphasis"]
        at = match.end()
    if at < len(text):
        yield "", text[at:]


def plain(markdown: str) -> str:
    """Return the text without the stars of bold and emphasis.

    Code keeps its backticks, and blocks of code stay as they are.
    """
    parts = FENCED.split(markdown)
    return "".join(part if n % 2 else _without_stars(part) for n, part in enumerate(parts))


def _without_stars(text: str) -> str:
    return "".join(f"`{part}`" if mark == "code" else part for mark, part in pieces(text))
