"""The first line of the screen, as pieces of text: the learner's place in the course."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import NamedTuple, Protocol

from tutor.course.model import LessonOutline, Step
from tutor.first_screen.lines import cell_count

MAX_CELLS_OF_BAR = 12
"""Maximum steps of a lesson for a bar with a cell for each."""

SHORTEST_TITLE = 30
"""Cells of a title if there is room for nothing else."""


class Piece(NamedTuple):
    """Text that looks the same from its first to its last character."""

    text: str
    style: str = ""
    """Style in Textual's syntax: attributes, and a colour as `$name`."""


class TopMarks(Protocol):
    """The marks that the line is written with."""

    @property
    def tick(self) -> str:
        """Mark of saved work and done steps."""

    @property
    def between(self) -> str:
        """Separator of lesson and step."""

    @property
    def full(self) -> str:
        """Bar cell of a done step."""

    @property
    def empty(self) -> str:
        """Bar cell of an open step."""


def saved_words(marks: TopMarks) -> Piece:
    """Return the end of the top line while nothing waits to be saved."""
    return Piece(f"{marks.tick} saved", "$success")


def top_line(
    step: Step | None,
    lesson: LessonOutline | None,
    done: AbstractSet[str],
    percent: int | None,
    marks: TopMarks,
    saved: Piece,
    width: int,
) -> list[Piece]:
    """Return the line about step and course; a short line omits less important parts.

    `done` are the ids of steps that are done, `percent` is the share of the course, None if
    unknown.
    """
    for parts in _choices(step, lesson, done, percent, marks):
        left = [*parts[0]]
        for part in parts[1:]:
            left += [Piece("  "), *part]
        gap = width - cell_count("".join(text for text, _ in (*left, saved)))
        if gap >= 2:
            break
    return [*left, Piece(" " * max(1, gap)), saved]


def _choices(
    step: Step | None,
    lesson: LessonOutline | None,
    done: AbstractSet[str],
    percent: int | None,
    marks: TopMarks,
) -> list[list[list[Piece]]]:
    """Return the parts of the line, from the fullest version to the shortest."""
    name = [Piece("nntutor", "bold")]
    if step is None:
        return [[name]]
    end = [Piece(f" {marks.tick} done", "$success")] if step.id in done else []
    titled = [Piece(step.title, "bold"), *end]
    in_lesson = [Piece(f"{lesson.title}{marks.between}"), *titled] if lesson else titled
    bar = [Piece(_bar(lesson, step, done, marks))] if lesson else []
    share = [[Piece(f"course {percent} %")]] if percent is not None else []
    return [
        [name, in_lesson, bar, *share],
        [name, in_lesson, bar],
        [in_lesson, bar],
        [titled, bar],
        [titled],
        [[Piece(_shortened(step.title, SHORTEST_TITLE), "bold")]],
    ]


def _bar(lesson: LessonOutline, step: Step, done: AbstractSet[str], marks: TopMarks) -> str:
    ids = [each.id for each in lesson.steps]
    number = ids.index(step.id) + 1 if step.id in ids else 0
    cells = "".join(marks.full if each in done else marks.empty for each in ids)
    count = f"{number}/{len(ids)}"
    return f"{cells} {count}" if len(ids) <= MAX_CELLS_OF_BAR else count


def _shortened(text: str, cells: int) -> str:
    if cell_count(text) <= cells:
        return text
    while cell_count(text) >= cells:
        text = text[:-1]
    return f"{text}…"
