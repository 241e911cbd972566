"""The part of a file of several exercises that answers one of them. Pure; for `grade`.

Where another exercise begins is known by its given code, repeated word for word. What is found is
only a guess at what belongs together: it counts once it was run.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from tutor.course.code import NotPython, parse_program
from tutor.course.model import CodeStep
from tutor.grading.equivalence import aliases_of, is_import, normal_form
from tutor.grading.submission import (
    Submission,
    blanked,
    names_in,
    names_stored,
    program_names,
    read_submission,
)

_KEPT_STATEMENTS = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
)


MIN_ASSIGNMENTS = 2
"""Given assignments in a row that tell an exercise, where not all of its givens stand there."""


class Section(Struct, frozen=True):
    """Statements between two exercises' given codes."""

    alone: Submission
    """The whole file, with all that belongs to other exercises blanked out."""
    so_far: Submission
    """Only what comes after it is blanked out: it may need something from above."""
    first: int
    """The lines from here to `last` are the section, from 1."""
    last: int


def sections(step: CodeStep, submission: Submission, others: Sequence[str]) -> tuple[Section, ...]:
    """What may be the answer to the step, the later ones first. None if no other exercise's givens
    stand in the file, or no part binds what is asked for. `others` are the givens of the other
    steps."""
    own = _form(step.given, step.prelude)
    foreign = tuple(dict.fromkeys(_form(given, step.prelude) for given in others))
    borders = _borders(step, submission.statements, foreign)
    shared = own in foreign
    if not any(border.kind != "own" or (shared and border.at) for border in borders):
        return ()
    ranges = list(_own_ranges(len(submission.statements), borders))
    wanted = wanted_names(step)
    candidates = [
        range_
        for range_ in ranges
        if wanted <= _names_bound(submission.statements[range_.start : range_.end])
    ]
    chosen = candidates[::-1] if shared else candidates[-1:]
    return tuple(_as_section(step, submission, range_) for range_ in chosen)


def wanted_names(step: CodeStep) -> set[str]:
    """Names that the solution binds and a check asks for."""
    solution = {name for node in parse_program(step.solution).body for name in names_stored(node)}
    asked = (each for check in step.checks for each in (check.same, check.like, check.true))
    return solution & {name for expression in asked for name in names_in(expression)}


def _names_bound(statements: Sequence[ast.stmt]) -> set[str]:
    return {name for node in statements for name in names_stored(node)}


_Form = tuple[str, ...]


@lru_cache(maxsize=256)
def _form(code: str, prelude: str) -> _Form:
    """What the statements of lesson code but for imports mean."""
    try:
        body = parse_program(code).body
        names = aliases_of([*parse_program(prelude).body, *body])
    except NotPython:
        return ()
    return tuple(normal_form(node, names) for node in body if not is_import(node))


def _is_neutral(node: ast.stmt) -> bool:
    """A name alone, which a notebook shows, and an import, which may stand anywhere."""
    return is_import(node) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Name))


_BorderKind = Literal["own", "own and more", "other"]


class _Border(Struct, frozen=True):
    """Where an exercise begins: this many statements from there on repeat its givens."""

    at: int
    length: int
    kind: _BorderKind


def _borders(
    step: CodeStep, statements: Sequence[ast.stmt], others: Sequence[_Form]
) -> list[_Border]:
    own = _form(step.given, step.prelude)
    known = (step.given, step.solution, *step.also_right)
    answer = {each for code in known for each in _form(code, step.prelude)}
    foreign = [given for given in others if given not in ((), own)]
    names = program_names(step, statements)
    forms = ["" if _is_neutral(node) else normal_form(node, names) for node in statements]
    borders: list[_Border] = []
    at = 0
    while at < len(forms):
        ours = _match_given(forms, at, own, set())
        theirs = [_match_given(forms, at, given, answer) for given in foreign]
        longest = max(theirs, key=lambda match: match.length, default=_NO_MATCH)
        if ours.whole:
            more = any(match.whole and match.length > ours.length for match in theirs)
            borders.append(_Border(at, ours.length, "own and more" if more else "own"))
        elif ours.length or longest.length:
            kind: _BorderKind = "own" if ours.length >= longest.length else "other"
            borders.append(_Border(at, max(ours.length, longest.length), kind))
        # what goes on with another's givens begins no exercise
        at += max(1, ours.length, longest.length)
    return borders


class _GivenMatch(Struct, frozen=True):
    """How many statements repeat given ones, and whether those are all of them."""

    length: int
    whole: bool


_NO_MATCH = _GivenMatch(0, whole=False)


def _match_given(forms: Sequence[str], at: int, given: _Form, answer: set[str]) -> _GivenMatch:
    """Statements from there on that are the given's, in its order, others that say nothing among
    them. Some of several must be at least two assignments that are no part of the answer."""
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
    return _GivenMatch(length, whole) if whole or len(assignments) >= MIN_ASSIGNMENTS else _NO_MATCH


class _Range(Struct, frozen=True):
    """Statements from `start`, the first ones of which repeat the step's givens, to `end`."""

    start: int
    end: int
    repeated: int


def _own_ranges(count: int, borders: Sequence[_Border]) -> list[_Range]:
    """From where no other exercise has begun, or the step's own givens stand, to the next. One
    whose givens begin with these and go on is not meant, if there is anything else."""
    starts = [] if borders and borders[0].at == 0 else [_Border(0, 0, "own")]
    starts += borders
    ends = [*(border.at for border in starts[1:]), count]
    ranges: dict[_BorderKind, list[_Range]] = {"own": [], "own and more": [], "other": []}
    for border, end in zip(starts, ends, strict=True):
        if border.at < end:
            ranges[border.kind].append(_Range(border.at, end, border.length))
    return [*ranges["own and more"], *ranges["own"]]


def _as_section(step: CodeStep, submission: Submission, range_: _Range) -> Section:
    statements = submission.statements
    before = [n for n in statements[: range_.start] if not isinstance(n, _KEPT_STATEMENTS)]
    given = statements[range_.start : range_.start + range_.repeated]
    after = statements[range_.end :]
    return Section(
        read_submission(step, blanked(submission.source, (*before, *given, *after))),
        read_submission(step, blanked(submission.source, after)),
        statements[range_.start].lineno,
        statements[range_.end - 1].end_lineno or 0,
    )
