"""How Python code is indented while it is typed. Pure; used by `CodeEditor`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

INDENT = 4
LEAVES_BLOCK = re.compile(r"\s*(return|pass|break|continue|raise)\b")
OPENING = "([{"
CLOSING = ")]}"


@dataclass(frozen=True)
class LineEnd:
    """What the code before a caret ends in."""

    last: str
    """Its last character that is code: no space, no comment, no inside of a text."""
    depth: int
    """How many brackets are open."""
    in_string: bool
    """Inside a triple-quoted text that is still open."""


def indent_of(line: str) -> str:
    """The spaces and tabs a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def read_line_end(code: str) -> LineEnd:
    """Reads code from its beginning, without judging whether it is valid."""
    last, depth, index = "", 0, 0
    while index < len(code):
        character = code[index]
        if character == "#":
            index = _end_of_line(code, index)
            continue
        if character in "\"'":
            end = _end_of_string(code, index)
            if end < 0:
                return LineEnd(last, depth, in_string=True)
            last, index = '"', end
            continue
        if character in OPENING:
            depth += 1
        elif character in CLOSING:
            depth = max(0, depth - 1)
        if not character.isspace():
            last = character
        index += 1
    return LineEnd(last, depth, in_string=False)


def _end_of_line(code: str, start: int) -> int:
    end = code.find("\n", start)
    return len(code) if end < 0 else end


def _end_of_string(code: str, at: int) -> int:
    """Where the text that begins at `at` is over; −1 if it is triple-quoted and still open."""
    quote = code[at]
    triple = code.startswith(quote * 3, at)
    quotes = quote * 3 if triple else quote
    at += len(quotes)
    while at < len(code):
        if code[at] == "\\":
            at += 2
        elif code.startswith(quotes, at):
            return at + len(quotes)
        elif code[at] == "\n" and not triple:
            return at
        else:
            at += 1
    return -1 if triple else len(code)


def next_line_indent(code: str) -> str:
    """The indentation of the line that Enter begins after `code`, all text before the caret."""
    before = code.rpartition("\n")[2]
    indent = indent_of(before).expandtabs(INDENT)
    if not before.strip():
        return indent
    ending = read_line_end(code)
    if ending.in_string:
        return indent
    if (ending.last and ending.last in OPENING) or (ending.last == ":" and ending.depth == 0):
        return indent + " " * INDENT
    if ending.depth == 0 and LEAVES_BLOCK.match(before):
        return indent[:-INDENT]
    return indent


def spaces_to_next_stop(column: int) -> str:
    """The spaces from a column to the next multiple of four."""
    return " " * (INDENT - column % INDENT)


def backspace_length(before: str) -> int:
    """How many characters Backspace takes: in leading spaces back to a multiple of four, else 1."""
    if not before or before.strip(" "):
        return 1
    return len(before) % INDENT or INDENT


def indent_lines(lines: Sequence[str]) -> list[str]:
    """Each line one level further in; empty lines stay empty."""
    return [" " * INDENT + line if line.strip() else line for line in lines]


def dedent_lines(lines: Sequence[str]) -> list[str]:
    """Each line one level further out, as far as it has leading spaces."""
    return [re.sub(r"^(\t| {1,4})", "", line) for line in lines]


def toggle_comments(lines: Sequence[str]) -> list[str]:
    """Comments all lines out with `# ` at their common indentation, or back in if all are out."""
    filled = [line for line in lines if line.strip()]
    if not filled:
        return list(lines)
    if all(line.lstrip().startswith("#") for line in filled):
        return [re.sub(r"^(\s*)# ?", r"\1", line) for line in lines]
    column = min(len(indent_of(line)) for line in filled)
    return [f"{line[:column]}# {line[column:]}" if line.strip() else line for line in lines]
