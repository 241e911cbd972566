"""What becomes of a text that is pasted: its prompts go, and it is indented as where it goes in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.ui.editor.brackets import is_in_text
from tutor.ui.editor.indentation import (
    INDENT,
    indent_width,
    is_code,
    read_line_end,
    rows_that_go_on,
)
from tutor.ui.editor.text_edit import Place, TextEdit

_PROMPT = re.compile(r"\s*(?:>>>|In \[\d+\]:)(?: |$)")
_OPENS_TEXT = re.compile(r"\"{3}|'{3}")
_NEXT_PROMPT = re.compile(r"\s*\.{3,}:?(?: |$)")


def pasted(text: str, lines: Sequence[str], start: Place, end: Place) -> TextEdit:
    """Return the change that puts a text in place of what is from `start` to `end`.

    The cursor is behind it then, but in its line where whole lines are put above that. In a string
    and in a comment a text goes in as it is.
    """
    (row, column), line = start, lines[start[0]]
    above, before = lines[:row], line[:column]
    is_code_here = not is_in_text("\n".join((*above, before)))
    text = without_prompts(text) if is_code_here else text
    if before.strip() or not text.strip() or not is_code_here:
        return TextEdit(text, start, end, (start, end))
    is_above = start == end and text.endswith("\n") and bool(line.strip())
    target = indent_width(line if is_above else before)
    level = _level(text, indent_width(before))
    if not before and _fits(text, level, above, line if is_above else ""):
        return TextEdit(text, start, end, (start, end))
    moved = _at_level(text, level, target)
    if is_above:
        place = row + text.count("\n"), column
        return TextEdit(moved, (row, 0), (row, 0), (place, place))
    return TextEdit(moved.removeprefix(" " * target), start, end, (start, end))


def _fits(text: str, level: int, above: Sequence[str], below: str) -> bool:
    """Return True if a block has a right indentation already, between these lines."""
    if read_line_end("\n".join(above)).open_brackets:
        return True
    block = text.split("\n")
    first = next(line for line in block if line.strip())
    fits_above = indent_width(first) == level in _levels_after(above)
    fits_below = not below or indent_width(below) in _levels_after((*above, *block))
    return fits_above and (fits_below or bool(read_line_end(text).open_brackets))


def without_prompts(text: str) -> str:
    """Return a text without the prompts of Python or IPython; what they printed are comments.

    A text stays as it is if no prompt is in its first two lines: it may have examples in a string.
    """
    lines = text.split("\n")
    begun = [line for line in lines if line.strip()][:2]
    if not any(map(_PROMPT.match, begun)) or _OPENS_TEXT.search(begun[0]):
        return text
    code: list[str] = []
    has_begun = goes_on = False
    for line in lines:
        prompt = _PROMPT.match(line) or (_NEXT_PROMPT.match(line) if goes_on else None)
        goes_on = prompt is not None
        if prompt is not None:
            code.append(line[prompt.end() :])
        else:
            code.append(f"# {line.strip()}" if has_begun and line.strip() else line)
        has_begun |= goes_on
    return "\n".join(code)


def _level(text: str, column: int) -> int:
    """Return the columns by which a block is indented that goes in at a column.

    Its first line may have lost its own indentation, if the selection began behind that.
    """
    lines = text.split("\n")
    if not lines[0].strip() or indent_width(lines[0]):
        return indent_width(next(line for line in lines if line.strip()))
    in_strings, in_brackets = rows_that_go_on(text)
    others = [
        row
        for row, line in enumerate(lines)
        if row and is_code(line) and row not in in_strings | in_brackets
    ]
    if not others:
        inner = [indent_width(lines[row]) for row in in_brackets if lines[row].strip()]
        return column if inner and min(inner) >= column else 0
    least, first = min(indent_width(lines[row]) for row in others), indent_width(lines[others[0]])
    opens_block = read_line_end("\n".join(lines[: others[0]])).last == ":"
    return max(0, first - INDENT) if opens_block and least == first else least


def _levels_after(lines: Sequence[str]) -> set[int]:
    """Return the indentations, in columns, that a statement after these lines may have."""
    code = [line for line in lines if is_code(line)]
    if code and code[-1].rstrip().endswith(":"):
        return {indent_width(code[-1]) + INDENT}
    levels = {0}
    least = indent_width(code[-1]) + 1 if code else 0
    for line in reversed(code):
        if indent_width(line) < least:
            least = indent_width(line)
            levels.add(least)
    return levels


def _at_level(text: str, level: int, target: int) -> str:
    """Return a block with its lines moved from one level to another.

    The first one goes there wherever it was; what begins within a string stays where it is.
    """
    lines = text.split("\n")
    in_strings, _ = rows_that_go_on(text)
    for row, line in enumerate(lines):
        if line.strip() and row not in in_strings:
            width = indent_width(line) - level if row else 0
            lines[row] = " " * max(0, target + width) + line.lstrip(" \t")
    return "\n".join(lines)
