"""Detect that the terminal has closed: its window is gone, or the connection to it is lost.

Without this, Textual's input thread would read the closed terminal for ever.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable

STANDARD_INPUT = 0
OUTPUTS = (1, 2)


def when_terminal_closes(callback: Callable[[], object]) -> None:
    """Call `callback` once when standard input hangs up, in a thread of its own.

    Output descriptors that hung up too are redirected to /dev/null before that.
    """
    threading.Thread(target=_watch, args=(STANDARD_INPUT, callback), daemon=True).start()


def _watch(input_descriptor: int, callback: Callable[[], object]) -> None:
    _wait_for_hang_up(input_descriptor, None)
    for output in OUTPUTS:
        if _wait_for_hang_up(output, 0):
            _redirect_to_null(output)
    callback()


def _wait_for_hang_up(descriptor: int, milliseconds: int | None) -> bool:
    poll = select.poll()
    # POLLHUP is always reported; asking for input would wake the thread with every key
    poll.register(descriptor, 0)
    return bool(poll.poll(milliseconds))


def _redirect_to_null(descriptor: int) -> None:
    # the app still writes at its end, such as to leave the alternate screen; to a terminal that is
    # gone this would fail
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)
