"""The pad as plain data: an image of shades that the learner draws, about which a model is asked.

A drawing is a text of 64 digits, row by row, from 0 for an empty cell to 9 for the darkest.
"""

from __future__ import annotations

SIDE = 8
"""Rows and columns of a drawing."""
DARKEST = 9
CLASSES = 10
EMPTY = "0" * SIDE * SIDE

_PAD = "__import__('tutor.worker.show_pad', fromlist=['_']).NEWEST[-1]"


def question_about(cells: str) -> str:
    """Return the expression for how sure the model of the newest pad is of each digit."""
    return f"{_PAD}.shares({cells!r})"


def numbers_in(shown: str) -> tuple[float, ...]:
    """Return the ten numbers of an answer to it; none if the text is anything else."""
    try:
        numbers = tuple(map(float, shown.strip("[]").split(",")))
    except ValueError:
        return ()
    return numbers if len(numbers) == CLASSES else ()
