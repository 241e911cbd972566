"""Find the part of a file of several exercises that answers one of them.

Another exercise begins where its given code is repeated, statement by statement. A section is only
a guess at what belongs together; `grade` runs it to confirm it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from tutor.course.code import names_in, names_stored, parse_program
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, Exercise
from tutor.grading.borders import Border, BorderKind, Form, borders, form_of, is_neutral
from tutor.grading.equivalence import is_import
from tutor.grading.free_names import free_names, names_bound, names_changed
from tutor.grading.once import once_for_each
from tutor.grading.submission import (
    Submission,
    blanked,
    names_bound_plainly,
    other_loops,
    read_submission,
)

KEPT_STATEMENTS = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
)
"""Statements that compute nothing: those above a section stay if it may use them."""


class Section(Struct, frozen=True):
    """The statements from one exercise's given code to the next one's."""

    submission: Submission
    """The file, with everything blanked out that the section does not need."""
    first: int
    """Line of its first statement, from 1."""
    last: int
    """Line on which its last statement ends."""
    is_sure: bool = False
    """True if it begins with the step's own given code."""
    can_refuse: bool = True
    """False if no other exercise was found, so that what is left out may be the mistake."""

    def covers(self, submission: Submission) -> bool:
        """Return True if the section contains all statements of the file."""
        return all(
            self.first <= node.lineno and (node.end_lineno or 0) <= self.last
            for node in submission.statements
        )


def sections(
    step: CodeStep,
    submission: Submission,
    others: Sequence[Exercise],
    *,
    with_own_givens: bool = True,
) -> tuple[Section, ...]:
    """Return the sections that may answer the step, the likeliest first.

    There is at most one, unless another step has the same givens. There is none if the file
    contains no other exercise's givens, or if no part binds a requested name and none is below its
    givens. `others` are the exercises of the other steps. With its own givens a section begins at
    the lines that make some in the learner's own way.
    """
    own = form_of(step.given, step.prelude)
    foreign = foreign_forms(step, others)
    found = borders(step, submission.statements, foreign)
    shared = own in foreign
    if not any(border.kind != "own" or (shared and border.at) for border in found):
        return ()
    if with_own_givens:
        found = _with_own_givens(step, submission.statements, found)
    ranges = list(_own_ranges(len(submission.statements), found))
    wanted = wanted_names(step)
    bound = [names_bound(submission.statements[each.start : each.end]) for each in ranges]
    # A part that lacks names may still be the whole answer, if the givens are above it.
    candidates = (
        [each for each, names in zip(ranges, bound, strict=True) if wanted <= names]
        or [
            each
            for each, names in zip(ranges, bound, strict=True)
            if each.repeated and wanted & names
        ]
        or [each for each in ranges if _goes_on(submission, each)]
    )
    chosen = candidates[::-1] if shared else candidates[-1:]
    return tuple(as_section(step, submission, range_) for range_ in chosen)


@once_for_each
def wanted_names(step: CodeStep) -> frozenset[str]:
    """Return the names that the solution binds and a check reads."""
    solution = {name for node in parse_program(step.solution).body for name in names_stored(node)}
    asked = (each for check in step.checks for each in (check.same, check.like, check.true))
    return frozenset(solution & {name for expression in asked for name in names_in(expression)})


@once_for_each
def asked_names(step: CodeStep) -> frozenset[str]:
    """Return the names that an answer must bind, by the checks or else by the task's text."""
    told = (name for name in bound_names(step.solution) if f"`{name}`" in step.text)
    return wanted_names(step) or frozenset(told)


def foreign_forms(step: CodeStep, others: Sequence[Exercise]) -> tuple[Form, ...]:
    """Return the normal forms of the givens of other steps, each once."""
    forms = (form_of(each.given, step.prelude) for each in others)
    return tuple(form for form in dict.fromkeys(forms) if form)


def binds_wanted(step: CodeStep, section: Section) -> bool:
    """Return True if the section binds any requested name."""
    wanted = wanted_names(step)
    return not wanted or bool(wanted & names_bound(section.submission.statements))


class StatementRange(Struct, frozen=True):
    """Statements `start` to `end`, of which the first `repeated` repeat the step's givens."""

    start: int
    end: int
    repeated: int


def _with_own_givens(
    step: CodeStep, statements: Sequence[ast.stmt], found: Sequence[Border]
) -> list[Border]:
    """Return the borders with the lines directly above that make givens in the learner's way.

    A copy of the given code that contains such a line is one exercise, and matches in two parts.
    """
    size = len(form_of(step.given, step.prelude))
    kept: list[Border] = []
    for border in found:
        last = kept[-1] if kept else Border(0, 0, "other")
        above = last.at + last.length
        start = border.at
        if border.kind != "other" and border.length < size:
            start = start_of_givens(step, statements, start, above)
            if start == above and last.kind != "other" and last.length < size:
                continue
        kept.append(border if start == border.at else Border(start, 0, border.kind))
    return kept


