"""The first run after an installation or an update, when no bytecode of the tutor is there yet."""

from __future__ import annotations

import compileall
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tutor
from bench import app
from bench.measure import Moment, Row

ROUNDS = 6


def _drop_bytecode() -> None:
    for folder in list(Path(tutor.__file__).parent.rglob("__pycache__")):
        shutil.rmtree(folder, ignore_errors=True)  # another run may write into it


def _start() -> Moment:
    with (
        tempfile.TemporaryDirectory() as home,
        app.started(Path(home), "open", app.STEP) as (terminal, begin),
    ):
        sentence = app.first_sentence(terminal, begin)
        app.leave(terminal)
        return sentence


def measure() -> Iterator[Row]:
    """Measure one round, and yield its rows."""
    _drop_bytecode()
    cold = _start()
    compileall.compile_dir(Path(tutor.__file__).parent, quiet=2)
    warm = _start()
    yield Row(
        "first sentence of the first run, 80x24",
        [cold.wall],
        "ms",
        "the second run",
        [warm.wall],
        means="Once after each installation the lesson comes so late.",
    )
    yield Row(
        "first sentence of the first run, 80x24: processor, main thread",
        [cold.processor],
        "ms",
        "the second run",
        [warm.processor],
        means="What the app itself had to do for it, compiling its own modules.",
    )
