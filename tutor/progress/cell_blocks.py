"""Cells of a notebook that belong together, since they answer one step, without an export's marks.

A block begins with the given code of a step, under another heading, or where the following code
binds all names that another step asks for. Nothing is run.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from tutor.course.code import NotPython, names_stored, parse_program
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, Course
from tutor.grading.borders import Form, form_of, is_neutral, match_given
from tutor.grading.equivalence import Aliases, aliases_of, given_form, is_import
from tutor.grading.free_names import names_bound
from tutor.grading.sections import asked_names
from tutor.grading.submission import first_line
from tutor.progress.notebook_cells import NotebookCell

_MAX_GIVEN = 400
"""Maximum statements in which given code is searched."""
_MAX_PIECES = 8
"""Maximum pieces of an answer that is identified only by its names."""


class CellPart(Struct, frozen=True, dict=True):
    """A cell, or a part of one that begins with the given code of a step."""

    cell: NotebookCell
    """The cell, with the name of the place where the piece begins."""
    code: str
    statements: tuple[ast.stmt, ...] = ()
    is_python: bool = True
    starts: tuple[CodeStep, ...] = ()
    """Steps whose given code it begins with."""

    @cached_property
    def bound(self) -> frozenset[str]:
        return frozenset(names_bound(self.statements))


class Block(Struct, frozen=True, dict=True):
    """Adjacent pieces that belong together."""

    pieces: tuple[CellPart, ...]
    named: tuple[CodeStep, ...] = ()
    """If it contains no given code: the steps whose names are all bound in it."""
    is_sure: bool = True
    """True if only one step asks for these names."""

    @property
    def starts(self) -> tuple[CodeStep, ...]:
        """The steps whose given code the block begins with."""
        return self.pieces[0].starts

    @property
    def cells(self) -> tuple[NotebookCell, ...]:
        """The places at which its cells, or its parts of cells, begin."""
        parts = groupby(self.pieces, key=lambda piece: piece.cell.number)
        return tuple(next(pieces).cell for _, pieces in parts)

    @property
    def code(self) -> str:
        return "\n\n".join(piece.code.strip("\n") for piece in self.pieces)

    @property
    def statements(self) -> tuple[ast.stmt, ...]:
        """The statements of all pieces, as far as they are Python."""
        return tuple(node for piece in self.pieces for node in piece.statements)

    @cached_property
    def bound(self) -> frozenset[str]:
        return _bound_by(self.pieces)


def blocks_of(
    course: Course, steps: Sequence[CodeStep], cells: Sequence[NotebookCell]
) -> Iterator[Block]:
    """Yield all blocks of the cells, in order; each piece of a cell is in one of them."""
    trees = [_parsed(cell.code) for cell in cells]
    imports = [node for tree in trees for node in tree or () if is_import(node)]
    names = aliases_of([*(_parsed(course.prelude) or ()), *imports])
    forms = {form: _having(form, steps) for form in _forms(course, steps)}
    pieces = [
        piece
        for cell, tree in zip(cells, trees, strict=True)
        for piece in _pieces(cell, tree, forms, names, by_paragraph=len(cells) == 1)
    ]
    claimed = {step.id for piece in pieces for step in piece.starts}
    free = [step for step in steps if step.id not in claimed and asked_names(step)]
    asked = Counter(map(asked_names, steps))
    telling = {step.id for step in free if len(asked_names(step)) > 1 == asked[asked_names(step)]}
    for run in _runs(pieces):
        yield from _split(run, free, telling)


def _bound_by(pieces: Iterable[CellPart]) -> frozenset[str]:
    return frozenset[str]().union(*(piece.bound for piece in pieces))


def _parsed(code: str) -> list[ast.stmt] | None:
    try:
        return parse_program(code).body
    except NotPython:
        return None


def _forms(course: Course, steps: Sequence[CodeStep]) -> list[Form]:
    forms = (form_of(step.given, course.prelude) for step in steps)
    return [form for form in dict.fromkeys(forms) if form]


def _having(form: Form, steps: Sequence[CodeStep]) -> tuple[CodeStep, ...]:
    return tuple(step for step in steps if form_of(step.given, step.prelude) == form)


def _pieces(
    cell: NotebookCell,
    tree: list[ast.stmt] | None,
    known: Mapping[Form, tuple[CodeStep, ...]],
    names: Aliases,
    *,
    by_paragraph: bool,
) -> Iterator[CellPart]:
    """Yield the parts of a cell: each begins with the given code of a step, or a paragraph."""
    if tree is None:
        yield CellPart(cell, cell.code, is_python=False)
        return
    forms = ["" if is_neutral(node) else given_form(node, names) for node in tree]
    lines = cell.code.split("\n")
    starts: tuple[CodeStep, ...] = ()
    start = line = at = 0
    while at < len(tree):
        length, found = _longest(forms[at : at + _MAX_GIVEN], known)
        border = tree[at - 1].end_lineno or 0 if at else 0
        begins = found or (by_paragraph and not "".join(lines[border : border + 1]).strip())
        if begins and (not at or border < first_line(tree[at])):
            if found and all(map(is_import, tree[start:at])):  # imports join the next code
                starts = found
            else:
                code = "\n".join(lines[line:border])
                place = _at_line(cell, lines, line)
                yield CellPart(place, code, tuple(tree[start:at]), starts=starts)
                start, line, starts = at, border, found
        at += max(1, length)
    place = _at_line(cell, lines, line)
    yield CellPart(place, "\n".join(lines[line:]), tuple(tree[start:]), starts=starts)


def _at_line(cell: NotebookCell, lines: Sequence[str], row: int) -> NotebookCell:
    """Return the cell, named by the place of its first line with code from `row` on.

    `lines` are those of the cell, split only once for all parts.
    """
    if not row:
        return cell
    row = next((at for at in range(row, len(lines)) if lines[at].strip()), row)
    name = f"line {cell.line + row}" if cell.line else f"{cell.name}, line {row + 1}"
    return replace(cell, name=name)


def _longest(
    forms: Sequence[str], known: Mapping[Form, tuple[CodeStep, ...]]
) -> tuple[int, tuple[CodeStep, ...]]:
    """Return the steps whose givens match the most statements, and the number of these."""
    length = 0
    found: tuple[CodeStep, ...] = ()
    for given, steps in known.items():
        if given[0] == forms[0]:
            match = match_given(forms, 0, given, set())
            if match.whole and match.length > length:
                length, found = match.length, steps
    return length, found


def _runs(pieces: Sequence[CellPart]) -> Iterator[list[CellPart]]:
    """Yield runs of pieces that no given code, heading or name of a tool separates."""
    run: list[CellPart] = []
    for piece in pieces:
        parted = run and (
            piece.starts
            or piece.cell.group != run[-1].cell.group
            or (piece.cell.ids and piece.cell.number != run[-1].cell.number)
        )
        if parted:
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _split(
    run: Sequence[CellPart], free: Sequence[CodeStep], telling: Collection[str]
) -> Iterator[Block]:
    """Yield the blocks of a run of pieces, in which names may mark an answer's beginning.

    Pieces after an answer belong to it, up to the next one, if it begins with given code or is
    under a heading. Elsewhere, or after other givens, they belong to no answer.
    """
    kept = _to_its_names(run) if run[0].starts else 0
    rest = run[kept:]
    parts = list(_by_names(rest, free))
    first = parts[0][0] if parts else len(rest)
    if kept:
        goes_on = _before_new_givens(rest[:first], run[0].starts)
        yield Block(tuple(run[: kept + goes_on]))
        if goes_on < first:
            yield Block(tuple(rest[goes_on:first]))
    elif first:
        yield Block(tuple(rest[:first]))
    for number, (begin, end, steps) in enumerate(parts):
        following = parts[number + 1][0] if number + 1 < len(parts) else len(rest)
        end = following if run[0].cell.group else end
        is_sure = len(steps) == 1 and steps[0].id in telling
        yield Block(tuple(rest[begin:end]), steps, is_sure)
        if end < following:
            yield Block(tuple(rest[end:following]))


def _to_its_names(run: Sequence[CellPart]) -> int:
    """Return the number of pieces until the step's names are bound; all if they never are."""
    bound: set[str] = set()
    for count, piece in enumerate(run, 1):
        bound |= piece.bound
        if any(asked_names(step) <= bound for step in run[0].starts):
            return count
    return len(run)