def start_of_givens(
    step: CodeStep, statements: Sequence[ast.stmt], start: int, least: int = 0
) -> int:
    """Return the start of the lines directly above a statement that make givens.

    Answers to earlier steps are not among them.
    """
    given = names_bound_plainly(step.given).difference(bound_names(step.before))
    for at in range(start - 1, least - 1, -1):
        if names_stored(statements[at]) & given:
            start = at
        elif not is_neutral(statements[at]):
            break
    return start


def _own_ranges(count: int, found: Sequence[Border]) -> list[StatementRange]:
    """Return the ranges of statements that may belong to the step, the best ones last.

    A range runs from the start, or the step's own givens, to the next exercise. If another step's
    givens begin with these and continue, that step is more likely meant.
    """
    starts = [] if found and found[0].at == 0 else [Border(0, 0, "own")]
    starts += found
    ends = [*(border.at for border in starts[1:]), count]
    ranges: dict[BorderKind, list[StatementRange]] = {"own": [], "own and more": [], "other": []}
    for border, end in zip(starts, ends, strict=True):
        if border.at < end:
            ranges[border.kind].append(StatementRange(border.at, end, border.length))
    return [*ranges["own and more"], *ranges["own"]]


def _goes_on(submission: Submission, range_: StatementRange) -> bool:
    """Return True if there is code of the learner's own below the repeated givens."""
    below = submission.statements[range_.start + range_.repeated : range_.end]
    return bool(range_.repeated) and not all(map(is_import, below))


def as_section(
    step: CodeStep, submission: Submission, range_: StatementRange, *, is_sure: bool = True
) -> Section:
    """Return the range as a section, with the statements above that bind names it reads.

    It surely belongs to the step only if it repeats the givens, too.
    """
    statements = submission.statements
    within = statements[range_.start : range_.end]
    own = _without_givens(step, submission, range_)
    loops = other_loops(step, [node for node in within if node not in own])
    needed = needed_above(step, statements[: range_.start], own)
    left = {*map(id, own), *map(id, needed)}
    rest = [node for node in statements if id(node) not in left]
    part = read_submission(step, blanked(submission.source, rest))
    return Section(
        replace(part, other_loops=(*part.other_loops, *loops)),
        statements[range_.start].lineno,
        statements[range_.end - 1].end_lineno or 0,
        is_sure=is_sure and range_.repeated > 0,
    )


def _without_givens(
    step: CodeStep, submission: Submission, range_: StatementRange
) -> list[ast.stmt]:
    """Return the statements of the range that repeat no given, if it were the whole file."""
    within = submission.statements[range_.start : range_.end]
    repeated = {id(node) for node in within[: range_.repeated]}
    outside = [*submission.statements[: range_.start], *submission.statements[range_.end :]]
    alone = read_submission(step, blanked(submission.source, outside))
    if not alone.parsed:
        return list(within[range_.repeated :])
    kept = {(node.lineno, node.col_offset) for node in alone.statements}
    return [
        node
        for node in within
        if id(node) not in repeated and (node.lineno, node.col_offset) in kept
    ]


def needed_above(
    step: CodeStep, above: Sequence[ast.stmt], section: Sequence[ast.stmt]
) -> list[ast.stmt]:
    """Return the statements above a section that it needs, and imports.

    It needs none of the givens: they run before it. Only required code of other exercises is
    returned, so that their loops are not mistaken for its own. A function or class of the learner's
    own comes before one of an earlier step.
    """
    given, before = set(bound_names(step.given)), set(bound_names(step.before))
    read = free_names(section)
    asked = asked_names(step)
    imported = {name for node in above if is_import(node) for name in names_stored(node)}
    needed: list[ast.stmt] = []
    for at, node in reversed([*enumerate(above)]):
        is_kept = isinstance(node, KEPT_STATEMENTS)
        wanted = (read - given) | asked if is_kept else read - given - before
        is_changed = (names_changed(node) - imported) & wanted and not (
            _read_in_all(above[: at + 1]) & given
        )
        if is_import(node) or names_stored(node) & wanted or is_changed:
            needed.append(node)
            if not is_import(node):
                read |= free_names([node])
    return needed


def _read_in_all(statements: Sequence[ast.stmt]) -> set[str]:
    """Return the names that the last statement reads, directly or through those above.

    A statement that changes a name by one of the step's givens used another exercise's.
    """
    read = free_names(statements[-1:])
    for node in reversed(statements[:-1]):
        if names_stored(node) & read:
            read |= free_names([node])
    return read
