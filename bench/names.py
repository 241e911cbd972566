"""Names offered while one types: how soon they are there, and what a look costs by itself.

The index of the libraries is that of the installed ones, made as the worker makes it. The lists and
tips are made in this process, as the app makes them after a key; the whole way, with the rest of
150 ms, is measured in the app.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.measure import Row, until
from tests.support.terminal import Terminal, nntutor
from tutor.completion.call_tips import call_tip
from tutor.completion.completions import Facts, completions
from tutor.completion.library import Library, read_library
from tutor.completion.program import Names, ProgramReader
from tutor.completion.reading import read_cursor
from tutor.wire.values import SequenceValue, TextValue

ROUNDS = 4
LINES = (300, 2_000)
TIMES = 20
"""Lists and tips that are made of one program."""
LIST_MS = 20
"""Milliseconds that a list may take."""

TO_END = "\x1b[1;5F"
"""The key Ctrl+End."""

GIVENS = "import torch\nfrom torch import nn, optim\nimport torch.nn.functional as F\n"
PROGRAM = '''
def f_{number}(x, width=3):
    """Return something."""
    hidden_{number} = nn.Linear(width, {number})(x)
    return torch.relu(hidden_{number})

x_{number} = torch.randn({number}, 3)
y_{number} = f_{number}(x_{number}) + 1
# a comment
'''
MEMBERS, NAMES, CALL = "x_1.", "y", "nn.Linear(3, "

MAKES_INDEX = """
import sys, time
import torch, torch.utils.data
from tutor.worker.library_index import library_index
start = time.perf_counter()
lines = library_index()
print((time.perf_counter() - start) * 1000)
sys.stdout.write("\\n".join(lines))
"""


def _program(lines: int) -> list[str]:
    height = PROGRAM.count("\n")
    text = "".join(PROGRAM.format(number=number) for number in range(1, lines // height + 2))
    return text.split("\n")[:lines]


def _index() -> tuple[float, Library]:
    """Return the milliseconds that the index takes, and the library that it tells."""
    command = (sys.executable, "-c", MAKES_INDEX)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    taken, *lines = done.stdout.split("\n")
    told = tuple(map(TextValue, lines))
    return float(taken), read_library(SequenceValue("list", len(told), told))


def _read(reader: ProgramReader, lines: list[str]) -> Names:
    reading = reader.read(lines, len(lines) - 1)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            names: Names = end.value
            return names


def _milliseconds_of_looks(lines: list[str], written: str, library: Library) -> list[float]:
    """Return what looks take at the end of a program, after a key there each time."""
    reader = ProgramReader(GIVENS)
    _read(reader, lines)
    taken = []
    for number in range(TIMES):
        changed = [*lines, f"z_{number} = 1", written]
        start = time.perf_counter()
        facts = Facts(_read(reader, changed), library, {})
        at = read_cursor(changed, len(changed) - 1, len(written))
        if at.calls:
            assert call_tip(at, facts.referents, library) is not None
        else:
            assert completions(at, len(changed) - 1, facts).rows
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def _milliseconds_to_list(lines: list[str]) -> list[float]:
    """Return the time from a key to the list on the terminal, for three names."""
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        program = home / "long.py"
        program.write_text("\n".join([GIVENS, *lines, ""]))
        command = nntutor("--data-dir", str(home / "data"), "try", str(program))
        with Terminal(command, home, columns=120, rows=35) as terminal:
            terminal.wait_for("import torch", "ready")
            terminal.write(TO_END)
            for beginning, offered in (
                ("torch.sig", "sigmoid"),
                ("nn.Re", "ReLU"),
                ("F.gel", "gelu"),
            ):
                terminal.write(f"\r{beginning[:-1]}")
                terminal.wait_for(beginning[:-1])
                start = time.perf_counter()
                terminal.write(beginning[-1])
                taken.append(until(terminal, partial(_shows, terminal, offered), start))
    return taken


def _shows(terminal: Terminal, text: str) -> bool:
    return text in terminal.text


def measure() -> Iterator[Row]:
    """Measure one round, and yield its rows."""
    made, library = _index()
    yield Row(
        "index of the libraries, made",
        [made],
        means="The worker takes so long to tell all names, once for each version of PyTorch.",
    )
    for count in LINES:
        lines = _program(count)
        for what, written in (("members", MEMBERS), ("names", NAMES), ("a call tip", CALL)):
            yield Row(
                f"{what}, {count:,} lines: a look",
                _milliseconds_of_looks(lines, written, library),
                aim=f"≤ {LIST_MS}",
                means="A look at the text after a key takes so long; no key waits for it.",
            )
        yield Row(
            f"list on screen, {count:,} lines",
            _milliseconds_to_list(lines),
            means="Names are on screen so long after a key, of which 150 ms are waited.",
        )