def _before_new_givens(pieces: Sequence[CellPart], steps: Sequence[CodeStep]) -> int:
    """Return the number of pieces before one that rebinds a name of the given code."""
    given = {name for step in steps for name in bound_names(step.given)}
    anew = (
        at
        for at, piece in enumerate(pieces)
        for node in piece.statements
        if isinstance(node, ast.Assign) and names_stored(node) & given
    )
    return next(anew, len(pieces))


def _by_names(
    pieces: Sequence[CellPart], free: Sequence[CodeStep]
) -> Iterator[tuple[int, int, tuple[CodeStep, ...]]]:
    """Yield begin, end and steps of pieces that bind all names for which a step asks."""
    begin = 0
    for end in range(1, len(pieces) + 1):
        begin = max(begin, end - _MAX_PIECES)
        named = _named(pieces[begin:end], free)
        if not named:
            continue
        while begin + 1 < end and _named(pieces[begin + 1 : end], free) == named:
            begin += 1
        yield begin, end, named
        begin = end


def _named(pieces: Sequence[CellPart], free: Sequence[CodeStep]) -> tuple[CodeStep, ...]:
    """Return the steps whose names the pieces bind, without those with fewer names."""
    bound = _bound_by(pieces)
    found = [step for step in free if asked_names(step) <= bound]
    return tuple(
        step for step in found if not any(asked_names(step) < asked_names(each) for each in found)
    )
