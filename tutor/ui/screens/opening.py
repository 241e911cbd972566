"""What the screen begins with: the first step, progress, and as much of the course as is read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from tutor.config import Config
from tutor.course.glance import glance
from tutor.course.ladder import Help
from tutor.course.model import Course, Step
from tutor.paths import Places
from tutor.progress.fold import Progress, read_progress
from tutor.progress.last_time import last_time
from tutor.ui.remapping import NOTHING_REMAPPED, Remapped
from tutor.ui.screens.keeping import Keeper
from tutor.ui.signs import Signs

if TYPE_CHECKING:
    from tutor.client.interface import Client, OnState
    from tutor.course.load import CourseReading
    from tutor.course.problems import Problem


BREATH_S = 0.002
"""Between two pieces of work that can wait: a key comes to its turn."""


@dataclass(frozen=True)
class Setting:
    """All that a lesson screen is given from outside."""

    places: Places
    config: Config
    problems: Sequence[str]
    keeper: Keeper
    signs: Signs
    make_client: Callable[[OnState], Client]
    now: Callable[[], datetime]
    start_at: str | None = None
    reduced_motion: bool = False
    keys: Remapped = NOTHING_REMAPPED
    """The learner's own."""


@dataclass(frozen=True)
class Opened:
    """What was found."""

    course: Course
    progress: Progress = field(default_factory=Progress)
    problems: tuple[str, ...] = ()
    hints: dict[str, int] = field(default_factory=dict)
    """How many hints of each step are open, in earlier sittings and in this one."""
    solutions: dict[str, Help] = field(default_factory=dict)
    """How much of each step's solution is in sight, likewise."""
    is_whole: bool = False
    """Whether all steps were read. Before that the others of the lesson have no title."""


class Opening:
    """The step that is wanted comes first, from its own file; the whole course comes in turns after
    that, or at once where somebody asks for it."""

    def __init__(self, setting: Setting, when_whole: Callable[[], None]) -> None:
        """`when_whole` is called once, when `opened` has all of the course."""
        self._setting = setting
        self._when_whole = when_whole
        self.last = last_time(setting.places.data)
        """The sitting before; None if this is the first one."""
        wanted = setting.start_at or (self.last.step if self.last else None)
        self.seen = glance(setting.places.lessons, wanted)
        """The step that it will most likely begin with, for the first frame: two small files."""
        self.opened = Opened(self.seen[0] if self.seen else Course(title=""))
        self._progress_problems: tuple[str, ...] = ()

    def first_step(self) -> Step | None:
        """Reads progress and the step asked for, else that of the last place, else the first that
        is not done. None if there is no step at all."""
        progress, self._progress_problems = read_progress(self._setting.places.data)
        self.opened = replace(
            self.opened,
            progress=progress,
            problems=(*self._setting.problems, *self._progress_problems),
            hints=dict(progress.hints),
            solutions=dict(progress.solutions),
        )
        return self._step_alone(progress) or _first_step(self.whole(), self._setting.start_at)

    def whole(self) -> Opened:
        """All of the course. Broken steps are left out and told."""
        if not self.opened.is_whole:
            self._take(*self._reading.finish())
        return self.opened

    async def read_on(self) -> None:
        """The same, with time for everything else after each step."""
        for _ in self._reading:
            await asyncio.sleep(BREATH_S)
        self.whole()

    @cached_property
    def _reading(self) -> CourseReading:
        from tutor.course.load import CourseReading  # only once the first frame is out

        return CourseReading(self._setting.places.lessons)

    def _step_alone(self, progress: Progress) -> Step | None:
        from tutor.course.load import load_step

        wanted = self._setting.start_at or (progress.place.step if progress.place else None)
        if wanted is None and self.seen is not None and not progress.done:
            wanted = self.seen[1].id
        return load_step(self._setting.places.lessons, wanted) if wanted else None

    def _take(self, course: Course, problems: Sequence[Problem]) -> None:
        progress = self.opened.progress
        was = {step.was: step.id for step in course.steps() if step.was}
        if was:
            progress, self._progress_problems = read_progress(self._setting.places.data, was)
        told = (*self._setting.problems, *map(str, problems), *self._progress_problems)
        start_at = self._setting.start_at
        if start_at and course.find(start_at) is None:
            told = (f"The step {start_at} cannot be shown.", *told)
        hints = {**progress.hints, **self.opened.hints}
        solutions = {**progress.solutions, **self.opened.solutions}
        self.opened = Opened(course, progress, told, hints, solutions, is_whole=True)
        self._when_whole()


def _first_step(opened: Opened, start_at: str | None) -> Step | None:
    steps = opened.course.steps()
    place = opened.progress.place
    for wanted in (start_at, place.step if place else None):
        found = opened.course.find(wanted) if wanted else None
        if found is not None:
            return found
    open_steps = [step for step in steps if step.id not in opened.progress.done]
    return next(iter((*open_steps, *steps)), None)


def nothing_to_show(setting: Setting, problems: Sequence[str]) -> str:
    """What to say, and to do, when there is no step at all."""
    told = "\n".join(problems) or "course.toml names no lesson."
    return (
        f"There is no lesson to show in {setting.places.lessons}.\n\n{told}\n\n"
        "Name another folder with `nntutor --lessons DIR`, or repair these files. Ctrl+Q leaves."
    )
