"""A program's output, line by line as it comes; of very long output the beginning and the end."""

from __future__ import annotations

from collections import deque

from tutor.grading.wording import counted
from tutor.text import printable

FIRST = 40
"""Maximum lines shown as they come."""
LAST = 10
"""Maximum lines shown of the rest, at the end."""


class PrintedLines:
    """The output of one run."""

    def __init__(self) -> None:
        self._begun = ""
        """Beginning of a line that has not ended yet."""
        self._count = 0
        self._last: deque[str] = deque(maxlen=LAST)
        """The newest lines that were not shown."""

    def add(self, text: str) -> list[str]:
        """Take more output, and return the lines to show now."""
        *whole, self._begun = (self._begun + text).split("\n")
        return [line for line in map(_shown, whole) if self._takes(line)]

    def end(self) -> list[str]:
        """Return the remaining lines to show, once the run is over."""
        rest = self.add("\n") if self._begun else []
        left_out = self._count - FIRST - len(self._last)
        said = [f"({counted(left_out, 'line')} left out)"] if left_out > 0 else []
        return [*rest, *said, *self._last]

    def _takes(self, line: str) -> bool:
        self._count += 1
        if self._count > FIRST:
            self._last.append(line)
        return self._count <= FIRST


def _shown(line: str) -> str:
    """Return a line as a terminal would show it: a carriage return restarts it."""
    return printable(line.rstrip("\r").rpartition("\r")[2])
