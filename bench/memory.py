"""Memory of the app with a step open, of its worker with PyTorch loaded, and of many learners."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench import many
from bench.measure import Row, resident_mb
from tests.support.terminal import Terminal, nntutor

ROUNDS = 1
OWN_MEMORY = "; print(open('/proc/self/status').read().partition('VmRSS:')[2].split()[0])"


def _resident_after(program: str) -> float:
    """Return the resident memory of an interpreter that has run the program, in MB."""
    command = [sys.executable, "-c", program + OWN_MEMORY]
    return int(subprocess.check_output(command)) / 1024


def measure() -> list[Row]:
    """Measure one round, and return its rows."""
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal(nntutor("open", "sigmoid"), Path(home)) as terminal,
    ):
        terminal.wait_for("ready")
        terminal.press("f5")
        terminal.wait_for("Ellipsis")
        app = resident_mb(terminal.process.pid)
        worker = max(resident_mb(pid) for pid in terminal.processes_left())
    return [
        Row(
            "memory of the app",
            [app],
            "MB",
            "import textual.app",
            [_resident_after("import textual.app")],
            "≤ 60 MB",
            means="So much of the machine's memory the tutor itself takes.",
        ),
        Row(
            "memory of the worker, torch loaded",
            [worker],
            "MB",
            "import torch",
            [_resident_after("import torch")],
            "≤ 245 MB",
            means="So much the process takes that keeps PyTorch ready; all runs share it.",
        ),
        *many.measure(),
    ]
