"""Edits of a program by line numbers. Pure: text in, text out.

A replaced line keeps its indent, since blanks are not heard.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from tutor.grading.wording import listed
from tutor.session.program_changes import compare_lines

UNIT = "    "
"""One level of indent."""


class NoSuchLine(ValueError):
    """Raised for a missing line number; the message names the valid ones."""


class Lines(Struct, frozen=True):
    """A program as lines, with a flag for a final newline."""

    lines: tuple[str, ...]
    is_ended: bool = True

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + ("\n" if self.is_ended and self.lines else "")


def lines_in(text: str) -> Lines:
    """Split the program into lines; a final newline begins no further line."""
    if not text:
        return Lines(())
    is_ended = text.endswith("\n")
    return Lines(tuple(text.removesuffix("\n").split("\n")), is_ended)


def set_line(program: Lines, number: int, code: str) -> Lines:
    """Replace a line, but keep its indent."""
    old = _line(program, number)
    indent = _indent_of(old) if old.strip() else _indent_before(program, number)
    return _replaced(program, number, number, [indent + code.strip()])


def insert_line(program: Lines, number: int, code: str) -> Lines:
    """Insert a line with the given number; the lines from there on move down."""
    if not 1 <= number <= len(program.lines) + 1:
        raise NoSuchLine(_range_words(program, more=1))
    line = _indent_before(program, number) + code.strip()
    return _replaced(program, number, number - 1, [line])


def delete_lines(program: Lines, first: int, last: int) -> Lines:
    _line(program, first), _line(program, last)
    return _replaced(program, first, last, [])


def indent_lines(program: Lines, first: int, last: int, levels: int) -> Lines:
    """Indent lines by that many levels; a negative number dedents them."""
    _line(program, first), _line(program, last)
    moved = [_moved(line, levels) for line in program.lines[first - 1 : last]]
    return _replaced(program, first, last, moved)


def arranged(program: Lines, numbers: list[int], first: int, last: int) -> Lines:
    """Put the lines with these numbers in this order; take out the others in the range."""
    for number in numbers:
        if not first <= number <= last or numbers.count(number) > 1:
            raise NoSuchLine(f"The lines {first} to {last} can be ordered, each once.")
    wanted = [put_in(program.lines[number - 1]) for number in numbers]
    others = [
        taken_out(program.lines[number - 1])
        for number in range(first, last + 1)
        if number not in numbers
    ]
    return _replaced(program, first, last, [*wanted, *others])


def is_out(line: str) -> bool:
    """Return True if the line is commented out."""
    return line.lstrip().startswith("#")


def taken_out(line: str) -> str:
    """Return the line commented out, which takes it out of the program."""
    return line if is_out(line) else re.sub(r"^(\s*)", r"\1# ", line, count=1)


def put_in(line: str) -> str:
    """Return the line without its comment sign."""
    return re.sub(r"^(\s*)# ?", r"\1", line, count=1)


def changed_lines(before: Lines, after: Lines) -> list[int]:
    """Return the numbers of the lines of `after` that are new or changed."""
    compared = compare_lines(before.lines, after.lines)
    return [line.row + 1 for line in compared if line.sign == "+"]


def line_numbers_words(numbers: Sequence[int]) -> str:
    """Return line numbers as words: "line 2", or "lines 1 to 3 and 7"."""
    rows: list[list[int]] = []
    for number in numbers:
        if rows and rows[-1][-1] == number - 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    words = [
        each
        for row in rows
        for each in ([f"{row[0]} to {row[-1]}"] if len(row) > 2 else map(str, row))
    ]
    return f"line{'s' if len(numbers) > 1 else ''} {listed(words)}"


def _line(program: Lines, number: int) -> str:
    if not 1 <= number <= len(program.lines):
        raise NoSuchLine(_range_words(program))
    return program.lines[number - 1]


def _range_words(program: Lines, more: int = 0) -> str:
    last = len(program.lines) + more
    return f"The lines are 1 to {last}." if last else "The program has no lines yet: type add."


def _replaced(program: Lines, first: int, last: int, lines: list[str]) -> Lines:
    kept = (*program.lines[: first - 1], *lines, *program.lines[last:])
    # a final empty line exists only with a newline after it
    return Lines(kept, program.is_ended or kept[-1:] == ("",))


def _indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _indent_before(program: Lines, number: int) -> str:
    """Return the indent for a new line with this number, by the line before it."""
    above = [line for line in program.lines[: number - 1] if line.strip()]
    if not above:
        return ""
    return _indent_of(above[-1]) + (UNIT if above[-1].rstrip().endswith(":") else "")


def _moved(line: str, levels: int) -> str:
    if not line.strip():
        return line
    width = len(_indent_of(line.expandtabs(len(UNIT))))
    return " " * max(0, width + levels * len(UNIT)) + line.strip()
