"""Save and restore the terminal settings that another program may change.

Used by `tutor.ui.terminal.lending` alone. A killed program leaves its settings in the terminal: no
echo, another character set, held output, or its own process group in the foreground. The app would
then be unreadable, or be stopped as soon as it reads a key.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from msgspec import Struct

INPUT = 0
STANDARD_DESCRIPTORS = (0, 1, 2)

RESET_MODES = (
    "\x18\x1b\\"  # ends an incomplete sequence
    "\x1b[?1047l"  # the alternate screen; unlike 1049 it leaves the cursor where the shell has it
    "\x1b(B\x0f"  # the letters of ASCII, not of line drawing
    "\x1b7\x1b[?69l\x1b[r\x1b8"  # the whole screen scrolls; setting that moves the cursor
    "\x1b[?1l\x1b>"  # cursor keys and the keypad
    "\x1b[4l\x1b[20l"  # typed letters overwrite; a line feed only goes down
    "\x1b[?5l\x1b[?7h"  # not reversed; long lines are wrapped
    "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    "\x1b[?1004l\x1b[?2004l\x1b[?2026l\x1b[?2048l"  # no reports of focus, pastes, frames, sizes
    "\x1b[>4m\x1b[=0u"  # keys in the usual encoding: xterm's and kitty's ways to change it
    "\x1b[0 q\x1b[?25h\x1b[0m"  # the cursor and the colours
)
"""Resets all modes of the terminal itself that full-screen programs use.

These cannot be read back, so each is set to its usual value. Terminals ignore what they do not
know.
"""


class TerminalState(Struct, frozen=True):
    """The readable settings of the terminal at one moment."""

    modes: list[Any] | None
    """Result of `termios.tcgetattr`; None if standard input is not a terminal."""
    flags: dict[int, int]
    """File status flags, such as O_NONBLOCK, by standard descriptor; without closed ones.

    They belong to the open file, which all programs on the terminal share.
    """

    @classmethod
    def capture(cls) -> TerminalState:
        return cls(
            _kernel_modes(),
            {number: flags for number in STANDARD_DESCRIPTORS for flags in _file_flags(number)},
        )

    def restore(self, *, take_foreground: bool) -> None:
        """Restore the settings, and reset the terminal's own modes to their usual values.

        With `take_foreground`, make this process group the foreground one first. Pass it only if no
        shell had the terminal meanwhile, since the shell would lose the terminal. Without it, a
        process in the background stops here until its shell brings it to the foreground.
        """
        for number, flags in self.flags.items():
            if [flags] != _file_flags(number):
                fcntl.fcntl(number, fcntl.F_SETFL, flags)
        if self.modes is None:
            return
        with suppress(OSError, termios.error):  # the terminal is gone
            if take_foreground:
                _take_foreground()
            # in the background this call stops the process; the SIGCONT that ends the wait must not
            # reach the app's handler, which would lend the terminal and come here again
            with _default_handler(signal.SIGCONT):
                termios.tcsetattr(INPUT, termios.TCSANOW, self.modes)
            termios.tcflow(INPUT, termios.TCOON)  # a program may have held output back (TCOOFF)
            stream = sys.__stderr__
            if stream is not None:
                stream.write(RESET_MODES)
                stream.flush()


def stop_until_continued() -> None:
    """Stop as SIGTSTP does by default, and return once continued.

    The kernel ignores the signal for an orphaned process group, which no shell could continue, as
    in `ssh -t host nntutor`; then return at once. SIGSTOP would stop the app there for ever.
    """
    with _default_handler(signal.SIGTSTP), _default_handler(signal.SIGCONT):
        signal.raise_signal(signal.SIGTSTP)


@contextmanager
def _default_handler(number: signal.Signals) -> Iterator[None]:
    handler = signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(number, handler)
        # signal.signal makes the signal interrupt system calls; asyncio's handlers restart them
        signal.siginterrupt(number, False)


def _take_foreground() -> None:
    # a program that was killed may have left a process group of its own there; SIGTTOU is blocked
    # because this process, now in the background, would be stopped by tcsetpgrp
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        os.tcsetpgrp(INPUT, os.getpgrp())
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _kernel_modes() -> list[Any] | None:
    try:
        return termios.tcgetattr(INPUT)
    except termios.error:
        return None


def _file_flags(number: int) -> list[int]:
    """Return the file status flags in a list of one, or [] if the descriptor is closed."""
    try:
        return [fcntl.fcntl(number, fcntl.F_GETFL)]
    except OSError:
        return []
