"""From the command to the first painted frame, and to an editor that has taken a key. Beside it
harlequin's first frame, where that is installed."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench import peer
from bench.measure import Row, python, timed, until
from tests.support.terminal import Terminal, nntutor

RUNS = 15


def _first_frame(home: Path) -> float:
    begin = time.perf_counter()
    with Terminal(nntutor("open", "sigmoid"), home) as terminal:
        return until(terminal, lambda: b"A score into a probability" in terminal.sent, begin)


def _editor(home: Path) -> tuple[float, float]:
    """Until its text is shown, and until a key that is pressed then is shown too."""
    begin = time.perf_counter()
    with Terminal(nntutor("open", "sigmoid"), home, columns=120, rows=35) as terminal:
        shown = until(terminal, lambda: "# Make a sigmoid function" in terminal.text, begin)
        terminal.press("q")
        taken = until(terminal, lambda: "q# Make a sigmoid function" in terminal.text, begin)
        return shown, taken


def _peer(home: Path) -> float:
    begin = time.perf_counter()
    with Terminal(peer.command(), home) as terminal:
        return until(terminal, lambda: peer.SHOWS.encode() in terminal.sent, begin)


def measure() -> list[Row]:
    """Rows for the table."""
    frames: list[float] = []
    shown: list[float] = []
    taken: list[float] = []
    imports: list[float] = []
    peers: list[float] = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as home:
            imports.append(timed(python("import textual.app")))
            frames.append(_first_frame(Path(home)))
        with tempfile.TemporaryDirectory() as home:
            for times, one in zip((shown, taken), _editor(Path(home)), strict=True):
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
    ]
