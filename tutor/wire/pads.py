"""The pad as plain data: an image of shades that the learner draws, about which a model is asked.

A drawing is a text of 64 digits, row by row, from 0 for an empty cell to 9 for the darkest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SIDE = 8
"""Rows and columns of a drawing."""
DARKEST = 9
CLASSES = 10
EMPTY = "0" * SIDE * SIDE

_PAD = "__import__('tutor.worker.show_pad', fromlist=['_']).NEWEST[-1]"
_CELLS = re.compile(rf"[0-{DARKEST}]{{{SIDE * SIDE}}}")


def drawing_of(text: str) -> str | None:
    """Return the drawing in the text, blanks and line breaks aside; None if it is not one."""
    cells = "".join(text.split())
    return cells if _CELLS.fullmatch(cells) else None


def rows_of(cells: str) -> list[str]:
    return [cells[start : start + SIDE] for start in range(0, len(cells), SIDE)]


def question_about(cells: str, name: str = "_", conditions: Iterable[str] = ()) -> str:
    """Return the expression for the shares of a drawing, and then 0 or 1 for each condition.

    A condition finds the drawing under `name`.
    """
    reached = "".join(f", +bool({condition})" for condition in conditions)
    return f"(lambda {name}: [*{_PAD}.shares({name}){reached}])({cells!r})"


def numbers_in(shown: str) -> tuple[float, ...]:
    """Return the numbers of an answer to such a question; none if the text is anything else."""
    try:
        numbers = tuple(map(float, shown.strip("[]").split(",")))
    except ValueError:
        return ()
    return numbers if len(numbers) >= CLASSES else ()
