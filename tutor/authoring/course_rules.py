"""Rules of the linter that compare the steps of a course: on its terms, and on its wrong ideas."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from tutor.authoring.text_rules import is_print, unknown_action
from tutor.course.code import parse_program
from tutor.course.families import (
    FAMILY_FOLDER,
    IDEA_KEY,
    Family,
    family_file,
    family_names,
    name_of,
    read_family,
)
from tutor.course.kinds import kind_of
from tutor.course.model import Course, Lesson, Step
from tutor.course.problems import Problem, suggestion
from tutor.course.tables import problem_at
from tutor.course.terms import TERM_KEY
from tutor.session.words.key_names import actions_in
from tutor.toml_text import KeyPath

# Terms: each is defined once, and used in a step


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


# Families of wrong ideas: each idea is shared, and bound where it fits
#
# The loader reports what a step's binding lacks; the rules that run programs report whether the
# programs of a family are refused with its message. Here the steps of a course are compared.


def check_families(lessons: Path, course: Course) -> list[Problem]:
    """Return the problems of all families of a course, and of steps that should bind one."""
    steps = course.steps()
    problems: list[Problem] = []
    for name in family_names(lessons):
        family, faults = read_family(lessons, name)
        problems += faults
        if family is not None:
            bound = [step for step in steps if _binds(step, name)]
            problems += _hardly_used(family_file(lessons, name), name, family, bound)
            problems += _left_out(name, family, steps, bound)
            problems += _duplicates(bound)
    return list(dict.fromkeys(problems))  # two steps may share more than one family


def files_that_bind(course: Course, chosen: Sequence[Path]) -> list[Path]:
    """Return the files of the steps that bind one of the families among these files."""
    names = {file.stem for file in chosen if file.parent.name == FAMILY_FOLDER}
    return [
        step.file.resolve() for step in course.steps() if any(_binds(step, name) for name in names)
    ]


def _binds(step: Step, name: str) -> bool:
    return any(binding.use == name for binding in step.families)


def _hardly_used(file: Path, name: str, family: Family, bound: Sequence[Step]) -> Iterator[Problem]:
    """Yield a warning for each wrong idea that fewer than two steps have."""
    for index, idea in enumerate(family.ideas):
        having = [
            step.id
            for step in bound
            if any(
                binding.use == name and name_of(idea) not in binding.without
                for binding in step.families
            )
        ]
        if len(having) < 2:
            message = "no step uses it: remove it"
            if having:
                message = f"only the step `{having[0]}` uses it: move it there"
            yield problem_at(file, (IDEA_KEY, index), message, "warning")


def _left_out(
    name: str, family: Family, steps: Sequence[Step], bound: Sequence[Step]
) -> Iterator[Problem]:
    """Yield a warning for each step that uses a family's name without binding the family."""
    for step in steps:
        kind = kind_of(step)
        if not kind.has_solution or kind.has_only_moves or step in bound:
            continue  # only steps with written code can bind a family
        if found := sorted(_words_of(step.solution) & set(family.keys.found_in)):
            message = (
                f"the solution uses `{found[0]}`, but the step does not bind the family `{name}`"
            )
            yield problem_at(step.file, ("family",), message, "warning")


def _duplicates(bound: Sequence[Step]) -> Iterator[Problem]:
    """Yield a warning for each wrong idea that another step finds and words identically."""
    first: dict[tuple[str, ...], Step] = {}
    for step in bound:
        for index, item in enumerate(step.own_misconceptions):
            other = first.setdefault((item.id, item.say, item.when, item.raises), step)
            if other is not step and not item.wrong:
                message = f"is also in the step `{other.id}`: move it to a family of both"
                yield problem_at(step.file, ("misconception", index), message, "warning")


def _words_of(solution: str) -> set[str]:
    """Return the names in a program, without those in calls of print."""
    words: set[str] = set()
    waiting: list[ast.AST] = list(parse_program(solution).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt) and is_print(node):
            continue
        if isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
        waiting.extend(ast.iter_child_nodes(node))
    return words
