"""Notices that the terminal is gone. Without it a closed terminal would be read for ever."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable

STANDARD_INPUT = 0


def when_terminal_closes(act: Callable[[], object]) -> None:
    """Calls `act` in another thread, once, when standard input hangs up."""
    watcher = threading.Thread(target=_watch, args=(STANDARD_INPUT, act), daemon=True)
    watcher.start()


def _watch(terminal: int, act: Callable[[], object]) -> None:
    poll = select.poll()
    poll.register(terminal, 0)  # no event asked for: it wakes up for a hang-up only
    poll.poll()
    act()
