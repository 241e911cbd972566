"""The output of `nntutor list`: all lessons and steps with the learner's progress, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Set

from tutor.authoring.json_lines import json_line
from tutor.course.model import Course


def listing(course: Course, done: Set[str]) -> Iterator[str]:
    """Yield lines for people: lessons with their steps, done ones ticked."""
    yield course.title
    for lesson in course.lessons:
        yield from ("", lesson.title)
        for step in lesson.steps:
            tick = "✓" if step.id in done else " "
            optional = "  (optional)" if step.optional else ""
            yield f"  {tick} {step.id:<22} {step.title}{optional}"


def listing_json(course: Course, done: Set[str]) -> Iterator[str]:
    """Yield lines for programs: a JSON object for each step."""
    for step in course.steps():
        record = {
            "lesson": step.lesson,
            "step": step.id,
            "kind": type(step).__struct_config__.tag,
            "title": step.title,
            "section": step.section,
            "optional": step.optional,
            "done": step.id in done,
        }
        yield json_line(record).decode().rstrip("\n")
