"""Lines of styled text, and their wrapping to a width.

A style names what a text is, such as code; `LOOKS` defines how that looks, in colours by their
names in the theme. Nothing here knows a terminal or a framework.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

Mark: TypeAlias = Literal[
    "bold",
    "italic",
    "strike",
    "code",
    "link",
    "heading",
    "head",
    "bullet",
    "bar",
    "rule",
    "fence",
    "comment",
    "keyword",
    "constant",
    "number",
    "string",
    "builtin",
    "self",
    "definition",
    "decorator",
    "tabs",
    "tab",
    "frame",
    "title",
    "focus",
    "focused_title",
    "source",
    "gutter",
]
"""The role of a piece of text. `head` is the first row of a table, `bar` the edge of a quotation,
and `fence` a block of code, in which the nine that follow are parts of Python. The last eight are
parts of a screen: the tab strip and the current tab, the frames of panes and of the focused one,
and code to be edited with its line numbers."""

Style: TypeAlias = tuple[Mark, ...]
"""All roles of a piece of text, outer before inner: code in bold is `("bold", "code")`."""


class TextRun(NamedTuple):
    """A piece of one line that looks the same from its first to its last character."""

    text: str
    style: Style = ()


class Line(NamedTuple):
    """One row of the screen, never wider than the width that it was made for."""

    runs: tuple[TextRun, ...] = ()
    joint: Literal["\n", " ", ""] = "\n"
    """Text between this line and the next before the text was wrapped."""

    @property
    def plain(self) -> str:
        return "".join(run.text for run in self.runs)


class Look(NamedTuple):
    """Appearance of a mark; an empty value keeps that of the surrounding text."""

    fore: str = ""
    """Name of the colour in the theme, as in `back`."""
    back: str = ""
    attributes: tuple[Literal["bold", "italic", "underline", "strike", "reverse"], ...] = ()


LOOKS: Mapping[Mark, Look] = {
    "bold": Look(attributes=("bold",)),
    "italic": Look(attributes=("italic",)),
    "strike": Look(attributes=("strike",)),
    "code": Look("accent", "surface"),
    "link": Look("primary", attributes=("underline",)),
    "heading": Look("primary", attributes=("bold",)),
    "head": Look(attributes=("bold", "underline")),
    "bullet": Look("primary", attributes=("bold",)),
    "bar": Look("primary"),
    "rule": Look("border-blurred"),
    "fence": Look(back="surface"),
    "comment": Look("code-comment", attributes=("italic",)),
    "keyword": Look("code-keyword", attributes=("bold",)),
    "constant": Look("code-constant"),
    "number": Look("code-number"),
    "string": Look("code-string"),
    "builtin": Look("code-builtin"),
    "self": Look("code-self", attributes=("italic",)),
    "definition": Look("code-definition", attributes=("bold",)),
    "decorator": Look("code-decorator"),
    "tabs": Look(back="surface"),
    "tab": Look(attributes=("bold", "reverse")),
    "frame": Look("border-blurred"),
    "title": Look("text-muted"),
    "focus": Look("border"),
    "focused_title": Look("foreground", attributes=("bold",)),
    "source": Look("code-text", "code-background"),
    "gutter": Look("code-gutter", "code-background"),
}

_SINGLE = re.compile(
    "[ -~\u2713\u2717"  # ticks and crosses
    "\xa0-\xac\xae-\u02ff\u0370-\u0482\u1cfa-\u1dbf\u1e00-\u200a\u2010-\u2027\u202f-\u205e"
    "\u2070-\u209c\u20a0-\u20c0\u2100-\u2319\u2500-\u25fc\u27c0-\u2aff\u2800-\u28ff]*"
)
"""Text in which every character takes one cell, as nearly all text of lessons is."""

_UNKNOWN_WIDE = ((0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D37F))
"""Characters that newer tables of Unicode call wide, which those of this Python may not know."""

_VARIANT = "\ufe0f"
"""Turns the preceding character into a wide picture."""


def cell_count(text: str) -> int:
    """Return the cells of the text; for rare signs, such as joined ones, an upper bound."""
    if _SINGLE.fullmatch(text):
        return len(text)
    return sum(map(_cells_of, text))


@lru_cache(1024)
def _cells_of(character: str) -> int:
    code, category = ord(character), unicodedata.category(character)
    if character == _VARIANT:
        return 1
    if category == "Cc" or category in ("Mn", "Me", "Mc", "Zl", "Zp"):
        return 0
    wide = unicodedata.east_asian_width(character) in "WF" or category == "Cn"
    return 2 if wide or any(first <= code <= last for first, last in _UNKNOWN_WIDE) else 1


def wrap(runs: Iterable[TextRun], width: int) -> list[Line]:
    """Return the text in lines, broken at spaces and newlines.

    A word is broken only if it is wider than a line. The spaces at a break belong to no line.
    """
    pieces = [run for run in runs if run.text]
    text = "".join(run.text for run in pieces)
    lines, at = [], 0
    for paragraph in text.split("\n"):
        spans = _word_spans(paragraph, width)
        for index, (start, end) in enumerate(spans):
            joint: Literal["\n", " ", ""] = "\n"
            if index + 1 < len(spans):
                joint = "" if spans[index + 1][0] == end else " "
            lines.append(Line(tuple(_cut(pieces, at + start, at + end)), joint))
        at += len(paragraph) + 1
    return lines


def fold(runs: Iterable[TextRun], width: int) -> list[Line]:
    """Break the runs of one line wherever the width is reached."""
    pieces = [run for run in runs if run.text]
    spans = _full_spans("".join(run.text for run in pieces), 0, width)
    last = len(spans) - 1
    return [
        Line(tuple(_cut(pieces, *span)), "" if index < last else "\n")
        for index, span in enumerate(spans)
    ]


def _word_spans(text: str, width: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start, end, used = 0, 0, 0
    for match in re.finditer(r"( *)([^ ]+)", text):
        size = cell_count(match[2])
        if end and used + len(match[1]) + size <= width:
            used += len(match[1]) + size
        else:
            if end:
                spans.append((start, end))
            start, used = match.start(2), size
            if size > width:
                *full, (start, _) = _full_spans(match[2], start, width)
                spans += full
                used = cell_count(text[start : match.end()])
        end = match.end()
    return [*spans, (start, end)]


def _full_spans(text: str, offset: int, width: int) -> list[tuple[int, int]]:
    spans, start, used = [], 0, 0
    for index, character in enumerate(text):
        size = cell_count(character)
        if used + size > width and index > start:
            spans.append((offset + start, offset + index))
            start, used = index, 0
        used += size
    return [*spans, (offset + start, offset + len(text))]


def _cut(runs: list[TextRun], start: int, end: int) -> Iterator[TextRun]:
    """Yield the characters from `start` to `end` of all runs together."""
    at = 0
    for text, style in runs:
        if at >= end:
            return
        if at + len(text) > start:
            yield TextRun(text[max(0, start - at) : end - at], style)
        at += len(text)
