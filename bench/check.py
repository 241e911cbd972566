"""Times from Check, Run or Stop to the result on the screen, with a warm worker, at 80x24.

Beside them stands the time of a typed letter, the least that anything can take to be seen.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import app
from bench.measure import Row, until
from tests.e2e.conftest import open_code, write_draft
from tests.support.terminal import Terminal

ROUNDS = 6
PRESSES = 5
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
        draft = write_draft(home, app.STEP, source)
        arguments = ("--data-dir", str(draft.parents[2]), "open", app.STEP)
        with app.started(home, *arguments) as (terminal, _):
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


def _checks() -> tuple[list[float], list[float], list[float]]:
    """Return the ms of letters typed, and of right and wrong answers, checked in turn."""
    letters, right, wrong = [], [], []
    with _editing(RIGHT) as terminal:
        terminal.press("f4")
        terminal.wait_for("Right")
        for _ in range(PRESSES):
            terminal.write(" * ")
            letters.append(_press(terminal, "0", lambda: "* 0" in terminal.text))
            wrong.append(_press(terminal, "f4", lambda: "Not yet" in terminal.text))
            terminal.press(*["backspace"] * 4)
            terminal.wait_until(lambda: not terminal.shows("* 0"), "the edit undone", 10)
            right.append(_press(terminal, "f4", lambda: "Right" in terminal.text))
    return letters, right, wrong


def _runs() -> list[float]:
    taken = []
    with _editing(COUNTS) as terminal:
        for _ in range(PRESSES):
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
        for _ in range(PRESSES):
            time.sleep(PAUSE_S)
            terminal.press("f5")
            terminal.wait_for("running")
            taken.append(_press(terminal, "f9", lambda: "topped" in terminal.text))
    return taken


def measure() -> Iterator[Row]:
    """Measure one round, and yield its rows."""
    letters, right, wrong = _checks()
    beside = ("ms", "a typed letter", letters)
    told = "So long from the key until the verdict can be read"
    yield Row(
        "Check of a right answer, key to verdict", right, *beside, "≤ 40 ms", means=f"{told}."
    )
    yield Row(
        "Check of a wrong answer, key to verdict",
        wrong,
        *beside,
        "≤ 40 ms",
        means=f"{told}, with what is wrong.",
    )
    yield Row(
        "Run, key to its output",
        _runs(),
        *beside,
        means="So long from the key until the program's first line can be read.",
    )
    yield Row(
        "Stop of an endless loop, key to “stopped”",
        _stops(),
        *beside,
        means="So long until a program that went astray is gone.",
    )
