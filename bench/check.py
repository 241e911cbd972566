"""From the key Check to the verdict on the screen, warm, against importing torch alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measure import Row, python, timed
from tests.support.terminal import Terminal, nntutor

RUNS = 20

RIGHT = "sigmoid = nn.Sigmoid()\nprobability = sigmoid(input_tensor)"
ACCEPTED, REFUSED = "Right", "Not yet"


def _draft(home: Path, text: str) -> None:
    folder = home / "data" / "drafts" / "architecture"
    folder.mkdir(parents=True)
    (folder / "sigmoid.py").write_text(text)


def _check(terminal: Terminal, expected: str) -> float:
    def verdict() -> None:
        terminal.press("f4")
        while expected not in terminal.text:
            terminal.read(1.0)

    return timed(verdict)


def _key_to_verdict(home: Path) -> tuple[list[float], list[float]]:
    """Milliseconds for right answers and for wrong ones, checked in turn."""
    _draft(home, RIGHT)
    right, wrong = [], []
    command = nntutor("--data-dir", str(home / "data"), "open", "sigmoid")
    with Terminal(command, home) as terminal:
        terminal.wait_for("[1 Lesson]", "ready")
        terminal.press("f6")
        terminal.wait_for("probability = sigmoid")
        terminal.press("f4")
        terminal.wait_for(ACCEPTED)
        _to_end_of_buffer(terminal)
        for _ in range(RUNS):
            terminal.write(" * 0")
            terminal.wait_for("* 0")
            wrong.append(_check(terminal, REFUSED))
            terminal.press(*["backspace"] * 4)
            terminal.wait_until(lambda: "* 0" not in terminal.text, "the edit undone", 10)
            right.append(_check(terminal, ACCEPTED))
    return right, wrong


def _to_end_of_buffer(terminal: Terminal) -> None:
    terminal.press(*["down"] * 5)
    terminal.write("\x05")  # Ctrl+E: end of the line


def measure() -> list[Row]:
    """Rows for the table."""
    with tempfile.TemporaryDirectory() as home:
        right, wrong = _key_to_verdict(Path(home))
    imports = [timed(python("import torch")) for _ in range(3)]
    aim = "≤ 40 ms"
    return [
        Row("Check of `sigmoid`, right, key to verdict", right, "ms", "import torch", imports, aim),
        Row("Check of `sigmoid`, wrong, key to verdict", wrong, "ms", "import torch", imports, aim),
    ]
