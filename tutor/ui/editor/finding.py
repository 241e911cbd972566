"""Search and replacement of text in lines."""

from __future__ import annotations

import re
import signal
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tutor.ui.editor.text_edit import Place, Span, TextEdit

MAX_SECONDS = 0.1
"""Time limit of a regular expression in seconds: some would take years."""

NO_EXPRESSION = "not a regular expression: {why}"
TOO_SLOW = "this expression takes too long"
NO_REPLACEMENT = "nothing replaced: {why}"


@dataclass
class FindOptions:
    """Options of a search."""

    case: bool = False
    """True to match case; otherwise case counts only if the search text has a capital."""
    word: bool = False
    """True to find whole words only."""
    regex: bool = False
    """True if the search text is a regular expression."""


class Finder:
    """All matches of a search, each within one line."""

    def __init__(self, lines: Sequence[str], words: str, options: FindOptions) -> None:
        self.lines = lines
        self.problem = ""
        """Reason why the search is impossible; "" if it is possible."""
        self._is_regex = options.regex
        self._matches: dict[Span, re.Match[str]] = {}
        try:
            with warnings.catch_warnings(), _limited():
                warnings.simplefilter("ignore")
                pattern = _pattern(words, options)
                for row, line in enumerate(lines if words else ()):
                    for found in pattern.finditer(line):
                        if found.group():
                            self._matches[(row, found.start()), (row, found.end())] = found
        except (re.error, OverflowError, RecursionError) as error:
            self.problem = NO_EXPRESSION.format(why=error)
        except _TimeIsUpError:
            self._matches.clear()
            self.problem = TOO_SLOW
        self.spans = list(self._matches)

    def from_place(self, place: Place) -> Span | None:
        """Return the first match at or after a place, else the first of all."""
        later = (span for span in self.spans if span[0] >= place)
        return next(later, self.spans[0] if self.spans else None)

    def before(self, place: Place) -> Span | None:
        """Return the last match before a place, else the last of all."""
        earlier = [span for span in self.spans if span[0] < place] or self.spans
        return earlier[-1] if earlier else None

    def replacement(self, span: Span, by: str) -> str:
        r"""Return the replacement of a match; in a regular expression `\1` is a group.

        Raises ValueError if there is no such group.
        """
        if not self._is_regex:
            return by
        try:
            return self._matches[span].expand(by)
        except (re.error, IndexError) as error:
            raise ValueError(NO_REPLACEMENT.format(why=error)) from error


def replaced_all(finder: Finder, by: str, cursor: Place) -> TextEdit | None:
    """Return the change that replaces all matches, None if there are none.

    The cursor keeps its place.

    Raises ValueError as `Finder.replacement` does.
    """
    if not finder.spans:
        return None
    lines = list(finder.lines)
    for span in reversed(finder.spans):
        (row, start), (_, end) = span
        lines[row] = lines[row][:start] + finder.replacement(span, by) + lines[row][end:]
    first, last = finder.spans[0][0][0], finder.spans[-1][0][0]
    end_of_last = last, len(finder.lines[last])
    place = cursor[0], min(cursor[1], len(lines[cursor[0]]))
    return TextEdit("\n".join(lines[first : last + 1]), (first, 0), end_of_last, (place, place))


def _pattern(words: str, options: FindOptions) -> re.Pattern[str]:
    code = words if options.regex else re.escape(words)
    plain = re.sub(r"\\.", "", words) if options.regex else words
    if options.word:
        code = rf"(?<!\w)(?:{code})(?!\w)"
    has_capitals = plain != plain.lower()
    return re.compile(code, re.NOFLAG if options.case or has_capitals else re.IGNORECASE)


class _TimeIsUpError(Exception):
    pass


def _time_is_up(*_: object) -> None:
    raise _TimeIsUpError


@contextmanager
def _limited() -> Iterator[None]:
    """End the block after `MAX_SECONDS`, by a signal, which alone interrupts `re`."""
    handler = signal.signal(signal.SIGALRM, _time_is_up)
    timer = signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS)
    try:
        yield
    finally:
        try:
            signal.setitimer(signal.ITIMER_REAL, *timer)
        finally:
            signal.signal(signal.SIGALRM, handler)
