"""Words that are looked for in a text, and replaced."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.ui.editing.text_edit import Place, Span, TextEdit


class Finder:
    """All places of some words in a text, which are within a line each.

    Capitals count only if there is one in the words.
    """

    def __init__(self, lines: Sequence[str], words: str) -> None:
        self.lines = lines
        flags = re.IGNORECASE if words == words.lower() else re.NOFLAG
        self._pattern = re.compile(re.escape(words), flags)
        self.spans: list[Span] = [
            ((row, found.start()), (row, found.end()))
            for row, line in enumerate(lines if words else ())
            for found in self._pattern.finditer(line)
        ]

    def from_place(self, place: Place) -> Span | None:
        """Return the first match that begins there or later, else the first of all."""
        later = (span for span in self.spans if span[0] >= place)
        return next(later, self.spans[0] if self.spans else None)

    def before(self, place: Place) -> Span | None:
        """Return the last match that begins before, else the last of all."""
        earlier = [span for span in self.spans if span[0] < place] or self.spans
        return earlier[-1] if earlier else None

    def replaced(self, by: str) -> list[str]:
        """Return the lines with all matches replaced."""
        return [self._pattern.sub(lambda _: by, line) for line in self.lines]


def replaced_all(finder: Finder, by: str, cursor: Place) -> TextEdit | None:
    """Return the change that replaces all matches, None without one; the cursor keeps its place."""
    if not finder.spans:
        return None
    lines = finder.replaced(by)
    first, last = finder.spans[0][0][0], finder.spans[-1][0][0]
    end = last, len(finder.lines[last])
    place = cursor[0], min(cursor[1], len(lines[cursor[0]]))
    return TextEdit("\n".join(lines[first : last + 1]), (first, 0), end, (place, place))
