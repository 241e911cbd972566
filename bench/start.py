"""From the command to a step that can be read, an editor that takes keys, and PyTorch ready.

What stands beside it is an interpreter that imports Textual and nothing else.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import app, peer
from bench.measure import Moment, Row, cost_of, until
from tests.support.terminal import Terminal

ROUNDS = 8
KEY = "q"
TAKEN = ("sigmoid = q", "q# Make a sigmoid function")
"""A line of the editor, once the key is in it: at the first blank or, in older versions, at the
beginning."""

IMPORT = "import textual.app"


@dataclass
class Start:
    """What one start of the app has cost."""

    sentence: Moment
    changed: int
    """Cells of the text that were something else at some moment until the screen had settled."""
    ready: float = 0.0
    shown: float = 0.0
    """Milliseconds until the editor's text stood there."""
    taken: float = 0.0
    """Milliseconds until a key that was pressed at some moment stood in the editor."""


def _at_80(home: Path) -> Start:
    """Start at 80x24, and wait for PyTorch."""
    with app.started(home, "open", app.STEP) as (terminal, begin):
        sentence = app.first_sentence(terminal, begin)
        watch = app.Watch(terminal)
        ready = until(terminal, lambda: watch.look() and app.is_ready(terminal), begin)
        start = Start(sentence, watch.settle(), ready=ready)
        app.leave(terminal)
        return start


def _is_taken(terminal: Terminal) -> bool:
    return any(line in terminal.text for line in TAKEN)


def _key_at_editor(home: Path) -> Start:
    """Start at 120x35, and press a key as soon as the editor's text is seen."""
    with app.started(home, "open", app.STEP, size=app.LARGE) as (terminal, begin):
        shown = until(terminal, lambda: app.SCAFFOLD in terminal.text, begin)
        terminal.press(KEY)
        taken = until(terminal, lambda: _is_taken(terminal), begin)
        app.leave(terminal)
        return Start(Moment(shown, 0, 0), 0, shown=shown, taken=taken)


def _key_at_sentence(home: Path) -> Start:
    """Start at 120x35, and press a key as soon as the text can be read."""
    with app.started(home, "open", app.STEP, size=app.LARGE) as (terminal, begin):
        sentence = app.first_sentence(terminal, begin)
        watch = app.Watch(terminal)
        terminal.press(KEY)
        taken = until(terminal, lambda: watch.look() and _is_taken(terminal), begin)
        start = Start(sentence, watch.settle(), taken=taken)
        app.leave(terminal)
        return start


def _peer(home: Path) -> float:
    begin = time.perf_counter()
    with Terminal(peer.command(), home) as terminal:
        return until(terminal, lambda: peer.READY_TEXT.encode() in terminal.sent, begin)


def measure() -> Iterator[Row]:
    """Measure one round, and yield its rows."""
    imported = cost_of(IMPORT)
    wall = ("ms", IMPORT, [imported.wall])
    with tempfile.TemporaryDirectory() as home:
        new = _at_80(Path(home))
        met = _at_80(Path(home))
    with tempfile.TemporaryDirectory() as home:
        early = _key_at_sentence(Path(home))
    with tempfile.TemporaryDirectory() as home:
        late = _key_at_editor(Path(home))
    yield from _sentences(new, met, early, imported)
    yield Row(
        "editor's text, 120x35",
        [late.shown],
        *wall,
        aim="≤ 1.4×",
        means="So long until the code to be completed can be seen.",
    )
    yield Row(
        "a key pressed then is in the editor",
        [late.taken],
        *wall,
        aim="≤ 2.7×",
        means="Who types as soon as the code is there sees the letter after so long.",
    )
    yield Row(
        "a key pressed at the first sentence is in the editor, 120x35",
        [early.taken],
        *wall,
        aim="≤ 2.2×",
        means="Who types as soon as there is something to read loses nothing, and sees it then.",
    )
    yield Row(
        "PyTorch ready, 80x24",
        [new.ready],
        *wall,
        means="From then on Run and Check answer at once; before, they wait.",
    )
    if peer.command():
        with tempfile.TemporaryDirectory() as home:
            yield Row(
                f"first sentence, new step, 80x24, beside {peer.NAME}",
                [new.sentence.wall],
                "ms",
                peer.NAME,
                [_peer(Path(home))],
                means="How another program on Textual compares, until its editor is there.",
            )


def _sentences(new: Start, met: Start, early: Start, imported: Moment) -> Iterator[Row]:
    for what, size, start in (
        ("new step", "80x24", new),
        ("step met before", "80x24", met),
        ("new step", "120x35", early),
    ):
        where = f"first sentence, {what}, {size}"
        yield Row(
            where,
            [start.sentence.wall],
            "ms",
            IMPORT,
            [imported.wall],
            "≤ 1.5×",
            means="So long after Enter the lesson can be read.",
        )
        yield Row(
            f"{where}: processor, main thread",
            [start.sentence.processor],
            "ms",
            IMPORT,
            [imported.processor],
            means="What the app itself had to do for it; a busy machine changes it little.",
        )
        yield Row(
            f"{where}: waited for a core",
            [start.sentence.queue],
            means="What other processes took of that time, the app's own worker among them.",
        )
        yield Row(
            f"{where}: cells that change later",
            [start.changed],
            "cells",
            aim="0",
            means="So much of the text jumps, flickers or is repainted while it is being read.",
        )
