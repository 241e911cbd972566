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
_MATTERS = re.compile(r"[#\"'()\[\]{}\n]")
"""What may change the state of the code that is read to its end."""


@dataclass(frozen=True)
class LineEnd:
    """The state at the end of the code before the cursor."""

    last: str
    """The last character that is no space or comment, `"` for any string; "" if there is none."""
    open_brackets: tuple[int, ...]
    """The index in the code of each bracket that is still open, the innermost last."""
    statement: int
    """The index at which the statement of the last line begins."""
    in_string: bool
    """Whether the end is inside a triple-quoted string."""
    in_comment: bool = False
    """Whether the end is inside a comment."""


def indent_of(line: str) -> str:
    """Return the spaces and tabs that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def read_line_end(code: str) -> LineEnd:
    """Return the state at the end of code, which is read from its start and may be invalid."""
    last, statement, index = "", 0, 0
    brackets: list[int] = []
    # a long program is read with each Enter, so that a loop over all characters would be felt
    while found := _MATTERS.search(code, index):
        between = code[index : found.start()].rstrip()
        last = between[-1:] or last
        index, character = found.start(), found.group()
        if character == "#":
            index = _end_of_line(code, index)
            if index == len(code):
                return LineEnd(last, tuple(brackets), statement, in_string=False, in_comment=True)
            continue
        if character in "\"'":
            end = _end_of_string(code, index)
            if end < 0:
                return LineEnd(last, tuple(brackets), statement, in_string=True)
            last, index = '"', end
            continue
        if character in OPENING:
            brackets.append(index)
        elif character in CLOSING and brackets:
            brackets.pop()
        elif character == "\n" and last != "\\" and not brackets:
            statement = index + 1
        if character != "\n":
            last = character
        index += 1
    last = code[index:].rstrip()[-1:] or last
    return LineEnd(last, tuple(brackets), statement, in_string=False)


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
    if ending.open_brackets:
        return _indent_in_bracket(code, ending)
    first = code[ending.statement : _end_of_line(code, ending.statement)]
    outer = indent_of(first).expandtabs(INDENT)
    if ending.last in (":", "\\"):
        return outer + " " * INDENT
    return outer[:-INDENT] if LEAVES_BLOCK.match(first) else outer


def _indent_in_bracket(code: str, ending: LineEnd) -> str:
    """Return the indentation inside the innermost open bracket.

    That is a level more after a bracket that ends its line. Else it is that of the line before, if
    that is inside the bracket as a whole, and the column behind the bracket if not.
    """
    bracket = ending.open_brackets[-1]
    start = code.rfind("\n", 0, bracket) + 1
    if "\n" in code[bracket:]:
        return indent_of(code.rpartition("\n")[2]).expandtabs(INDENT)
    if ending.last in OPENING:
        return indent_of(code[start:]).expandtabs(INDENT) + " " * INDENT
    behind = code[bracket + 1 :]
    column = bracket + 1 + len(behind) - len(behind.lstrip())
    return " " * len(code[start:column].expandtabs(INDENT))


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
