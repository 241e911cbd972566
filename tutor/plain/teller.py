"""What is told, line by line: twelve at a time, all of it to be asked for again.

Each line is written whole and never changed. What a line may hold is decided here, so that nothing
that a program or a file brings can move the cursor.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from tutor.text import COMMANDS, TAB, drop_hidden

AT_ONCE = 12
"""Lines that are told before one has to ask for more."""

KEPT = 200
"""Messages that can be repeated."""


class Message(Struct, frozen=True):
    """All lines that were told in answer to a command."""

    command: str
    lines: tuple[str, ...]


class Teller:
    """Tells the answer to each command as a message, and keeps it."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """`write` puts one line, without its line end, on the terminal."""
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
        """Tell the lines, or have those wait that come after the twelfth of this message."""
        for line in map(clean, lines):
            self._lines.append(line)
            if self._told < AT_ONCE:
                self._told += 1
                self._write(line)
            else:
                self._held.append(line)

    def say_now(self, line: str) -> None:
        """Tell a line at once, however many there were: of what goes on meanwhile."""
        line = clean(line)
        self._lines.append(line)
        self._write(line)

    def more(self) -> bool:
        """Tell the next lines of those that wait; return False if none do."""
        waiting, self._rest = self._rest, []
        self.say(*waiting)
        return bool(waiting)

    def end(self, command: str, *, is_kept: bool = True) -> None:
        """End the answer, and say how many lines of it wait; none of an earlier one do any more."""
        if len(self._held) == 1:
            self._write(self._held.pop())
        self._rest = self._held
        if self._rest:
            self._write(f"{len(self._rest)} more lines: type more.")
        if is_kept and self._lines:
            self.messages.append(Message(command, tuple(self._lines)))

    @property
    def is_silent(self) -> bool:
        """Whether nothing was told since the answer began."""
        return not self._lines


def clean(line: str) -> str:
    """Return the line without anything that a terminal would obey, and without blanks at its end.

    Lines within it become one.
    """
    return drop_hidden(COMMANDS.sub(" ", line.replace("\t", TAB))).rstrip()


def first_and_last(lines: Sequence[str], first: int, last: int, between: str) -> Iterable[str]:
    """Yield the first and last lines, and between them `between` with the number left out."""
    if len(lines) <= first + last + 1:
        yield from lines
        return
    yield from lines[:first]
    yield between.format(count=len(lines) - first - last)
    yield from lines[-last:]
