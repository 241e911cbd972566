"""Programs made of an order step's lines: in a right order, shuffled, or by line numbers.

It also tells the editor which lines cannot move. Nothing is run.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import lru_cache

from tutor.course.model import OrderStep, Step

PLACE = "{lines}"
"""Placeholder for the lines in `around`."""


def lines_of(step: OrderStep) -> tuple[str, ...]:
    """Return the lines of the program, then the decoys, as they are written."""
    return (*step.lines.strip("\n").splitlines(), *(decoy.line for decoy in step.decoys))


def program_of(step: OrderStep, numbers: Iterable[int]) -> str:
    """Return the program of the lines with these numbers, from 1, in this order."""
    lines = lines_of(step)
    return compose(step.around, [lines[number - 1] for number in numbers])


def compose(around: str, lines: Iterable[str]) -> str:
    """Return the code with these lines at their place, and with its indentation."""
    above, _, below = around.strip("\n").partition(PLACE)
    indentation = above.rpartition("\n")[2]
    above = above.removesuffix(indentation)
    return above + "\n".join(f"{indentation}{line}" for line in lines) + below


def has_place(around: str) -> bool:
    """Return True if the code has one place for lines, on a line of its own."""
    return [line.strip() for line in around.splitlines() if PLACE in line] == [PLACE]


def shuffled_program(step: OrderStep) -> str:
    """Return the program of all lines and decoys, shuffled."""
    return _shuffled(step.id, step.around, lines_of(step))


@lru_cache(maxsize=64)
def _shuffled(step_id: str, around: str, lines: tuple[str, ...]) -> str:
    """Return the program with its lines shuffled by the id, so that it stays the same."""
    rng = random.Random(step_id)
    shuffled = list(lines)
    while len(set(lines)) > 1 and tuple(shuffled) == lines:
        rng.shuffle(shuffled)
    return compose(around, shuffled)


def fixed_rows(step: Step) -> tuple[int, int]:
    """Return the number of fixed rows above and below the lines.

    They are of an editor's text, which ends with a newline: its last row is empty.
    """
    above, _, below = step.around.strip("\n").partition(PLACE)
    return above.count("\n"), below.count("\n") + 1
