"""What another program may have changed about the terminal, remembered and put back. For
`tutor.ui.terminal.lending`."""

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
    "\x18\x1b\\"  # ends a sequence that was cut off in its middle
    "\x1b[?1047l"  # the alternate screen; unlike 1049 it leaves the cursor where the shell has it
    "\x1b(B\x0f"  # the letters of ASCII, not of line drawing
    "\x1b7\x1b[?69l\x1b[r\x1b8"  # the whole screen scrolls; setting that moves the cursor
    "\x1b[?1l\x1b>"  # cursor keys and the keypad
    "\x1b[4l\x1b[20l"  # letters replace those under them; a line feed goes down only
    "\x1b[?5l\x1b[?7h"  # not reversed; long lines are wrapped
    "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    "\x1b[?1004l\x1b[?2004l\x1b[?2026l\x1b[?2048l"  # focus, pasting, frames, sizes are not told
    "\x1b[>4m\x1b[=0u"  # keys are sent as ever, by xterm's way to change that and by kitty's
    "\x1b[0 q\x1b[?25h\x1b[0m"  # the cursor and the colours
)
"""Sets all modes of a terminal that programs for the whole screen use. What a terminal does not
know it leaves out."""


class TerminalState(Struct, frozen=True):
    """How the terminal was set."""

    modes: list[Any] | None
    """Of the kernel, as termios tells them; None if standard input is no terminal."""
    flags: dict[int, int]
    """Of the standard descriptors, which all programs on the terminal share."""

    @classmethod
    def capture(cls) -> TerminalState:
        """As it is set at this moment."""
        return cls(
            _kernel_modes(),
            {number: flags for number in STANDARD_DESCRIPTORS for flags in _file_flags(number)},
        )

    def restore(self, *, take_foreground: bool) -> None:
        """Sets it so again; stands still until this program is in front where it is not.

        With `take_front` it comes to the front: for when no shell can have put another there.
        """
        for number, flags in self.flags.items():
            if [flags] != _file_flags(number):
                fcntl.fcntl(number, fcntl.F_SETFL, flags)
        if self.modes is None:
            return
        with suppress(OSError, termios.error):  # the terminal is gone
            if take_foreground:
                _take_foreground()
            # after waiting to be in front nothing is to be done
            with _default_handler(signal.SIGCONT):
                termios.tcsetattr(INPUT, termios.TCSANOW, self.modes)
            termios.tcflow(INPUT, termios.TCOON)
            stream = sys.__stderr__
            if stream is not None:
                stream.write(RESET_MODES)
                stream.flush()


def stop_until_continued() -> None:
    """Does what a program without handlers does on SIGTSTP: it stops, or goes on at once where no
    shell could continue it."""
    with _default_handler(signal.SIGTSTP), _default_handler(signal.SIGCONT):
        signal.raise_signal(signal.SIGTSTP)


@contextmanager
def _default_handler(number: signal.Signals) -> Iterator[None]:
    handler = signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(number, handler)
        signal.siginterrupt(number, False)  # as asyncio sets it


def _take_foreground() -> None:
    """A program that was killed may have put a group of its own there, as shells do."""
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
    """None, or one, as a list."""
    try:
        return [fcntl.fcntl(number, fcntl.F_GETFL)]
    except OSError:  # closed
        return []
