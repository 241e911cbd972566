"""What the screen begins with: the course as far as it can be read, progress, the first step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tutor.config import Config
from tutor.course.glance import glance
from tutor.course.model import Course, Step
from tutor.paths import Places
from tutor.progress.fold import Progress, read_progress
from tutor.progress.last_step import last_step
from tutor.ui.remapping import NOTHING_REMAPPED, Remapped
from tutor.ui.screens.keeping import Keeper
from tutor.ui.screens.running import Client, OnState
from tutor.ui.signs import Signs


@dataclass(frozen=True)
class Setting:
    """All that a lesson screen is given from outside."""

    places: Places
    config: Config
    problems: Sequence[str]
    keeper: Keeper
    signs: Signs
    make_client: Callable[[OnState], Client]
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


def glance_at(setting: Setting) -> tuple[Course, Step] | None:
    """The step that it will most likely begin with, for the first frame: two small files."""
    return glance(setting.places.lessons, setting.start_at or last_step(setting.places.data))


def open_course(setting: Setting) -> Opened:
    """Reads course and progress. Broken steps are left out and told."""
    from tutor.course.load import load_course_leniently  # only once the first frame is out

    course, problems = load_course_leniently(setting.places.lessons)
    was = {step.was: step.id for step in course.steps() if step.was}
    progress, progress_problems = read_progress(setting.places.data, was)
    told = (*setting.problems, *map(str, problems), *progress_problems)
    if setting.start_at and course.find(setting.start_at) is None:
        told = (f"The step {setting.start_at} cannot be shown.", *told)
    return Opened(course, progress, told, dict(progress.hints))


def first_step(opened: Opened, start_at: str | None) -> Step | None:
    """The step asked for, else the last place, else the first that is not done."""
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
