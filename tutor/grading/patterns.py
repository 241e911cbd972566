"""Search a text for a lesson's regular expression, for no longer than a time limit.

Lessons may come from anybody, and some patterns take for ever on some texts, while the app stands
still. CPython handles signals during a search, so that a timer of processor time can end the
search.
"""

from __future__ import annotations

import re
import signal
import threading

SECONDS = 0.2
"""Maximum processor time of a search. A pattern that exceeded it is not tried again."""

_hopeless: set[str] = set()
"""Patterns that exceeded the time."""


class _TookTooLong(Exception):
    """Raised by the timer's signal in the middle of a search."""


def has_match(pattern: str, text: str) -> bool:
    """Return True if the pattern is found in the text; False if that takes too long.

    Signals reach the main thread alone: in other threads there is no time limit.
    """
    if pattern in _hopeless:
        return False
    if threading.current_thread() is not threading.main_thread():
        return re.search(pattern, text) is not None
    try:
        return _search_in_time(pattern, text)
    except _TookTooLong:
        _hopeless.add(pattern)
        return False


def _search_in_time(pattern: str, text: str) -> bool:
    before = signal.signal(signal.SIGVTALRM, _raise_took_too_long)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        return re.search(pattern, text) is not None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _raise_took_too_long(_signal: int, _frame: object) -> None:
    raise _TookTooLong
