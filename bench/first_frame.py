"""From the command to the first painted frame, against importing textual.app alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measure import Row, python, timed
from tests.support.terminal import Terminal, nntutor

RUNS = 9


def _first_frame(home: Path) -> float:
    with Terminal(nntutor("open", "sigmoid"), home) as terminal:
        return timed(lambda: _until_painted(terminal))


def _until_painted(terminal: Terminal) -> None:
    while "A score into a probability" not in terminal.text:
        terminal.read(1.0)


def measure() -> list[Row]:
    """Rows for the table."""
    frames, imports = [], []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(RUNS):
            imports.append(timed(python("import textual.app")))
            frames.append(_first_frame(Path(home)))
    return [
        Row("first frame, 80x24", frames, "ms", "import textual.app", imports, "≤ 1.2×"),
    ]
