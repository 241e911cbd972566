"""The terminal's input from the start of the process until the app reads it.

Keys wait in the kernel as they were typed, and are not echoed. In line mode, an early Enter would
become a line feed, which is Ctrl+J and runs the program. Until the app's driver takes over, only
this module restores the terminal: after an error, at a signal, and for the shell during a stop.
"""

from __future__ import annotations

import os
import signal
import termios
from contextlib import suppress
from types import FrameType
from typing import Any

from tutor.terminal_facts import waiting_input

INPUT = 0
"""The descriptor from which Textual, and so this module, reads."""

_ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
_LFLAG, _IFLAG, _CC = 3, 0, 6  # indices in the list of `termios.tcgetattr`


class HeldTerminal:
    """The terminal with its keys held, until `give_back`."""

    def __init__(self) -> None:
        self.early_input = 0
        """Number of bytes typed before; a line feed among them is an Enter."""
        self._modes: list[Any] | None = None
        """The terminal's own modes, while others are set."""
        self._handlers: dict[signal.Signals, Any] = {}

    def hold(self) -> None:
        """Hold the keys, in the main thread; do nothing if stdin is no terminal."""
        if not (os.isatty(INPUT) and is_in_foreground()):
            return
        for number in (*_ENDING, signal.SIGTSTP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # such as under nohup
                self._handlers[number] = signal.signal(number, self._end_or_stop)
        self._take()

    @property
    def is_held(self) -> bool:
        return self._modes is not None

    def hand_over(self) -> list[Any] | None:
        """Return the modes that the driver must restore at its end; None if keys are not held.

        From now on the driver and the app handle signals.
        """
        modes, self._modes = self._modes, None
        self.give_back()
        return modes

    def give_back(self) -> None:
        """Restore the terminal if it is still held, and the signal handlers; safe to repeat."""
        self._restore()
        for number, handler in self._handlers.items():
            if signal.getsignal(number) == self._end_or_stop:
                signal.signal(number, handler)
        self._handlers.clear()

    def _take(self) -> None:
        with suppress(OSError, termios.error):  # the terminal is gone
            modes = termios.tcgetattr(INPUT)
            held = list(modes)
            held[_LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
            held[_IFLAG] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR)
            held[_IFLAG] &= ~(termios.IXON | termios.IXOFF)
            held[_CC] = list(held[_CC])
            held[_CC][termios.VMIN] = 1
            self._modes = modes
            termios.tcsetattr(INPUT, termios.TCSANOW, held)
            self.early_input = waiting_input(INPUT)

    def _restore(self) -> None:
        modes, self._modes = self._modes, None
        if modes is not None and is_in_foreground():
            with suppress(OSError, termios.error):  # the terminal is gone
                termios.tcsetattr(INPUT, termios.TCSANOW, modes)

    def _end_or_stop(self, number: int, _frame: FrameType | None) -> None:
        """Restore the terminal, and apply the signal's default; hold the keys again after a stop.

        There is nothing yet to be saved.
        """
        self._restore()
        if number != signal.SIGTSTP:
            os._exit(128 + number)
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        signal.signal(number, self._end_or_stop)
        if is_in_foreground():
            self._take()


def is_in_foreground() -> bool:
    """Return True if the process may write to its terminal without being stopped."""
    try:
        return os.tcgetpgrp(INPUT) == os.getpgrp()
    except OSError:
        return False
