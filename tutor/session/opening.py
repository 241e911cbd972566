"""Reading at the start of a session: progress, the first step, and then the whole course.

Part of the core. The first step is read alone from its own file, so that it is on screen soon. The
others are read one at a time after that, or all at once when something needs them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tutor.course.model import Course, Step
from tutor.course.step_header import read_step_header
from tutor.paths import Places
from tutor.progress.fold import Progress, fold, read_entries
from tutor.progress.last_time import last_time

if TYPE_CHECKING:
    from tutor.course.load import CourseReading
    from tutor.progress.entries import Entry

BREATH_S = 0.002
"""Seconds of sleep between two pieces of work that can wait, in which a key has its turn."""


@dataclass(frozen=True)
class WholeCourse:
    """The whole course, with what was found while it was read."""

    course: Course
    problems: tuple[str, ...]
    """Sentences about what is wrong with its files."""
    renamed: dict[str, str]
    """Former step ids → present ids."""


class Opening:
    """The reader of everything a session starts with; it dispatches nothing."""

    def __init__(
        self, places: Places, problems: Sequence[str] = (), start_at: str | None = None
    ) -> None:
        """Read only what the first frame shows: the last place and the header of a step.

        `problems` are sentences about what was found wrong before; `start_at` is the id of the step
        to begin with, None for where the learner was last.
        """
        self._places = places
        self._problems = tuple(problems)
        self._start_at = start_at
        last = last_time(places.data)
        self.likely_start = read_step_header(
            places.lessons, start_at or (last.step if last else None)
        )
        """The header of the step that the session will most likely begin with, and its lesson as
        far as the first frame shows it; None if they cannot be read."""
        self._entries: list[Entry] = []
        self._whole: WholeCourse | None = None
        self._progress_problems: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """Sentences about everything found wrong so far."""
        course_problems = self._whole.problems if self._whole is not None else ()
        return (*self._problems, *course_problems, *self._progress_problems)

    def read_progress(self) -> Progress:
        """Read all journals and return the progress that they make."""
        self._entries, self._progress_problems = read_entries(self._places.data)
        return fold(self._entries)

    def first_step(self, progress: Progress) -> Step | None:
        """Read the step asked for, else that of the last place, else the very first one.

        Return None if the step cannot be read by itself, or if some steps are done but no place is
        known: only the whole course then tells which step it is.
        """
        from tutor.course.load import load_step

        wanted = self._start_at or (progress.place.step if progress.place else None)
        if wanted is None and self.likely_start is not None and not progress.done:
            wanted = self.likely_start[1].id
        return load_step(self._places.lessons, wanted) if wanted else None

    def read_whole(self) -> WholeCourse:
        """Read the whole course, or the rest of it; broken steps are left out, with a problem."""
        if self._whole is None:
            self._whole = self._finish()
        return self._whole

    def _finish(self) -> WholeCourse:
        course, problems = self._reading.finish()
        messages = tuple(map(str, problems))
        if self._start_at and course.find(self._start_at) is None:
            messages = (f"The step {self._start_at} cannot be shown.", *messages)
        renamed = {step.was: step.id for step in course.steps() if step.was}
        return WholeCourse(course, messages, renamed)

    def progress_with(self, renamed: dict[str, str], recorded: Sequence[Entry]) -> Progress:
        """Fold the journals' entries and those `recorded` since, under the present step ids.

        The journals are not read a second time: answers given since would be lost or counted twice.
        """
        return fold((*self._entries, *recorded), renamed)

    async def read_on(self) -> None:
        """Read the course step by step, letting everything else run after each."""
        for _ in self._reading:
            await asyncio.sleep(BREATH_S)

    @cached_property
    def _reading(self) -> CourseReading:
        from tutor.course.load import CourseReading  # not needed for the first frame

        return CourseReading(self._places.lessons)


def first_open_step(course: Course, progress: Progress, start_at: str | None) -> Step | None:
    """Return the step asked for, else that of the last place, else the first that is not done.

    If all are done it is the first step; None if the course has none.
    """
    steps = course.steps()
    place = progress.place
    for wanted in (start_at, place.step if place else None):
        step = course.find(wanted) if wanted else None
        if step is not None:
            return step
    open_steps = [step for step in steps if step.id not in progress.done]
    return next(iter((*open_steps, *steps)), None)
