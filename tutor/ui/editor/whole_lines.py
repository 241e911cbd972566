"""Edits of whole lines: the cursor's line, or all selected lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from textwrap import dedent
from typing import NamedTuple

from tutor.ui.editor.indentation import dedent_lines, toggle_comments
from tutor.ui.editor.text_edit import Place, Span, TextEdit, selected_rows

UP = frozenset({"shift+up", "alt+up", "ctrl+up"})
DOWN = frozenset({"shift+down", "alt+down", "ctrl+down"})
IN_OR_OUT = frozenset({"space", "ctrl+underscore", "ctrl+slash"})

MOVING_KEYS = UP | DOWN | IN_OR_OUT
"""Keys that move a line where nothing can be typed, or remove and restore it by a `#`."""


def change_lines(
    lines: Sequence[str], selection: Span, change: Callable[[Sequence[str]], list[str]]
) -> TextEdit | None:
    """Return the change that applies `change` to the lines; None if nothing changes.

    The same characters stay selected.
    """
    first, last = selected_rows(selection)
    old = list(lines[first : last + 1])
    new = change(old)
    if new == old:
        return None

    def moved(place: Place) -> Place:
        row, column = place
        if not first <= row <= last:
            return place
        return row, _moved_column(column, old[row - first], new[row - first])

    start, end = selection
    return TextEdit("\n".join(new), (first, 0), (last, len(old[-1])), (moved(start), moved(end)))


def move_lines(lines: Sequence[str], selection: Span, delta: int) -> TextEdit | None:
    first, last = selected_rows(selection)
    top, bottom = min(first, first + delta), max(last, last + delta)
    if top < 0 or bottom >= len(lines):
        return None
    block = lines[first : last + 1]
    other = lines[top] if delta < 0 else lines[bottom]
    new = [*block, other] if delta < 0 else [other, *block]
    end = bottom, len(lines[bottom])
    return TextEdit("\n".join(new), (top, 0), end, _shifted(lines, selection, delta, len(lines)))


def duplicate_lines(lines: Sequence[str], selection: Span) -> TextEdit:
    first, last = selected_rows(selection)
    block = lines[first : last + 1]
    text = "\n".join(block) + "\n"
    selected = _shifted(lines, selection, len(block), len(lines) + len(block))
    return TextEdit(text, (first, 0), (first, 0), selected)


def delete_lines(lines: Sequence[str], selection: Span) -> TextEdit:
    first, last = selected_rows(selection)
    column = selection[1][1]
    if last + 1 < len(lines):
        place = first, min(column, len(lines[last + 1]))
        return TextEdit("", (first, 0), (last + 1, 0), (place, place))
    if first:
        place = first - 1, min(column, len(lines[first - 1]))
        return TextEdit(
            "", (first - 1, len(lines[first - 1])), (last, len(lines[last])), (place, place)
        )
    return TextEdit("", (0, 0), (last, len(lines[last])), ((0, 0), (0, 0)))


LINE_CHANGES: Mapping[str, Callable[[Sequence[str], Span], TextEdit | None]] = {
    "move_line_up": partial(move_lines, delta=-1),
    "move_line_down": partial(move_lines, delta=1),
    "duplicate_line": duplicate_lines,
    "delete_line": delete_lines,
    "dedent": partial(change_lines, change=dedent_lines),
    "toggle_comment": partial(change_lines, change=toggle_comments),
}
"""Changes of the cursor's line or of all selected lines, by the name of the editor's action."""


def whole_lines(lines: Sequence[str], selection: Span) -> str:
    first, last = selected_rows(selection)
    return "".join(f"{line}\n" for line in lines[first : last + 1])


def lines_alone(lines: Sequence[str], selection: Span) -> str:
    """Return the lines as a program, in which each keeps its line number."""
    first, last = selected_rows(selection)
    openers = _openers(lines[first : last + 1])
    if len(openers) > first:
        return "\n" * first + dedent(whole_lines(lines, selection))
    above = "".join(f"{line}\n" for line in openers)
    return "\n" * (first - len(openers)) + above + whole_lines(lines, selection)


def _openers(lines: Sequence[str]) -> list[str]:
    """Return `if True:` lines that open the blocks around these lines.

    They make dedenting unnecessary, which would change strings of several lines.
    """
    code = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    indents = [line[: len(line) - len(line.lstrip())] for line in code]
    # one extra opener, of a line within brackets or a string, does no harm
    levels = {indent for indent in indents if len(indent) < len(indents[0])}
    if indents and indents[0]:
        levels.add("")
    return [f"{indent}if True:" for indent in sorted(levels, key=len)]


def _shifted(lines: Sequence[str], selection: Span, delta: int, count: int) -> Span:
    """Move the selection by `delta` rows; clip it at the end of the text."""
    (start_row, start_column), (end_row, end_column) = selection
    start, end = (start_row + delta, start_column), (end_row + delta, end_column)
    edge = count - 1, len(lines[selected_rows(selection)[1]])
    return min(start, edge), min(end, edge)


def _moved_column(column: int, old: str, new: str) -> int:
    """Return a character's column after a change of indentation; 0 stays 0."""
    return max(0, min(len(new), column + len(new) - len(old))) if column else 0


class FixedRows(NamedTuple):
    """The number of fixed rows at both ends of the text."""

    above: int
    below: int

    def leave(self, row: int, row_count: int) -> bool:
        """Return True if the row can be moved."""
        return self.above <= row < row_count - self.below


def other_row(key: str, row: int, row_count: int, fixed: FixedRows) -> int | None:
    """Return the row that the key swaps with this one; None if it moves nothing."""
    other = row + (key in DOWN) - (key in UP)
    if other == row or not (fixed.leave(row, row_count) and fixed.leave(other, row_count)):
        return None
    return other


def exchanged(lines: Sequence[str], row: int, other: int) -> tuple[int, int, str]:
    """Return first and last row of two neighbours, and their swapped text."""
    first, last = sorted((row, other))
    return first, last, f"{lines[last]}\n{lines[first]}"
