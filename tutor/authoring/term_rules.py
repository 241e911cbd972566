"""Rules of the linter for the terms of a course: each is defined once, and used in a step."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.authoring.key_rules import unknown_action
from tutor.course.model import Course, Lesson, Step
from tutor.course.problems import Problem, suggestion
from tutor.course.tables import problem_at
from tutor.course.terms import TERM_KEY
from tutor.session.words.key_names import actions_in
from tutor.toml_text import KeyPath


def check_terms(course: Course) -> list[Problem]:
    """Return the problems of the terms of all lessons, and of the concepts that name them."""
    problems: list[Problem] = []
    defined: dict[str, Lesson] = {}
    for lesson in course.lessons:
        problems += _defined_twice(lesson, defined)
        problems += _unknown_actions(lesson)
        defined |= {term.name: lesson for term in lesson.terms if term.name not in defined}
    for step in course.steps():
        problems += _undefined(step, list(defined))
    used = {concept for step in course.steps() for concept in step.concepts}
    for lesson in course.lessons:
        problems += _unused(lesson, used)
    return problems


def _undefined(step: Step, defined: list[str]) -> Iterator[Problem]:
    for index, concept in enumerate(step.concepts):
        if concept not in defined:
            message = f"no lesson.toml has a `[[term]]` named `{concept}`"
            yield problem_at(
                step.file, ("concepts", index), f"{message}{suggestion(concept, defined)}"
            )


def _defined_twice(lesson: Lesson, defined: dict[str, Lesson]) -> Iterator[Problem]:
    for index, term in enumerate(lesson.terms):
        if term.name in defined:
            message = f"`{term.name}` is defined in the lesson {defined[term.name].id} already"
            yield problem_at(lesson.file, (TERM_KEY, index, "name"), message)


def _unknown_actions(lesson: Lesson) -> Iterator[Problem]:
    for index, term in enumerate(lesson.terms):
        for name in actions_in(term.say):
            if (problem := unknown_action(name)) is not None:
                yield problem_at(lesson.file, (TERM_KEY, index, "say"), problem)


def _unused(lesson: Lesson, used: set[str]) -> Iterator[Problem]:
    for index, term in enumerate(lesson.terms):
        if term.name not in used:
            yield _warning(
                lesson, (TERM_KEY, index, "name"), f"no step has the concept `{term.name}`"
            )
    for index, concept in enumerate(lesson.concepts):
        if concept not in used:
            yield _warning(lesson, ("concepts", index), f"no step has the concept `{concept}`")


def _warning(lesson: Lesson, path: KeyPath, message: str) -> Problem:
    return problem_at(lesson.file, path, message, "warning")
