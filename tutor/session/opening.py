"""How a session comes to its first step, and then to all of the course. Part of the core.

The step that is wanted comes first, from its own file; the others come in turns after that, or at
once where somebody asks for them.
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
"""Between two pieces of work that can wait: a key comes to its turn."""


@dataclass(frozen=True)
class WholeCourse:
    """All of the course."""

    course: Course
    problems: tuple[str, ...]
    """What is wrong with its files, as sentences."""
    renamed: dict[str, str]
    """Ids that steps had once, and their own."""


class Opening:
    """Reads; what is done with it is the core's business."""

    def __init__(
        self, places: Places, problems: Sequence[str] = (), start_at: str | None = None
    ) -> None:
        """`problems` are those told before; `start_at` is the step asked for."""
        self._places = places
        self._problems = tuple(problems)
        self._start_at = start_at
        last = last_time(places.data)
        self.likely_start = read_step_header(
            places.lessons, start_at or (last.step if last else None)
        )
        """What it will most likely begin with, for the first frame: two small files."""
        self._entries: list[Entry] = []
        self._whole: WholeCourse | None = None
        self._progress_problems: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """What is known to be wrong by now."""
        course_problems = self._whole.problems if self._whole is not None else ()
        return (*self._problems, *course_problems, *self._progress_problems)

    def read_progress(self) -> Progress:
        """Read what the journals say."""
        self._entries, self._progress_problems = read_entries(self._places.data)
        return fold(self._entries)

    def first_step(self, progress: Progress) -> Step | None:
        """Read the step asked for, else that of the last place, else the first that is not done.
        None if its file is no step, or is not there: the whole course then says which."""
        from tutor.course.load import load_step

        wanted = self._start_at or (progress.place.step if progress.place else None)
        if wanted is None and self.likely_start is not None and not progress.done:
            wanted = self.likely_start[1].id
        return load_step(self._places.lessons, wanted) if wanted else None

    def read_whole(self) -> WholeCourse:
        """Read all of the course, or what is left of it. Broken steps are left out and told."""
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
        """Fold what the journals said, and what was `recorded` since, under the ids of today.

        Nothing is read a second time: answers given meanwhile would be lost, or counted twice.
        """
        return fold((*self._entries, *recorded), renamed)

    async def read_on(self) -> None:
        """Read the course with time for everything else after each step."""
        for _ in self._reading:
            await asyncio.sleep(BREATH_S)

    @cached_property
    def _reading(self) -> CourseReading:
        from tutor.course.load import CourseReading  # only once the first frame is out

        return CourseReading(self._places.lessons)


def first_open_step(course: Course, progress: Progress, start_at: str | None) -> Step | None:
    """The step asked for, else that of the last place, else the first that is not done."""
    steps = course.steps()
    place = progress.place
    for wanted in (start_at, place.step if place else None):
        step = course.find(wanted) if wanted else None
        if step is not None:
            return step
    open_steps = [step for step in steps if step.id not in progress.done]
    return next(iter((*open_steps, *steps)), None)
