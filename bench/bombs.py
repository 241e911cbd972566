"""Fork bombs run in the app: how soon they are ended, and how late keys are echoed meanwhile.

Measured on an idle machine, and with a busy process for each core.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.keys import Line
from bench.measure import Row
from tests.support.terminal import nntutor

STEP = "sigmoid"
BOMBS = {
    "os.fork": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass\n",
    "fork in C": "import ctypes\nlibc = ctypes.CDLL(None)\nwhile True: libc.fork()\n",
    "threads that fork": (
        "import ctypes, threading\nlibc = ctypes.CDLL(None)\ndef fork():\n"
        "    while True: libc.fork()\n"
        "threads = [threading.Thread(target=fork) for n in range(8)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
    ),
}
ROUNDS = 6
LETTERS = "жщфыэюяцчшбдгипв"
BETWEEN_S = 0.05
TIMEOUT_S = 60.0
VERDICT_TEXT = b"processes or threads"


@contextmanager
def _busy(cores: int) -> Iterator[None]:
    command = [sys.executable, "-S", "-c", "while True: pass"]
    hogs = [subprocess.Popen(command) for _ in range(cores)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def _explode(bomb: str) -> tuple[float, list[float]]:
    """Return the seconds from Run to the message of the end, and each key's echo time in ms."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        draft = home / "data" / "drafts" / "architecture" / f"{STEP}.py"
        draft.parent.mkdir(parents=True)
        draft.write_text(bomb)
        command = nntutor("--data-dir", str(home / "data"), "open", STEP)
        with Line(command, home, columns=120, rows=35) as line:
            line.wait_for("F6 Pane", "ready", "import")
            line.press("f5")
            return _type_until_ended(line)


def _type_until_ended(line: Line) -> tuple[float, list[float]]:
    began = time.perf_counter()
    echoes: list[float] = []
    seen = bytearray()
    for number in range(10_000):
        wanted = LETTERS[number % len(LETTERS)].encode()
        os.write(line._master, wanted)
        start, found = time.perf_counter(), False
        before = len(seen)
        while not found or time.perf_counter() < start + BETWEEN_S:
            seen += line.take(0.01)
            if not found and wanted in seen[before:]:
                echoes.append((time.perf_counter() - start) * 1000)
                found = True
            if VERDICT_TEXT in seen:
                return time.perf_counter() - began, echoes
            if time.perf_counter() - began > TIMEOUT_S:
                raise TimeoutError(bytes(seen[-2000:]))
    raise AssertionError("it is never told")


def measure() -> Iterator[Row]:
    """Measure one round, and yield its rows."""
    plain: float | None = None
    for cores in (0, os.cpu_count() or 1):
        loaded = f"{cores} cores busy" if cores else "idle"
        for name, bomb in BOMBS.items():
            with _busy(cores):
                seconds, echoes = _explode(bomb)
            reference = [] if plain is None else [plain]
            plain = plain or seconds
            yield Row(
                f"bomb of {name}, {loaded}: ended",
                [seconds],
                "s",
                "os.fork, idle" if reference else "",
                reference,
                "≤ 2",
                means="So long until a program that only forks is gone, and the app says so.",
            )
            yield Row(
                f"bomb of {name}, {loaded}: key echo",
                echoes,
                aim="19 of 20 ≤ 100",
                means="Meanwhile a typed letter is seen after so long.",
            )
