"""The course of a command and the steps that it names; without them the command exits."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from tutor.cli import late
from tutor.cli.telling import exit_wrong_use
from tutor.paths import Places, PlacesError, find_places

if TYPE_CHECKING:
    from tutor.course.model import Course, Step


def usable_course(places: Places) -> Course:
    """Return the course without its broken steps, whose problems go to standard error.

    Exit with a usage error if no step is left.
    """
    course, problems = late.load_course(places.lessons)
    for problem in problems:
        click.echo(str(problem), err=True)
    if not course.steps():
        exit_wrong_use(f"No step of {places.lessons} can be used; the problems are above.")
    return course


def complete_step(context: click.Context, _argument: click.Parameter, begun: str) -> list[str]:
    """Return the step ids with this prefix, for the shell; [] without lessons."""
    named = context.params.get("lessons") or context.find_root().params.get("lessons")
    try:
        lessons = find_places(named).lessons
    except PlacesError:
        return []
    return [step for step in late.step_ids(lessons) if step.startswith(begun)]


def find_step(course: Course, step_id: str) -> Step:
    """Return the step with this id; exit with a usage error if there is none."""
    step = course.find(step_id)
    if step is None:
        matches = get_close_matches(step_id, [each.id for each in course.steps()], n=1)
        hint = f"Did you mean `{matches[0]}`?" if matches else "`nntutor list` shows all steps."
        exit_wrong_use(f"There is no step `{step_id}`. {hint}")
    return step
