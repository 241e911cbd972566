"""The terminal between the first paint and the app: held, and given back whatever happens.

From the paint on the alternate screen is shown and nothing is echoed, while nobody reads keys: they
wait in the kernel for the app. Until the app's driver takes over, this alone gives the terminal
back: at an error, at a signal, and to the shell while the process is stopped. It must not know what
is painted, nor an app; only plain system calls are used here, which work amid any import.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, NamedTuple

from tutor.first_screen.cells import Cell
from tutor.terminal_facts import waiting_input

INPUT, OUTPUT = 0, 2
"""Descriptors that Textual reads from and writes to, and so this does."""

ENDING_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
"""Signals that end the process; the terminal is given back before."""

TAKE = "\x1b[?1049h\x1b[2J\x1b[?25l\x1b[?2004h"
"""Shows the alternate screen, empty and without a cursor, and has pastes marked as such."""
GIVE_BACK = "\x1b[?2004l\x1b[0m\x1b[?1049l\x1b[?25h"
END_DRIVER = (
    "\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    "\x1b[?1004l\x1b[?2026l\x1b[?2048l\x1b[?7h\x1b[<u"  # focus, frames, sizes, wrapping, keys
)
"""Ends what Textual's driver has begun besides."""

PATIENCE_MS = 500
"""Milliseconds that a terminal which takes no output is waited for when the process ends."""

_LFLAG, _IFLAG, _CC = 3, 0, 6  # places in what `termios.tcgetattr` returns


class Held(NamedTuple):
    """How a terminal is when it is handed over."""

    modes: list[Any] | None
    """The modes that must be restored at the end; None if those that hold are its own."""
    size: os.terminal_size | None
    """The size of the picture that it shows; None if what it shows is not known."""
    rows: Sequence[Sequence[Cell]]
    """The cells of that picture; none if it is not known."""


