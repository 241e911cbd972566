"""How a measurement is taken and told: medians of alternating runs, and the ratio of two."""

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
    """One line of the table."""

    what: str
    values: Sequence[float]
    unit: str = "ms"
    against: str = ""
    reference: Sequence[float] = ()
    aim: str = ""

    def line(self) -> str:
        """As a line of a Markdown table."""
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
    """Milliseconds that the action takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def until(terminal: Terminal, condition: Callable[[], object], begin: float) -> float:
    """Milliseconds from `begin` to the arrival of the bytes that made it true; what the emulator
    needs to take them in is ours, not the app's."""
    while not condition():
        terminal.read(1.0)
        if time.perf_counter() - begin > PATIENCE_S:
            raise TimeoutError(terminal.text)
    return (terminal.heard_at - begin) * 1000


def python(program: str) -> Callable[[], object]:
    """Runs the program in a fresh interpreter, to its end."""
    return lambda: subprocess.run([sys.executable, "-c", program], check=True)
