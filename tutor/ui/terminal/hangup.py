"""Notices that the terminal is gone. Without it a closed terminal would be read for ever."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable

STANDARD_INPUT = 0
OUTPUTS = (1, 2)


def when_terminal_closes(callback: Callable[[], object]) -> None:
    """Calls `act` in another thread, once, when standard input hangs up."""
    threading.Thread(target=_watch, args=(STANDARD_INPUT, callback), daemon=True).start()


def _watch(input_descriptor: int, callback: Callable[[], object]) -> None:
    _wait_for_hang_up(input_descriptor, None)
    for output in OUTPUTS:
        if _wait_for_hang_up(output, 0):
            _redirect_to_null(output)
    callback()


def _wait_for_hang_up(descriptor: int, milliseconds: int | None) -> bool:
    poll = select.poll()
    poll.register(descriptor, 0)  # no event asked for: it wakes up for a hang-up only
    return bool(poll.poll(milliseconds))


def _redirect_to_null(descriptor: int) -> None:
    """What is still to be written, such as the end of the alternate screen, fails no more."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)
