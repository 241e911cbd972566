"""Times from Check, Run or Stop to the result on the screen, with a warm worker, at 80x24."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Row, python, timed, until
from tests.e2e.conftest import open_code, write_draft
from tests.support.terminal import Terminal, nntutor

RUNS = 20
PAUSE_S = 0.5
"""Seconds before each key, as a person needs at least; meanwhile new processes are made ready."""

RIGHT = "sigmoid = nn.Sigmoid()\nprobability = sigmoid(input_tensor)"
COUNTS = "import time\nprint('at', time.time_ns())"
ENDLESS = "while True:\n    pass"
RESULT = re.compile(r"at (\d{19})")


@contextmanager
def _editing(source: str) -> Iterator[Terminal]:
    """Run the app with this source in the editor, PyTorch ready and the cursor at its end."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_draft(home, "sigmoid", source)
        command = nntutor("--data-dir", str(home / "data"), "open", "sigmoid")
        with Terminal(command, home) as terminal:
            open_code(terminal, source.partition("\n")[0])
            terminal.wait_for("ready")
            terminal.press(*["down"] * 5)
            terminal.write("\x05")  # Ctrl+E: end of the line
            yield terminal


def _press(terminal: Terminal, key: str, condition: Callable[[], object]) -> float:
    time.sleep(PAUSE_S)
    terminal.read()
    begin = time.perf_counter()
    terminal.press(key)
    return until(terminal, condition, begin)


def _checks() -> tuple[list[float], list[float]]:
    """Return the milliseconds for right answers and for wrong ones, checked in turn."""
    right, wrong = [], []
    with _editing(RIGHT) as terminal:
        terminal.press("f4")
        terminal.wait_for("Right")
        for _ in range(RUNS):
            terminal.write(" * 0")
            terminal.wait_for("* 0")
            wrong.append(_press(terminal, "f4", lambda: "Not yet" in terminal.text))
            terminal.press(*["backspace"] * 4)
            terminal.wait_until(lambda: not terminal.shows("* 0"), "the edit undone", 10)
            right.append(_press(terminal, "f4", lambda: "Right" in terminal.text))
    return right, wrong


def _runs() -> list[float]:
    taken = []
    with _editing(COUNTS) as terminal:
        for _ in range(RUNS):
            seen = RESULT.findall(terminal.text)  # each run prints another number

            def another(seen: list[str] = seen) -> bool:
                found = RESULT.findall(terminal.text)
                return bool(found) and found != seen

            taken.append(_press(terminal, "f5", another))
            terminal.wait_until(lambda: not terminal.shows("running"), "the end of the run", 10)
    return taken


def _stops() -> list[float]:
    taken = []
    with _editing(ENDLESS) as terminal:
        for _ in range(RUNS):
            time.sleep(PAUSE_S)
            terminal.press("f5")
            terminal.wait_for("running")
            taken.append(_press(terminal, "f9", lambda: "topped" in terminal.text))
    return taken


def measure() -> list[Row]:
    """Measure, and return the rows of the table."""
    right, wrong = _checks()
    runs, stops = _runs(), _stops()
    imports = [timed(python("import torch")) for _ in range(3)]
    torch = ("ms", "import torch", imports)
    return [
        Row("Check of `sigmoid`, right, key to verdict", right, *torch, "≤ 40 ms"),
        Row("Check of `sigmoid`, wrong, key to verdict", wrong, *torch, "≤ 40 ms"),
        Row("Run, key to its output", runs, *torch),
        Row("Stop of an endless loop, key to “stopped”", stops, *torch),
    ]
