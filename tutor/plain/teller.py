"""Output of plain mode, line by line: twelve at a time, all of it repeatable.

Each line is written whole and never changed. This module decides which characters a line may hold,
so that no program and no file can move the cursor.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from tutor.text import COMMANDS, TAB, drop_hidden

AT_ONCE = 12
"""Maximum lines printed at once; `more` prints the next ones."""

KEPT = 200
"""Number of messages that can be repeated."""


class Message(Struct, frozen=True):
    """All lines printed in answer to a command."""

    command: str
    lines: tuple[str, ...]


class Teller:
    """Prints the answer to each command as a message, and stores it."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """`write` prints one line; it adds the newline."""
        self._write = write
        self._lines: list[str] = []
        self._told = 0
        self._held: list[str] = []
        self._rest: list[str] = []
        """Lines that wait for `more`."""
        self.messages: deque[Message] = deque(maxlen=KEPT)
        """The messages so far, the newest last."""

    def begin(self) -> None:
        """Begin the answer to a command."""
        self._lines, self._held, self._told = [], [], 0

    def say(self, *lines: str) -> None:
        """Print the lines; after the twelfth of this message, keep the rest for `more`."""
        for line in map(clean, lines):
            self._lines.append(line)
            if self._told < AT_ONCE:
                self._told += 1
                self._write(line)
            else:
                self._held.append(line)

    def say_now(self, line: str) -> None:
        """Print a line of progress at once, without counting it."""
        line = clean(line)
        self._lines.append(line)
        self._write(line)

    def more(self) -> bool:
        """Print the next waiting lines; return False if there are none."""
        waiting, self._rest = self._rest, []
        self.say(*waiting)
        return bool(waiting)

    def end(self, command: str, *, is_kept: bool = True) -> None:
        """End the answer and print how many of its lines wait; drop those of earlier answers."""
        if len(self._held) == 1:
            self._write(self._held.pop())
        self._rest = self._held
        if self._rest:
            self._write(f"{len(self._rest)} more lines: type more.")
        if is_kept and self._lines:
            self.messages.append(Message(command, tuple(self._lines)))

    @property
    def is_silent(self) -> bool:
        """Return True if nothing was printed since the answer began."""
        return not self._lines


def clean(line: str) -> str:
    """Return the line as one line, without control characters or trailing blanks."""
    return drop_hidden(COMMANDS.sub(" ", line.replace("\t", TAB))).rstrip()


def first_and_last(lines: Sequence[str], first: int, last: int, between: str) -> Iterable[str]:
    """Yield the first and last lines, and `between` with the number of lines left out."""
    if len(lines) <= first + last + 1:
        yield from lines
        return
    yield from lines[:first]
    yield between.format(count=len(lines) - first - last)
    yield from lines[-last:]
