"""The indentation of Python code while it is typed, for `CodeEditor`.

The functions take and return text, and know no editor. Unfinished code is the usual case, so they
scan for brackets and strings rather than parse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

INDENT = 4
"""Spaces of one level."""
LEAVES_BLOCK = re.compile(r"\s*(return|pass|break|continue|raise)\b")
"""A line that ends its block, so that the next one belongs to the block around it."""
OPENING = "([{"
CLOSING = ")]}"


@dataclass(frozen=True)
class LineEnd:
    """The state at the end of the code before the cursor."""

    last: str
    """The last character that is no space or comment, `"` for any string; "" if there is none."""
    depth: int
    """The number of open brackets."""
    in_string: bool
    """Whether the end is inside a triple-quoted string."""


def indent_of(line: str) -> str:
    """Return the spaces and tabs that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def read_line_end(code: str) -> LineEnd:
    """Return the state at the end of code, which is read from its start and may be invalid."""
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
    """Return the index after the string that begins at `at`; -1 if it is still open.

    Only a triple-quoted string can be: any other ends with its line.
    """
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
    """Return the indentation of the line that Enter begins after `code`, a text from its start."""
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
    """Return the spaces from a column to the next multiple of four, one at least."""
    return " " * (INDENT - column % INDENT)


def backspace_length(before: str) -> int:
    """Return the number of characters that Backspace deletes, given the line before the cursor.

    Among leading spaces it goes back to a multiple of four; elsewhere it is 1.
    """
    if not before or before.strip(" "):
        return 1
    return len(before) % INDENT or INDENT


def indent_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines one level further in; blank lines stay as they are."""
    return [" " * INDENT + line if line.strip() else line for line in lines]


def dedent_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines one level further out, as far as they have leading spaces or a tab."""
    return [re.sub(r"^(\t| {1,4})", "", line) for line in lines]


def toggle_comments(lines: Sequence[str]) -> list[str]:
    """Return the lines commented out at their common indentation, or in if all are comments."""
    filled = [line for line in lines if line.strip()]
    if not filled:
        return list(lines)
    if all(line.lstrip().startswith("#") for line in filled):
        return [re.sub(r"^(\s*)# ?", r"\1", line) for line in lines]
    column = min(len(indent_of(line)) for line in filled)
    return [f"{line[:column]}# {line[column:]}" if line.strip() else line for line in lines]
