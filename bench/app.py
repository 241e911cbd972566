"""The app as a learner starts it, and what is on its screen: helpers of several subjects."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Moment, moment
from tests.support.terminal import Terminal, nntutor

SMALL, LARGE = (80, 24), (120, 35)

STEP = "sigmoid"
SENTENCE = "The last layer of a network gives a raw"
"""The first words of the step's text, in one line at each size. They stand nowhere else."""

SCAFFOLD = "sigmoid = ..."
"""Stands in the editor and nowhere else."""

READY = re.compile(r"PyTorch [\d.]+\S* ready")
QUIET_S = 0.3
BORDER = "│┃|"
BELOW = 3
"""Lines below the text: one that says whether there is more, the status and the keys."""

Cell = tuple[object, ...]
"""A character with its colours and style."""


@contextmanager
def started(
    home: Path, *arguments: str, size: tuple[int, int] = SMALL
) -> Iterator[tuple[Terminal, float]]:
    """Start the app, and give it with the time of its start."""
    begin = time.perf_counter()
    with Terminal(nntutor(*arguments), home, columns=size[0], rows=size[1]) as terminal:
        yield terminal, begin


def first_sentence(terminal: Terminal, begin: float) -> Moment:
    """Return what it cost until the first words of the step's text stood on the screen."""
    return moment(terminal, lambda: SENTENCE in terminal.text, begin)


def is_ready(terminal: Terminal) -> bool:
    """Return True if the status line says that PyTorch is."""
    return bool(READY.search(terminal.text))


def leave(terminal: Terminal) -> None:
    """End the app by its key."""
    terminal.press("ctrl+q")
    terminal.wait_for_end()


def settle(terminal: Terminal) -> None:
    """Show what comes until nothing more comes."""
    while data := terminal.receive(QUIET_S):
        terminal.show(data)


def text_cells(terminal: Terminal) -> dict[tuple[int, int], Cell]:
    """Return the cells of the lesson's text that are not blank, from its first sentence on.

    A pane with a border has one at its bottom, too.
    """
    lines = [
        [terminal.screen.buffer[row][column] for column in range(terminal.screen.columns)]
        for row in range(terminal.screen.lines)
    ]
    texts = ["".join(cell.data or " " for cell in line) for line in lines]
    top = next(row for row, text in enumerate(texts) if SENTENCE in text)
    left = texts[top].index(SENTENCE)
    borders = [at for sign in BORDER if (at := texts[top].find(sign, left)) >= 0]
    right = min(borders, default=len(texts[top]))
    bottom = len(lines) - BELOW - bool(borders)
    return {
        (row, column): tuple(lines[row][column])
        for row in range(top, bottom)
        for column in range(left, right)
        if lines[row][column].data.strip()
    }


class Watch:
    """The cells of the text that are seen when it begins, and whether they stay as they are."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._cells = text_cells(terminal)
        self.changed = 0
        """The most of them that were something else at any moment."""

    def look(self) -> bool:
        """Look at them once more; return True."""
        screen = self._terminal.screen
        now = sum(
            tuple(screen.buffer[row][column]) != cell for (row, column), cell in self._cells.items()
        )
        self.changed = max(self.changed, now)
        return True

    def settle(self) -> int:
        """Show what comes until nothing more comes; return how many cells have changed so far."""
        while data := self._terminal.receive(QUIET_S):
            self._terminal.show(data)
            self.look()
        return self.changed
