"""Pasted text: its prompts are removed, and it is indented to fit its place."""

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
    """Return the change that replaces `start` to `end` by a pasted text.

    The cursor ends after it, or stays in its line if whole lines go above that. In a string or
    comment the text is inserted unchanged.
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
    """Return True if a block between these lines is indented correctly already."""
    if read_line_end("\n".join(above)).open_brackets:
        return True
    block = text.split("\n")
    first = next(line for line in block if line.strip())
    fits_above = indent_width(first) == level in _levels_after(above)
    fits_below = not below or indent_width(below) in _levels_after((*above, *block))
    return fits_above and (fits_below or bool(read_line_end(text).open_brackets))


def without_prompts(text: str) -> str:
    """Remove the prompts of Python or IPython, and comment their output out.

    A text without a prompt in its first two lines stays unchanged: it may quote examples.
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
    """Return the indentation of a block that is pasted at a column.

    Its first line has lost its indentation if the selection began after that.
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
    """Return the possible indentations, in columns, of a statement after these lines."""
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
    """Move the lines of a block from one level to another.

    The first line is set to `target`; lines that begin inside a string stay in place.
    """
    lines = text.split("\n")
    in_strings, _ = rows_that_go_on(text)
    for row, line in enumerate(lines):
        if line.strip() and row not in in_strings:
            width = indent_width(line) - level if row else 0
            lines[row] = " " * max(0, target + width) + line.lstrip(" \t")
    return "\n".join(lines)
