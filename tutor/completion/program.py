"""The names of a program that is being written: the bindings of each, statement by statement.

Unchanged statements are not read again, and reading can pause after each statement, so that a long
program delays no keystroke. If a statement is no valid Python, its line at the cursor is left out.
Scopes are ignored: a name that is offered too often costs less than one that is missing.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from tutor.completion.bindings import Bindings, Source, bindings_in

MAX_CHARACTERS = 200_000
"""Maximum characters of a program; a longer one has no names."""


class Name(NamedTuple):
    """A binding of a name."""

    source: Source
    order: int
    """Index among all bindings."""
    row: int
    """First row of its statement; -1 for a given."""


Names: TypeAlias = Mapping[str, Sequence[Name]]
"""The bindings of each name, in order."""

Reading: TypeAlias = Generator[None, None, Names]


class ProgramReader:
    """Reads programs that run after the same givens."""

    def __init__(self, givens: str) -> None:
        self._givens = [bindings for _, bindings in _parsed(givens)]
        self._pieces: dict[str, Bindings] = {}

    def read(self, lines: Sequence[str], row: int) -> Reading:
        """Read a program with the cursor in that row, and return all names that it binds.

        Yields after each new statement, so that the reading can be given up.
        """
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
    """Yield first row and end of each top-level statement, judged by indentation."""
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
    """Return the bindings of a statement; if it is invalid, without the cursor's row."""
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
    except RecursionError:  # code that can be parsed may be nested too deeply to be unparsed
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
