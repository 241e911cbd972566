"""Find the part of a file of several exercises that answers one of them.

Another exercise begins where its given code is repeated, statement by statement. A section is only
a guess at what belongs together, which counts once `grade` has had it run.
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
"""Statements above a section that stay, since the section may use them."""


MIN_ASSIGNMENTS = 2
"""Given assignments in a row that tell an exercise, if its givens are not complete."""


class Section(Struct, frozen=True):
    """The statements from one exercise's given code to the next one's."""

    alone: Submission
    """The whole file, with all that belongs to other exercises blanked out."""
    so_far: Submission
    """The file with only what follows blanked out: the section may need what is above."""
    first: int
    """Line of its first statement, from 1."""
    last: int
    """Line on which its last statement ends."""


def sections(step: CodeStep, submission: Submission, others: Sequence[str]) -> tuple[Section, ...]:
    """Return the sections that may answer the step, the likeliest first.

    There is at most one, unless another step has the same givens. There is none if no other
    exercise's givens stand in the file, or if no part binds what the step asks for. `others` are
    the givens of the other steps.
    """
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
    """Return the names that the solution binds and a check reads."""
    solution = {name for node in parse_program(step.solution).body for name in names_stored(node)}
    asked = (each for check in step.checks for each in (check.same, check.like, check.true))
    return solution & {name for expression in asked for name in names_in(expression)}


def _names_bound(statements: Sequence[ast.stmt]) -> set[str]:
    return {name for node in statements for name in names_stored(node)}


_Form = tuple[str, ...]


@lru_cache(maxsize=256)
def _form(code: str, prelude: str) -> _Form:
    """Return the normal forms of lesson code without its imports; empty if it is not Python."""
    try:
        body = parse_program(code).body
        names = aliases_of([*parse_program(prelude).body, *body])
    except NotPython:
        return ()
    return tuple(normal_form(node, names) for node in body if not is_import(node))


def _is_neutral(node: ast.stmt) -> bool:
    """Return True if the statement tells no exercise.

    A name alone is what a notebook shows, and an import may stand anywhere.
    """
    return is_import(node) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Name))


_BorderKind = Literal["own", "own and more", "other"]


class _Border(Struct, frozen=True):
    """The place where an exercise begins: `length` statements from `at` on repeat its givens."""

    at: int
    length: int
    kind: _BorderKind


def _borders(
    step: CodeStep, statements: Sequence[ast.stmt], others: Sequence[_Form]
) -> list[_Border]:
    """Return where exercises begin in the statements, this step's and others'.

    The step's own givens count where all of them stand, else those that match most statements.
    """
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
        # What goes on with another step's givens begins no exercise: skip the longest match.
        at += max(1, ours.length, longest.length)
    return borders


class _GivenMatch(Struct, frozen=True):
    """Number of statements that repeat given ones, and whether those are all of them."""

    length: int
    whole: bool


_NO_MATCH = _GivenMatch(0, whole=False)


def _match_given(forms: Sequence[str], at: int, given: _Form, answer: set[str]) -> _GivenMatch:
    """Match the statements from `at` on with the given ones, in the order of these.

    Neutral statements may stand among them. If not all of the given ones are matched, the match
    counts only with `MIN_ASSIGNMENTS` assignments that are no part of the answer.
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
    return _GivenMatch(length, whole) if whole or len(assignments) >= MIN_ASSIGNMENTS else _NO_MATCH


class _Range(Struct, frozen=True):
    """Statements `start` to `end`, of which the first `repeated` repeat the step's givens."""

    start: int
    end: int
    repeated: int


def _own_ranges(count: int, borders: Sequence[_Border]) -> list[_Range]:
    """Return the ranges of statements that may belong to the step, the best ones last.

    A range runs from where no other exercise has begun, or the step's own givens stand, to the next
    exercise. Where another step's givens begin with these and go on, that step is more likely
    meant.
    """
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
