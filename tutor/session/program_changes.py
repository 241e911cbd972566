"""Differences between an earlier program and the present one, line by line and in words; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple, TypeAlias

from tutor.grading.wording import counted

SAME = "as your code is now"

_MAX_COMPARED = 400
"""Lines of a changed part that are compared one by one: the time grows with their square."""

ChangeSign: TypeAlias = Literal[" ", "+", "-"]
"""`+` for a line of the earlier program alone, `-` for one of the present program alone."""


class ChangedLine(NamedTuple):
    """A line of one program or of both."""

    sign: ChangeSign
    row: int
    """Its number, from 0, in the program that it is of: the present one if the sign is `-`."""


def compare_programs(now: str, then: str) -> tuple[ChangedLine, ...]:
    """Return all lines of both programs in order; blank lines at their ends do not count."""
    return tuple(compare_lines(lines_of(now), lines_of(then)))


def compare_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[ChangedLine]:
    """Yield the lines of both in order; a part that is changed much counts as changed whole."""
    start, end = _same_ends(old, new)
    yield from (ChangedLine(" ", row) for row in range(start))
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    changes: Sequence[tuple[str, int, int, int, int]]
    changes = [("replace", 0, len(before), 0, len(after))]
    if max(len(before), len(after)) <= _MAX_COMPARED:
        changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for tag, i1, i2, j1, j2 in changes:
        if tag == "equal":
            yield from (ChangedLine(" ", start + row) for row in range(j1, j2))
            continue
        yield from (ChangedLine("-", start + row) for row in range(i1, i2))
        yield from (ChangedLine("+", start + row) for row in range(j1, j2))
    yield from (ChangedLine(" ", row) for row in range(len(new) - end, len(new)))


def describe_changes(now: str, then: str) -> str:
    signs = [line.sign for line in compare_programs(now, then)]
    differing = max(signs.count("+"), signs.count("-"))
    if not differing:
        return SAME
    return f"{counted(differing, 'line')} {'differs' if differing == 1 else 'differ'}"


def changed_words(before: str, after: str) -> str:
    """Return which lines of the code are others than before; empty if none are."""
    old, new = lines_of(before), lines_of(after)
    start, same = _same_ends(old, new)
    end, gone = len(new) - same, len(old) - same - start
    if end > start:
        return f"{f'line {end}' if end == start + 1 else f'lines {start + 1}-{end}'} changed"
    return f"{counted(gone, 'line')} gone from line {start + 1} on" if gone else ""


def lines_of(program: str) -> list[str]:
    return program.rstrip().split("\n")


def _same_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many lines are the same at the start of both, and after these at their end."""
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - start
    return start, next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
