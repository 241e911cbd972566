"""Times from the command to the first frame, and to an editor that has taken a key.

Harlequin's first frame is measured beside it, where that is installed.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench import peer
from bench.measure import Row, python, timed, until
from tests.support.terminal import Terminal, nntutor

RUNS = 15

REST_S = 0.5
"""Seconds in which a reader has read the first line."""


def _first_frame(home: Path) -> float:
    begin = time.perf_counter()
    with Terminal(nntutor("open", "sigmoid"), home) as terminal:
        return until(terminal, lambda: b"A score into a probability" in terminal.sent, begin)


def _editor(home: Path) -> tuple[float, float]:
    """Return the ms until the editor's text is shown, and until a key pressed then is echoed."""
    begin = time.perf_counter()
    with Terminal(nntutor("open", "sigmoid"), home, columns=120, rows=35) as terminal:
        shown = until(terminal, lambda: "# Make a sigmoid function" in terminal.text, begin)
        terminal.press("q")
        taken = until(terminal, lambda: "q# Make a sigmoid function" in terminal.text, begin)
        terminal.press("ctrl+q")
        terminal.wait_for_end()
        return shown, taken


def _start(home: Path) -> tuple[float, float]:
    """Return the ms until the start screen is shown, and from Enter on it to its step.

    The learner has been at the course before, so that `nntutor` shows that screen.
    """
    begin = time.perf_counter()
    with Terminal(nntutor(), home, columns=120, rows=35) as terminal:
        frame = until(terminal, lambda: b"Welcome back" in terminal.sent, begin)
        until(terminal, lambda: "steps done" in terminal.text, begin)
        time.sleep(REST_S)
        terminal.read()
        pressed = time.perf_counter()
        terminal.press("enter")
        return frame, until(terminal, lambda: "Make a sigmoid function" in terminal.text, pressed)


def _peer(home: Path) -> float:
    begin = time.perf_counter()
    with Terminal(peer.command(), home) as terminal:
        return until(terminal, lambda: peer.READY_TEXT.encode() in terminal.sent, begin)


def measure() -> list[Row]:
    """Measure, and return the rows of the table."""
    frames: list[float] = []
    shown: list[float] = []
    taken: list[float] = []
    starts: list[float] = []
    steps: list[float] = []
    imports: list[float] = []
    peers: list[float] = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as home:
            imports.append(timed(python("import textual.app")))
            frames.append(_first_frame(Path(home)))
        with tempfile.TemporaryDirectory() as home:
            for times, one in zip((shown, taken), _editor(Path(home)), strict=True):
                times.append(one)
            for times, one in zip((starts, steps), _start(Path(home)), strict=True):
                times.append(one)
        if peer.command():
            with tempfile.TemporaryDirectory() as home:
                peers.append(_peer(Path(home)))
    against = "import textual.app"
    beside = [Row("first frame, 80x24", frames, "ms", peer.NAME, peers)] if peers else []
    return [
        Row("first frame, 80x24", frames, "ms", against, imports, "≤ 1.2×"),
        *beside,
        Row("editor shown, 120x35", shown, "ms", against, imports),
        Row("editor has taken a key, 120x35", taken, "ms", against, imports, "≤ 450 ms"),
        Row("first frame of the start, 120x35", starts, "ms", against, imports, "≤ 1.2×"),
        Row("Enter on it to the step, 120x35", steps, "ms"),
    ]
