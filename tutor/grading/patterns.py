"""Whether a text matches a pattern of a lesson, which may come from anybody: only for a while.

Some patterns take for ever on some texts, and the app stands still meanwhile. Python looks for
signals while it searches, so that a timer of the processor time that is spent can end it.
"""

from __future__ import annotations

import re
import signal
import threading

SECONDS = 0.2
"""Of processor time. A pattern that needs them once is not tried again."""

_hopeless: set[str] = set()


class _TookTooLong(Exception):
    """Raised in the middle of the search."""


def has_match(pattern: str, text: str) -> bool:
    """Whether the pattern is met in the text; False where that cannot be told in time.

    Signals reach the main thread alone: elsewhere it takes as long as it takes.
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
