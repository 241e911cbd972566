"""The pad as lines: eight rows of digits, and how sure the model is of each digit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.course.slider_values import is_drawing, is_drawn, rows_of
from tutor.grading.lab import REACHED
from tutor.plain.command_row import Command
from tutor.plain.desk import Desk
from tutor.plain.lab_lines import goal_lines
from tutor.plain.walking import next_words
from tutor.session.state import PadView
from tutor.wire.pads import EMPTY, SIDE

NO_PAD = "There is no pad yet: a program shows it by show_pad, once it runs. Type run."
HOW = (
    "Type draw, the number of a row and its eight digits, as in draw 1 00090000: 0 is an empty "
    "cell, 9 the darkest. Draw alone takes all eight rows, draw clear empties them."
)
TYPE_ROWS = "Type eight rows, each of eight digits. A line with a dot alone stops that."
NOT_A_ROW = "A row has eight digits, from 0 for an empty cell to 9 for the darkest."

_ROW = re.compile(r"([1-8])\s+([0-9]{8})", re.ASCII)


async def pad(desk: Desk, _words: str) -> None:
    """Print the drawing, and what the model makes of it."""
    if desk.state.pad is None:
        desk.say(NO_PAD)
        return
    await desk.session.runs.drawing.until_answered()
    drawn = desk.state.pad
    desk.say(*(f"Row {row}: {cells}" for row, cells in enumerate(_rows(drawn.cells), 1)))
    _tell_shares(desk, drawn)


async def draw(desk: Desk, words: str) -> None:
    """Change one row of the drawing, clear it, or take all rows line by line."""
    words, drawn = words.strip(), desk.state.pad
    if drawn is None:
        desk.say(NO_PAD)
    elif words == "clear":
        await _take(desk, EMPTY)
    elif row := _ROW.fullmatch(words):
        rows = _rows(drawn.cells)
        rows[int(row[1]) - 1] = row[2]
        await _take(desk, "".join(rows))
    elif words:
        desk.say(HOW)
    else:
        desk.rows = []
        desk.say(TYPE_ROWS)


async def take_row(desk: Desk, line: str) -> None:
    """Add a row to the drawing being typed; the last one, or a line with a dot, ends it."""
    rows, row = desk.rows or [], line.strip()
    if row == ".":
        desk.rows = None
        desk.say("Not drawn.")
    elif not is_drawing(row * SIDE):
        desk.say(NOT_A_ROW)
    elif len(rows) + 1 < SIDE:
        desk.rows = [*rows, row]
    else:
        desk.rows = None
        await _take(desk, "".join((*rows, row)))


async def _take(desk: Desk, cells: str) -> None:
    before = len(desk.state.goals)
    desk.session.runs.drawing.draw(cells)
    await desk.session.runs.drawing.until_answered()
    if desk.state.pad is not None:
        _tell_shares(desk, desk.state.pad)
    if is_drawn(desk.step):
        desk.say(*goal_lines(desk.step, desk.state))
    if before < len(desk.state.goals) == len(desk.step.goals):
        desk.say(f"{REACHED} {next_words(desk)}")


def _tell_shares(desk: Desk, drawn: PadView) -> None:
    if drawn.words:
        desk.say(desk.filled(drawn.words))
    else:
        desk.say(*share_lines(drawn.shares))


def share_lines(shares: tuple[float, ...]) -> Iterator[str]:
    """Yield the surest digit, and a line for each."""
    if shares:
        yield f"It reads {shares.index(max(shares))}."
    for digit, share in enumerate(shares):
        yield f"Digit {digit}: {share:.2f}"


def _rows(cells: str) -> list[str]:
    return rows_of(cells).split()


COMMANDS = (
    Command(
        "pad", pad, "describe the drawing on the pad, and how sure the model is of each digit."
    ),
    Command("draw", draw, "draw on the pad.", "ROW DIGITS, clear, or nothing for all rows"),
)