class HeldTerminal:
    """The terminal with a picture on it, for as long as it takes until an app shows the same."""

    def __init__(
        self, rows: Sequence[Sequence[Cell]], size: os.terminal_size, picture: str
    ) -> None:
        """Prepare; `hold` paints. `picture` draws the cells `rows` on an empty screen of `size`."""
        self._rows = rows
        self.size = size
        self._picture = (TAKE + picture).encode(errors="replace")
        self._modes: list[Any] | None = None
        """The terminal's own modes, while others hold."""
        self._is_shown = False
        """Whether the alternate screen is shown, and nobody else has taken it over."""
        self._is_intact = False
        """Whether it shows the picture and nothing else."""
        self.early_input = 0
        """Bytes that were typed before the terminal was held; a line feed there is an Enter."""
        self._has_driver = self._was_handed_over = False
        self._handlers: dict[signal.Signals, Any] = {}

    def hold(self) -> bool:
        """Paint the picture and hold the terminal; return False if that cannot be done.

        Call it in the main thread, with the terminal in the foreground.
        """
        try:
            self._modes = termios.tcgetattr(INPUT)
        except termios.error:
            return False
        handlers = {
            **dict.fromkeys(ENDING_SIGNALS, self._end),
            signal.SIGTSTP: self._stop,
            signal.SIGCONT: self._continue,
            signal.SIGWINCH: self._note_size,
        }
        for number, handler in handlers.items():
            if signal.getsignal(number) is not signal.SIG_IGN:  # such as under nohup
                self._handlers[number] = signal.signal(number, handler)
        try:
            self._show()
        except (OSError, termios.error):
            self.give_back()
            return False
        return True

    @property
    def is_shown(self) -> bool:
        """Whether the alternate screen is shown already, and a driver need not ask for it."""
        return self._is_shown

    def hand_over(self) -> Held | None:
        """Leave the terminal to a driver that has started just now, and return how it is.

        Signals are still answered here, until the app has handlers of its own. Return None if it
        was handed over before: a driver that starts again finds the terminal as the shell left it.
        """
        if self._was_handed_over:
            return None
        is_intact = self._is_intact and terminal_size() == self.size
        self._is_shown = self._is_intact = False
        self._has_driver = self._was_handed_over = True
        return Held(self._modes, self.size if is_intact else None, self._rows if is_intact else ())

    def driver_has_ended(self) -> None:
        """Note that the driver has restored the terminal: there is nothing to give back."""
        self._has_driver = False
        self._modes = None

    def give_back(self) -> None:
        """Restore the terminal if it is still held, and the handlers of signals; safe to repeat."""
        self._restore()
        for number, handler in self._handlers.items():
            if _is_of(self, signal.getsignal(number)):
                signal.signal(number, handler)
        self._handlers.clear()

    def _show(self) -> None:
        """Take the terminal's input and output, and paint."""
        if self._modes is None:
            self._modes = termios.tcgetattr(INPUT)
        termios.tcsetattr(INPUT, termios.TCSANOW, held_modes(self._modes))
        self.early_input = waiting_input(INPUT)
        self._is_shown = True
        self._is_intact = terminal_size() == self.size
        _write(self._picture if self._is_intact else TAKE.encode())

    def _restore(self) -> None:
        """Give the terminal back to whoever had it, as it was."""
        modes, self._modes = self._modes, None
        end = END_DRIVER if self._has_driver else ""
        must_leave = self._is_shown or self._has_driver
        self._is_shown = self._is_intact = self._has_driver = False
        if modes is None or not is_in_foreground():
            return
        with suppress(OSError, termios.error):  # the terminal is gone
            termios.tcsetattr(INPUT, termios.TCSANOW, modes)
        if must_leave:
            with suppress(OSError):
                poll = select.poll()
                poll.register(OUTPUT, select.POLLOUT)
                if poll.poll(PATIENCE_MS):
                    _write((end + GIVE_BACK).encode())

    def _end(self, number: int, _frame: FrameType | None) -> None:
        """End the process as the app does at this signal; there is nothing yet to be saved."""
        self._restore()
        os._exit(128 + number)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """Leave the terminal to the shell, and paint again once the process is continued."""
        self._restore()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        signal.signal(number, self._stop)
        self._continue(number, _frame)

    def _continue(self, _number: int, _frame: FrameType | None) -> None:
        """Paint again, since a shell may have had the terminal; in the background, do nothing."""
        if self._was_handed_over:
            return
        self._is_intact = False
        if is_in_foreground():
            with suppress(OSError, termios.error):
                self._show()

    def _note_size(self, _number: int, _frame: FrameType | None) -> None:
        """Take the picture for spoilt: terminals move and cut what they show at another size."""
        self._is_intact = False


def held_modes(modes: list[Any]) -> list[Any]:
    """Return the modes in which keys wait as they are typed, as Textual's driver will read them.

    Enter must not become a line feed, which is another key. Ctrl+C and Ctrl+Z still are signals.
    """
    held = list(modes)
    held[_LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    held[_IFLAG] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    held[_CC] = list(held[_CC])
    held[_CC][termios.VMIN] = 1
    return held


def is_in_foreground() -> bool:
    """Return True if the process may write to its terminal without being stopped."""
    try:
        return os.tcgetpgrp(INPUT) == os.getpgrp()
    except OSError:
        return False


def is_one_terminal() -> bool:
    """Return True if all three standard descriptors are the same terminal, and none is odd."""
    try:
        places = {os.fstat(number).st_rdev for number in (INPUT, 1, OUTPUT)}
        return (
            len(places) == 1
            and all(os.isatty(number) and os.get_blocking(number) for number in (INPUT, 1, OUTPUT))
            and sys.__stderr__ is not None
            and sys.__stderr__.fileno() == OUTPUT
        )
    except (OSError, ValueError):
        return False


def terminal_size() -> os.terminal_size | None:
    """Return columns and rows of the terminal; None if it is gone."""
    try:
        return os.get_terminal_size(OUTPUT)
    except OSError:
        return None


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(OUTPUT, data) :]


def _is_of(terminal: HeldTerminal, handler: object) -> bool:
    return getattr(handler, "__self__", None) is terminal
