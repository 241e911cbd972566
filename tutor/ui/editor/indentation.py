"""The indentation of Python code while it is typed, for `CodeEditor`.

The functions take and return text and know no editor. Most code is unfinished, so they scan for
brackets and strings rather than parse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

INDENT = 4
"""Spaces per level."""
LEAVES_BLOCK = re.compile(r"\s*(return|pass|break|continue|raise)\b")
"""A statement that ends its block; the next line belongs to the enclosing block."""
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
"""Clauses, each with the statements whose level it may have."""
_BARE = re.compile(r"\s*[rRbBfFuU]{0,2}")
"""Indentation and string prefix before a docstring."""
_MATTERS = re.compile(r"[#\"'()\[\]{}\n]")
"""Characters that may change the scanner's state."""


@dataclass(frozen=True)
class LineEnd:
    """The state at the end of the code before the cursor."""

    last: str
    """Last character other than spaces and comments, `"` for any string; "" if none."""
    open_brackets: tuple[int, ...]
    """Index in the code of each open bracket, the innermost last."""
    statement: int
    """Index at which the statement of the last line begins."""
    in_string: bool
    """True if the code ends inside a triple-quoted string."""
    in_comment: bool = False
    """True if the code ends inside a comment."""


def indent_of(line: str) -> str:
    """Return the leading spaces and tabs of a line."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def indent_width(line: str) -> int:
    return len(indent_of(line).expandtabs(INDENT))


def is_code(line: str) -> bool:
    """Return True unless the line is blank or a comment."""
    return line.strip()[:1] not in ("", "#")


def read_line_end(code: str) -> LineEnd:
    """Return the state at the end of code, which may be invalid."""
    last, statement, index = "", 0, 0
    brackets: list[int] = []
    # each Enter scans the whole program; a loop over all its characters would be slow
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

    Only a triple-quoted string can stay open: any other ends with its line.
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
    """Return the indentation of the line that Enter begins after `code`."""
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
    """Return the indentation of a clause such as `else:` that was just typed.

    None if the line is no clause, or has a valid indentation.
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
        # the head of a `try` with an `else` is at that level
        level = width if (word, head) == ("finally", "else") else width - 1
    return None


def _first_word(line: str) -> str:
    word = _WORD.match(line)
    return word[1] if word is not None else ""


def closer_indent(code: str, closer: str) -> str | None:
    """Return the indentation of a closing bracket that begins its line, after `code`.

    It is that of the line with the opening bracket. None if its partner is not open, or if other
    code precedes it.
    """
    ending = read_line_end(code)
    if code.rpartition("\n")[2].strip() or ending.in_string or not ending.open_brackets:
        return None
    bracket = ending.open_brackets[-1]
    if code[bracket] != OPENING[CLOSING.index(closer)]:
        return None
    return indent_of(code[code.rfind("\n", 0, bracket) + 1 :])


def rows_that_go_on(code: str) -> tuple[frozenset[int], frozenset[int]]:
    """Return the rows that begin inside a string, and those inside brackets.

    A string that is a statement, such as a docstring, does not count.
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

    After a bracket that ends its line, it is one more level. Otherwise it is that of the line
    before, if that is entirely inside the bracket, or else the column after the bracket.
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
    """Return the spaces from a column to the next multiple of four, at least one."""
    return " " * (INDENT - column % INDENT)


def backspace_length(before: str) -> int:
    """Return the number of characters that Backspace deletes after `before`.

    In leading spaces it reaches back to a multiple of four; elsewhere it is 1.
    """
    if not before or before.strip(" "):
        return 1
    return len(before) % INDENT or INDENT


def indent_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines one level further in; blank lines stay unchanged."""
    return [" " * INDENT + line if line.strip() else line for line in lines]


def dedent_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines one level further out, if they have leading spaces or a tab."""
    return [re.sub(r"^(\t| {1,4})", "", line) for line in lines]


def toggle_comments(lines: Sequence[str]) -> list[str]:
    """Comment the lines out at their common indentation, or in if all are comments."""
    filled = [line for line in lines if line.strip()]
    if not filled:
        return list(lines)
    if all(line.lstrip().startswith("#") for line in filled):
        return [re.sub(r"^(\s*)# ?", r"\1", line) for line in lines]
    column = min(len(indent_of(line)) for line in filled)
    return [f"{line[:column]}# {line[column:]}" if line.strip() else line for line in lines]
