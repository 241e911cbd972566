"""Taking times and printing them: medians of alternating runs, and the ratio of two of them."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.support.terminal import Terminal

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Row:
    """A row of the table: what was measured, and what it is compared with."""

    what: str
    values: Sequence[float]
    unit: str = "ms"
    against: str = ""
    """The name of the reference; empty if there is none."""
    reference: Sequence[float] = ()
    """Values measured of the reference, in the same unit."""
    aim: str = ""
    """The aim, or another remark on the values."""

    def line(self) -> str:
        """Return the row as a line of a Markdown table."""
        median = statistics.median(self.values)
        ratio = f"{median / statistics.median(self.reference):.2f}×" if self.reference else ""
        against = (
            f"{self.against}: {statistics.median(self.reference):.0f} {self.unit}"
            if self.reference
            else self.against
        )
        return (
            f"| {self.what} (n={len(self.values)}) | {median:.1f} {self.unit} "
            f"| {max(self.values):.1f} | {against} | {ratio} | {self.aim} |"
        )


def timed(action: Callable[[], object]) -> float:
    """Return the milliseconds that the action takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def until(terminal: Terminal, condition: Callable[[], object], begin: float) -> float:
    """Return the milliseconds from `begin` to the arrival of the bytes that made it true.

    `begin` is a time of `time.perf_counter`. What the emulator needs to take the bytes in does not
    count, since it is no part of the app. Raises TimeoutError after `PATIENCE_S`.
    """
    while not condition():
        terminal.read(1.0)
        if time.perf_counter() - begin > PATIENCE_S:
            raise TimeoutError(terminal.text)
    return (terminal.heard_at - begin) * 1000


def python(program: str) -> Callable[[], object]:
    """Return an action that runs the program in a fresh interpreter, to its end."""
    return lambda: subprocess.run([sys.executable, "-c", program], check=True)
