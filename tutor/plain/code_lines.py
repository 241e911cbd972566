"""Code as lines to be heard: each with its number, and with its indent if that changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tutor.course.blanks import blanks
from tutor.grading.wording import counted, listed

GAPS = ("...", "____")


def code_lines(lines: Sequence[str], first: int = 1) -> Iterator[str]:
    """Yield each line with its number; name its indent, since screen readers skip blanks."""
    levels, before = [0], 0
    for number, line in enumerate(lines, first):
        code = line.strip()
        if not code:
            yield f"Line {number} is blank."
            continue
        width = len(line) - len(line.lstrip())
        while levels[-1] > width:
            levels.pop()
        if levels[-1] < width:
            levels.append(width)
        level = len(levels) - 1
        indent = f", indent {level}" if level != before else ""
        before = level
        yield f"Line {number}{indent}: {code}"


def code_and_count(code: str) -> Iterator[str]:
    """Yield the number of lines, then the lines."""
    lines = code.strip("\n").split("\n")
    yield f"Code: {counted(len(lines), 'line')}."
    yield from code_lines(lines)


def gap_words(lines: Sequence[str]) -> str:
    """Return the number of gaps and their lines as a sentence; "" if there are none."""
    rows = [start[0] + 1 for start, _ in blanks(lines)]
    if not rows:
        return ""
    places = listed(map(str, rows))
    return f"{counted(len(rows), 'gap')}, line{'s' if len(set(rows)) > 1 else ''} {places}."
