"""From Check to the verdict on the first wrong answer to each code step, in one evening's app.

The author's programs have not been run before. The learner has typed for some seconds: once on end,
so that nothing can be run ahead but the author's programs, and once as people do, who write a few
signs and look at them, and at the last ones as well before they ask.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import tutor
from bench import app
from bench.measure import Row, until
from tests.content.answers import ANSWERS
from tests.e2e.conftest import write_draft
from tests.support.terminal import Terminal

ROUNDS = 2
TYPED = "############"
"""Typed in front of the draft's first line, which is a comment."""

BETWEEN_S = 0.25
BURST = 4
"""Signs that are written at a time by one who looks at them."""
LOOK_S = 1.0


@dataclass(frozen=True)
class Manner:
    """A way to type, and how long one looks at a burst of signs."""

    name: str
    look_s: float
    means: str


MANNERS = (
    Manner("typed on end", 0.0, "So long until the first miss is told to one who never pauses."),
    Manner("typed with pauses", LOOK_S, "So long until the first miss of a step is told."),
)


def _steps() -> list[str]:
    """Return the steps of the lesson in their order, from the first code step on."""
    folder = Path(tutor.__file__).parents[1] / "lessons" / "architecture"
    steps = [file.stem[4:] for file in sorted(folder.glob("[0-9]*.toml"))]
    return steps[steps.index(app.STEP) :]


def _first_line(step: str) -> str:
    return f"# draft of {step}"


def _misses(home: Path, manner: Manner) -> Iterator[float]:
    drafts = [
        write_draft(home, step, f"{_first_line(step)}\n{table.wrong[0].program}")
        for step, table in ANSWERS.items()
    ]
    arguments = ("--data-dir", str(drafts[0].parents[2]), "open", app.STEP)
    with app.started(home, *arguments, size=app.LARGE) as (terminal, _):
        terminal.wait_for(_first_line(app.STEP), "ready")
        for step in _steps():
            if step in ANSWERS:
                terminal.wait_for(_first_line(step))
                terminal.wait_until(lambda: "Not yet" not in terminal.text, "a new verdict", 10)
                yield _miss(terminal, manner)
            terminal.press("f8")
            app.settle(terminal)
        app.leave(terminal)


def _miss(terminal: Terminal, manner: Manner) -> float:
    for place, sign in enumerate(TYPED, 1):
        terminal.press(sign)
        time.sleep(BETWEEN_S if place % BURST else max(BETWEEN_S, manner.look_s))
        terminal.read()
    begin = time.perf_counter()
    terminal.press("f4")
    return until(terminal, lambda: "Not yet" in terminal.text, begin)


def measure() -> Iterator[Row]:
    """Measure one round, and yield its rows."""
    for manner in MANNERS:
        with tempfile.TemporaryDirectory() as folder:
            misses = list(_misses(Path(folder), manner))
        yield Row(
            f"Check of the first wrong answer to each step, {manner.name}, key to verdict",
            misses,
            aim="p95 ≤ 150 ms",
            means=manner.means,
            matched=True,
        )
