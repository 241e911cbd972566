"""Closing brackets that the editor inserts, and those that may be typed over.

Only an inserted bracket is typed over or deleted with its partner: brackets that the learner typed
stay. Quotes are never closed: `'` is an apostrophe as often as not.
"""

from __future__ import annotations

from collections.abc import Sequence

from tutor.course.blanks import blanks
from tutor.ui.editor.indentation import CLOSING, OPENING, read_line_end
from tutor.ui.editor.text_edit import Place, Span, TextEdit

PAIRS = dict(zip(OPENING, CLOSING, strict=True))
AROUND = {**PAIRS, '"': '"', "'": "'"}
"""Closing character by the opening one, for wrapping a selection."""


def closer_for(character: str, before: str, after: str) -> str:
    """Return the bracket to insert after a typed one, or "".

    `before` is the text up to the cursor, `after` the rest of its line. If code follows directly,
    or inside a string or comment, nothing is inserted.
    """
    if character not in PAIRS or (after and not after[0].isspace() and after[0] not in CLOSING):
        return ""
    return "" if is_in_text(before) else PAIRS[character]


def is_in_text(before: str) -> bool:
    """Return True if the code ends inside a string or a comment."""
    ending = read_line_end(before)
    return ending.in_string or ending.in_comment or _has_open_quote(before.rpartition("\n")[2])


def _has_open_quote(line: str) -> bool:
    """Return True if the line ends inside a one-line string."""
    quote = ""
    escaped = False
    for character in line:
        if escaped:
            escaped = False
        elif quote and character == "\\":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
    return bool(quote)


def wrapped(lines: Sequence[str], selection: Span, character: str) -> TextEdit | None:
    """Return the change that wraps the selection in a pair and keeps it selected.

    None if no pair begins with `character`, or if a blank is selected: typing replaces blanks.
    """
    start, end = sorted(selection)
    closer = AROUND.get(character)
    if closer is None or start == end or (start, end) in blanks(lines):
        return None
    (first, left), (last, right) = start, end
    text = "\n".join(lines[first : last + 1])[left : right - len(lines[last]) or None]
    inner = (first, left + 1), (last, right + (first == last))
    kept = inner if selection == (start, end) else (inner[1], inner[0])
    return TextEdit(f"{character}{text}{closer}", start, end, kept)


class PutIn:
    """The places of inserted closing brackets that were not typed over yet."""

    def __init__(self) -> None:
        self.places: list[Place] = []

    def follow(self, start: Place, end: Place, new_end: Place) -> None:
        """Move with an edit of `start` to `end` whose new text ends at `new_end`.

        A bracket inside the edit, or before it on the same line, is forgotten: text was written
        after it, so it is no longer in the way of the cursor.
        """
        kept: list[Place] = []
        for row, column in self.places:
            if (row, column) >= end:
                moved = new_end[1] + column - end[1] if row == end[0] else column
                kept.append((row + new_end[0] - end[0], moved))
            elif row < start[0]:
                kept.append((row, column))
        self.places = kept

    def is_at(self, place: Place, lines: Sequence[str], character: str) -> bool:
        """Return True if this bracket was inserted at that place and is still there."""
        row, column = place
        return place in self.places and lines[row][column : column + 1] == character
