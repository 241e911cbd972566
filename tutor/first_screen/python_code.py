"""Colours for Python in a lesson's text, without a parser: good enough to read."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator

from tutor.first_screen.lines import Mark, TextRun

_WORDS: dict[str, Mark] = {
    **{name: "builtin" for name in dir(builtins) if not name.startswith("_")},
    **dict.fromkeys(keyword.kwlist, "keyword"),
    **dict.fromkeys(("None", "True", "False"), "constant"),
    **dict.fromkeys(("self", "cls"), "self"),
}
_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)"
    r"|(?P<string>[bBfFrRuU]{0,2}(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''"
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))"
    r"|(?P<decorator>^[ ]*@[\w.]+)"
    r"|\b(?P<keyword>def|class)(?P<gap>[ ]+)(?P<definition>\w+)"
    r"|(?<![\w.])(?P<number>\d[\w.]*(?:(?<=[eE])[+-]\d+)?)"
    r"|(?<![\w.])(?P<word>[^\W\d]\w*)",
    re.MULTILINE | re.DOTALL,
)


def python_lines(lines: Iterable[str]) -> Iterator[list[TextRun]]:
    """Yield the runs of each line of code."""
    line: list[TextRun] = []
    for text, mark in _pieces("\n".join(lines)):
        first, *others = text.split("\n")
        line += _run(first, mark)
        for part in others:
            yield line
            line = _run(part, mark)
    yield line


def _run(text: str, mark: Mark | None) -> list[TextRun]:
    return [TextRun(text, ("fence", mark) if mark else ("fence",))] if text else []


def _pieces(code: str) -> Iterator[tuple[str, Mark | None]]:
    at = 0
    for match in _TOKEN.finditer(code):
        yield code[at : match.start()], None
        if match["definition"]:
            yield match["keyword"], "keyword"
            yield match["gap"], None
            yield match["definition"], "definition"
        elif match["word"]:
            yield match["word"], _WORDS.get(match["word"])
        else:
            marks: tuple[Mark, ...] = ("comment", "string", "decorator", "number")
            yield match[0], next(mark for mark in marks if match[mark])
        at = match.end()
    yield code[at:], None
