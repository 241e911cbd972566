"""From the command without a step to the start screen, and from Enter on it to the step."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import app
from bench.measure import Moment, Row, cost_of, moment, until
from bench.start import IMPORT

ROUNDS = 8
SENTENCE = "You were at"
"""Stands on the start screen alone."""

REST_S = 0.5
"""Seconds in which a reader has read the first line."""


def _start(home: Path, size: tuple[int, int]) -> tuple[Moment, float]:
    """Return what the start screen cost, and the ms from Enter on it to the step's text."""
    with app.started(home, size=size) as (terminal, begin):
        sentence = moment(terminal, lambda: SENTENCE in terminal.text, begin)
        until(terminal, lambda: "steps done" in terminal.text, begin)
        time.sleep(REST_S)
        terminal.read()
        pressed = time.perf_counter()
        terminal.press("enter")
        step = app.first_sentence(terminal, pressed).wall
        app.leave(terminal)
        return sentence, step


def measure() -> Iterator[Row]:
    """Measure one round, and yield its rows."""
    imported = cost_of(IMPORT)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with app.started(home, "open", app.STEP) as (terminal, begin):
            app.first_sentence(terminal, begin)
            app.leave(terminal)
        for name, size, aim in (("80x24", app.SMALL, "≤ 1.35×"), ("120x35", app.LARGE, "≤ 1.45×")):
            sentence, step = _start(home, size)
            yield Row(
                f"first sentence of the start screen, {name}",
                [sentence.wall],
                "ms",
                IMPORT,
                [imported.wall],
                aim,
                means="So long after Enter it says where the learner was.",
            )
            yield Row(
                f"first sentence of the start screen, {name}: processor, main thread",
                [sentence.processor],
                "ms",
                IMPORT,
                [imported.processor],
                means="What the app itself had to do for it; a busy machine changes it little.",
            )
            yield Row(
                f"Enter on it to the step's first sentence, {name}",
                [step],
                means="So long until the learner goes on reading where they were.",
            )
