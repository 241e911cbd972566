"""Memory of the app with a step open, of its worker with PyTorch loaded, and of many learners."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench import many
from bench.measure import Row
from tests.support.terminal import Terminal, nntutor


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure() -> list[Row]:
    """Measure, and return the rows of the table."""
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal(nntutor("open", "sigmoid"), Path(home)) as terminal,
    ):
        terminal.wait_for("ready")
        terminal.press("f5")
        terminal.wait_for("Ellipsis")
        app = _resident_mb(terminal.process.pid)
        worker = max(_resident_mb(pid) for pid in terminal.processes_left())
    return [
        Row("memory of the app", [app], "MB", aim="≤ 60 MB"),
        Row("memory of the worker, torch loaded", [worker], "MB"),
        *many.measure(),
    ]
