"""The tables of right and wrong programs in `answers/<step id>.toml`.

A program may be written as changes of the step's solution.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, convert
from msgspec.structs import replace

from tests.support.lessons import chapter
from tutor.course.changes import with_changes

FOLDER = Path(__file__).parent / "answers"


class Right(Struct, frozen=True, forbid_unknown_fields=True):
    """A program that must be accepted, with that note or with none."""

    program: str
    note: str | None = None


class Wrong(Struct, frozen=True, forbid_unknown_fields=True):
    """A program that must not be accepted, and what it has to be told."""

    program: str
    slug: str


class Answers(Struct, frozen=True, forbid_unknown_fields=True):
    """All programs for one step."""

    right: tuple[Right, ...]
    wrong: tuple[Wrong, ...]


Row = TypeVar("Row", Right, Wrong)


def _whole(rows: tuple[Row, ...], step: str) -> tuple[Row, ...]:
    solution = getattr(chapter().find(step), "solution", "")
    return tuple(replace(row, program=with_changes(solution, row.program)) for row in rows)


def _answers(file: Path) -> Answers:
    read = convert(tomllib.loads(file.read_text("utf-8")), Answers)
    return Answers(_whole(read.right, file.stem), _whole(read.wrong, file.stem))


ANSWERS = {file.stem: _answers(file) for file in sorted(FOLDER.glob("*.toml"))}


def right_answers() -> Iterator[tuple[str, str, Right]]:
    """Step id, an id for the test, and the row."""
    for step, answers in ANSWERS.items():
        for number, row in enumerate(answers.right, 1):
            yield step, f"{step}-{number}-{row.note or 'plain'}", row


def wrong_answers() -> Iterator[tuple[str, str, Wrong]]:
    """Step id, an id for the test, and the row."""
    for step, answers in ANSWERS.items():
        for number, row in enumerate(answers.wrong, 1):
            yield step, f"{step}-{number}-{row.slug}", row
