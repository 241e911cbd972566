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
_WORD = re.compile(r"\s*(?:async\s+)?([a-z]*)")
_CLAUSE = re.compile(r"\s*(?:(?:else|finally)\s*|(?:elif|except|case)\b.*):\Z")
_GOES_ON = {
    "elif": ("if", "elif"),
    "else": ("if", "elif", "for", "while", "except"),
    "except": ("try", "except"),
    "finally": ("try", "except"),
    "case": ("case",),
}
"""The clauses of a statement, and the lines at whose level each may be."""
_BARE = re.compile(r"\s*[rRbBfFuU]{0,2}")
"""What may stand before a string that begins its line."""
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


def indent_width(line: str) -> int:
    """Return the columns that a line is indented by."""
    return len(indent_of(line).expandtabs(INDENT))


def is_code(line: str) -> bool:
    """Return True unless the line is blank or a comment."""
    return line.strip()[:1] not in ("", "#")


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


def clause_indent(above: Sequence[str], line: str) -> str | None:
    """Return the indentation to which a clause that was just finished belongs, such as `else:`.

    None if the line is no clause, or can stay where it is.
    """
    if not _CLAUSE.match(line):
        return None
    word = _first_word(line)
    level = own = indent_width(line)
    for other in reversed(above):
        width, head = indent_width(other), _first_word(other)
        if width > level or not is_code(other):
            continue
        if head in _GOES_ON[word]:
            return indent_of(other) if width < own else None
        # the `else` of a `try` leaves its head at that level
        level = width if (word, head) == ("finally", "else") else width - 1
    return None


def _first_word(line: str) -> str:
    word = _WORD.match(line)
    return word[1] if word is not None else ""


def closer_indent(code: str, closer: str) -> str | None:
    """Return the indentation of a bracket that closes and begins its line, after `code`.

    It is that of the line in which the bracket was opened. None where its partner is not open, or
    something stands before it.
    """
    ending = read_line_end(code)
    if code.rpartition("\n")[2].strip() or ending.in_string or not ending.open_brackets:
        return None
    bracket = ending.open_brackets[-1]
    if code[bracket] != OPENING[CLOSING.index(closer)]:
        return None
    return indent_of(code[code.rfind("\n", 0, bracket) + 1 :])


def rows_that_go_on(code: str) -> tuple[frozenset[int], frozenset[int]]:
    """Return the rows that begin within a string, and those that begin within brackets.

    A string that is a statement by itself, as a docstring is, does not count.
    """
    in_strings: set[int] = set()
    in_brackets: set[int] = set()
    index = depth = row = 0
    while found := _MATTERS.search(code, index):
        character, index = found.group(), found.end()
        if character == "#":
            index = _end_of_line(code, index)
        elif character in "\"'":
            end = _end_of_string(code, found.start())
            rows = code.count("\n", index, end if end >= 0 else len(code))
            if not _BARE.fullmatch(code, code.rfind("\n", 0, found.start()) + 1, found.start()):
                in_strings.update(range(row + 1, row + rows + 1))
            row += rows
            index = end if end >= 0 else len(code)
        elif character == "\n":
            row += 1
            if depth or code.endswith("\\", 0, found.start()):
                in_brackets.add(row)
        else:
            depth = max(0, depth + (1 if character in OPENING else -1))
    return frozenset(in_strings), frozenset(in_brackets)


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
