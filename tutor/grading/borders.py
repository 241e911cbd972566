"""Find the beginnings of exercises in a file: repetitions of a step's given code.

It is matched statement by statement. `sections` decides which statements belong together.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from tutor.course.code import NotPython, parse_program
from tutor.course.model import CodeStep
from tutor.grading.equivalence import aliases_of, given_form, is_aside, is_import
from tutor.grading.submission import program_names

MIN_ASSIGNMENTS = 2
"""Consecutive given assignments that identify an exercise with incomplete givens."""

Form = tuple[str, ...]


@lru_cache(maxsize=256)
def form_of(code: str, prelude: str) -> Form:
    """Return the normal forms of lesson code without its imports; () if it is not Python."""
    try:
        body = parse_program(code).body
        names = aliases_of([*parse_program(prelude).body, *body])
    except NotPython:
        return ()
    return tuple(given_form(node, names) for node in body if not is_import(node))


def is_neutral(node: ast.stmt) -> bool:
    """Return True if the statement does not identify an exercise.

    Notebook output, prints and imports may be anywhere.
    """
    return is_import(node) or is_aside(node)


BorderKind = Literal["own", "own and more", "other"]


class Border(Struct, frozen=True):
    """The beginning of an exercise: `length` statements from `at` on repeat its givens."""

    at: int
    length: int
    kind: BorderKind


def borders(step: CodeStep, statements: Sequence[ast.stmt], others: Sequence[Form]) -> list[Border]:
    """Return the beginnings of exercises in the statements, of this step and of others.

    The step's own givens count if all of them are there, else those that match most statements.
    """
    own = form_of(step.given, step.prelude)
    known = (step.given, step.solution, *step.also_right)
    answer = {each for code in known for each in form_of(code, step.prelude)}
    foreign = [given for given in others if given not in ((), own)]
    names = program_names(step, statements)
    forms = ["" if is_neutral(node) else given_form(node, names) for node in statements]
    found: list[Border] = []
    at = 0
    while at < len(forms):
        ours = match_given(forms, at, own, set())
        theirs = [match_given(forms, at, given, answer) for given in foreign]
        longest = max(theirs, key=lambda match: match.length, default=_NO_MATCH)
        if ours.whole:
            more = any(match.whole and match.length > ours.length for match in theirs)
            found.append(Border(at, ours.length, "own and more" if more else "own"))
        elif ours.length or longest.length:
            kind: BorderKind = "own" if ours.length >= longest.length else "other"
            found.append(Border(at, max(ours.length, longest.length), kind))
        # A continuation of another step's givens begins no exercise: skip the longest match.
        at += max(1, ours.length, longest.length)
    return found


class GivenMatch(Struct, frozen=True):
    """Number of statements that repeat given ones, and True if these are all of them."""

    length: int
    whole: bool


_NO_MATCH = GivenMatch(0, whole=False)


def match_given(forms: Sequence[str], at: int, given: Form, answer: set[str]) -> GivenMatch:
    """Match the statements from `at` on with the given ones, in the order of these.

    Neutral statements may come between. If not all given ones match, the match counts only with
    `MIN_ASSIGNMENTS` assignments that are not part of the answer.
    """
    start = length = 0
    matched: list[str] = []
    for count, meaning in enumerate(forms[at:] if forms[at] else (), 1):
        if meaning and meaning not in given[start:]:
            break
        if meaning:
            start = given.index(meaning, start) + 1
            matched.append(meaning)
            length = count
    whole = bool(given) and len(matched) == len(given)
    assignments = [each for each in matched if each.startswith("Assign(") and each not in answer]
    return GivenMatch(length, whole) if whole or len(assignments) >= MIN_ASSIGNMENTS else _NO_MATCH
