"""Reading at the start of a session: progress, the first step, and then the outline of the course.

Part of the core. Each step is read from its own file when it is shown, the first one so that it is
on screen soon. The outline of the others is read after that, a few steps at a time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

from tutor.course.model import CourseOutline, Exercise, Step
from tutor.course.step_header import read_step_header
from tutor.paths import Places
from tutor.progress.fold import Progress, fold, read_entries
from tutor.progress.last_time import last_time
from tutor.session import late

if TYPE_CHECKING:
    from tutor.course.outline_reading import OutlineReading
    from tutor.progress.entries import Entry

BREATH_S = 0.002
"""Seconds of sleep between two pieces of work that can wait, in which a key has its turn."""

PIECE_S = 0.001
"""Seconds of such a piece, where it may be made as long as one likes."""

SOON = 64
"""Steps around the one on screen whose titles the outline shows at once, at most."""


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
        self._progress_problems: tuple[str, ...] = ()
        self._has_begun = False
        """True if any of the course has been read besides the first header."""

    @property
    def problems(self) -> tuple[str, ...]:
        course_problems: tuple[str, ...] = ()
        if self._has_begun:
            course_problems = tuple(map(str, self._reading.problems))
            is_missing = self.is_whole and self.outline.find(self._start_at or "") is None
            if self._start_at and is_missing:
                course_problems = (f"The step {self._start_at} cannot be shown.", *course_problems)
        return (*self._problems, *course_problems, *self._progress_problems)

    @property
    def outline(self) -> CourseOutline:
        return self._reading.outline()

    @property
    def is_whole(self) -> bool:
        return self._has_begun and self._reading.is_whole

    def read_progress(self) -> Progress:
        self._entries, self._progress_problems = read_entries(self._places.data)
        return fold(self._entries)

    def first_step(self, progress: Progress) -> Step | None:
        """Read the step asked for, else that of the last place, else the very first one.

        Return None if the step cannot be used, or if some steps are done but no place is known:
        only the outline then tells which step it is.
        """
        wanted = self._start_at or (progress.place.step if progress.place else None)
        if wanted is None and self.likely_start is not None and not progress.done:
            wanted = self.likely_start[1].id
        return self.load(wanted) if wanted else None

    def first_open_step(self, progress: Progress) -> Step | None:
        """Read the step asked for, else that of the last place, else the first not done.

        If all are done it is the first step, and one that cannot be used is passed over. None if
        there is no other.
        """
        place = progress.place.step if progress.place else None
        ids = [step.id for step in self.outline.steps()]
        open_ids = [step_id for step_id in ids if step_id not in progress.done]
        for step_id in dict.fromkeys((self._start_at, place, *open_ids, *ids)):
            if step_id and (step := self.load(step_id)) is not None:
                return step
        return None

    def load(self, step_id: str) -> Step | None:
        """Read a step from its file; return None if it cannot be used, which is a problem then."""
        return self._reading.load(step_id)

    async def other_exercises(self, step: Step) -> tuple[Exercise, ...]:
        await self.read_on(step.id, awaited=True)
        return tuple(
            exercise
            for each, exercise in self._reading.exercises()
            if each != step.id and (exercise.given.strip() or exercise.answer)
        )

    def earlier_exercises(self, step: Step) -> Iterator[Exercise]:
        """Yield the exercises of the steps before this one, as far as they have been read."""
        if self.is_whole:
            exercises = self._reading.exercises()
            yield from (each for _, each in takewhile(lambda found: found[0] != step.id, exercises))

    def renamed(self) -> dict[str, str]:
        """Return the present id of each step by its former one; none before all are read."""
        steps = self.outline.steps() if self.is_whole else ()
        return {step.was: step.id for step in steps if step.was}

    def progress_with(self, recorded: Sequence[Entry]) -> Progress:
        """Fold the journals' entries and those `recorded` since, under the present step ids.

        The journals are not read a second time: answers given since would be lost or counted twice.
        """
        return fold(self.entries_with(recorded), self.renamed())

    def entries_with(self, recorded: Sequence[Entry]) -> tuple[Entry, ...]:
        return (*self._entries, *recorded)

    def read_near(self, step_id: str | None) -> None:
        for _ in self._reading.nearest(step_id, SOON):
            pass

    def read_whole(self) -> None:
        for _ in self._reading.pieces():
            pass

    async def read_on(self, near: str | None, *, awaited: bool) -> None:
        """Read what is left of the outline, letting everything else run after some steps.

        Those around step `near` come first. It does not rest if it is `awaited`, as a check waits
        for it. Several tasks may read at once.
        """
        pause = time.perf_counter() + PIECE_S
        for _ in self._reading.pieces(near):
            if time.perf_counter() >= pause:
                await asyncio.sleep(0 if awaited else BREATH_S)
                pause = time.perf_counter() + PIECE_S

    @cached_property
    def _reading(self) -> OutlineReading:
        self._has_begun = True
        return late.outline_reading(self._places.lessons)
