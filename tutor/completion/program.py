"""The names of a program that is being written: what binds each, read statement by statement.

A statement that was there the last time is not read again, and reading goes bit by bit, so that a
long program costs no keystroke. In a statement that is no Python yet, the line of the cursor is
left out. Scopes are not told apart: a name that is offered too often costs less than one that is
missing.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from tutor.completion.bindings import Bindings, Source, bindings_in

MAX_CHARACTERS = 200_000
"""A longer program has no names."""


class Name(NamedTuple):
    """A binding of a name."""

    source: Source
    order: int
    """Its place among all bindings."""
    row: int
    """The row at which its statement begins; -1 for a given."""


Names: TypeAlias = Mapping[str, Sequence[Name]]
"""The bindings of each name, in their order."""

Reading: TypeAlias = Generator[None, None, Names]


class ProgramReader:
    """Reads programs that run after the same givens."""

    def __init__(self, givens: str) -> None:
        """Read programs that run after `givens`."""
        self._givens = [bindings for _, bindings in _parsed(givens)]
        self._pieces: dict[str, Bindings] = {}

    def read(self, lines: Sequence[str], row: int) -> Reading:
        """Read a program whose cursor is in that row, and return all names that it binds."""
        if sum(map(len, lines)) > MAX_CHARACTERS:
            lines = ()
        used: dict[str, Bindings] = {}
        found: list[tuple[int, Bindings]] = [(-1, each) for each in self._givens]
        for first, end in _piece_rows(lines):
            text = "\n".join(lines[first:end])
            if text not in self._pieces:
                at = row - first if first <= row < end else None
                self._pieces[text] = _bindings_of(text, at)
                yield
            used[text] = self._pieces[text]
            found.append((first, used[text]))
        self._pieces = used  # only at the end: a reading may be given up
        return _in_order(found)


def _in_order(found: Sequence[tuple[int, Bindings]]) -> Names:
    names: dict[str, list[Name]] = {}
    order = 0
    for row, bindings in found:
        for name, source in bindings:
            names.setdefault(name, []).append(Name(source, order, row))
            order += 1
    return names


def _piece_rows(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where each statement of the top level seems to begin and end."""
    first, is_decorated = 0, False
    for row, line in enumerate(lines):
        begins = line[:1].isidentifier() or line[:1] == "@"
        goes_on = line.startswith(("else", "elif", "except", "finally"))
        if begins and not goes_on and not is_decorated and row > first:
            yield first, row
            first = row
        if line.strip():
            is_decorated = line[:1] == "@" or (is_decorated and not begins)
    if lines:
        yield first, len(lines)


def _bindings_of(text: str, row: int | None) -> Bindings:
    """Return the bindings of a statement; if it is no Python, without the row of the cursor."""
    texts = [text]
    lines = text.split("\n")
    if row is not None:
        indent = lines[row][: len(lines[row]) - len(lines[row].lstrip())]
        for other in ("pass", "if 1:"):
            changed = (*lines[:row], indent + other, *lines[row + 1 :])
            texts.append("\n".join(changed))
    for each in texts:
        tree = _parse(each)
        if tree is not None:
            return _bindings_in(tree)
    return ()


def _bindings_in(tree: ast.Module) -> Bindings:
    try:
        return tuple(bindings_in(tree.body))
    except RecursionError:  # what can be parsed may be too deep to be written out again
        return ()


def _parsed(text: str) -> Iterator[tuple[int, Bindings]]:
    tree = _parse(text)
    for statement in tree.body if tree is not None else ():
        yield statement.lineno, tuple(bindings_in([statement]))


def _parse(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
