"""The rounds of a program's loops, counted in the losses that were recorded before each.

An epoch is a round in which an optimizer makes several steps, of a loop that contains no such loop
itself. The notes are those with which a program is compiled to tell its shapes.
"""

from __future__ import annotations

import ast
import functools
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import TypeAlias

from tutor.worker.note_bindings import BindingNote
from tutor.worker.training_calls import TRAINING_CALLS, called_in, functions_calling

MAX_ROUNDS = 20_000
"""Rounds of one loop that are kept; later ones are left out."""
MAX_IDLE = 256
"""Rounds with at most one step after which a loop is followed no more, if none had more."""

_Loop: TypeAlias = ast.For | ast.While

Count = Callable[[], tuple[int, int]]
"""Returns how many losses were recorded so far, and how many steps one optimizer has made."""


class _NothingBound:
    """The note on what a `while` loop binds."""

    is_live = False

    def take(self, root: object) -> None:
        """Ignore it: the loop binds no name."""


class LoopNote:
    """The note on a loop, which passes on what its note on shapes wants to know."""

    __slots__ = ("_count", "_idle", "_inner", "_long_rounds", "_steps", "is_live", "line", "rounds")

    def __init__(self, line: int, inner: BindingNote, count: Count) -> None:
        self.line = line
        self.is_live = True
        """Whether the rounds or the shapes are still followed."""
        self.rounds = array("Q")
        """The losses that were recorded before each round that has made any."""
        self._long_rounds = 0
        """Rounds that have made more than one step."""
        self._steps = 0
        """The steps before the round that is under way."""
        self._inner = inner
        self._count = count
        self._idle = 0

    @property
    def is_of_epochs(self) -> bool:
        """Whether its rounds make several steps."""
        return self._long_rounds > 1

    def take(self, root: object) -> None:
        """Take note of a round that begins."""
        inner = self._inner
        if inner.is_live:
            inner.take(root)
        if len(self.rounds) < MAX_ROUNDS and (self._long_rounds or self._idle < MAX_IDLE):
            self._add_round(*self._count())
        else:
            self.is_live = inner.is_live

    def _add_round(self, count: int, steps: int) -> None:
        self._idle += 1
        if self.rounds:
            self._long_rounds += steps > self._steps + 1
        self._steps = steps
        if not self.rounds or count != self.rounds[-1]:
            self.rounds.append(count)

    def contains(self, other: LoopNote) -> bool:
        """Return True if the last whole round of this loop had two rounds of the other one."""
        if len(self.rounds) < 2 or other is self:
            return False
        start, end = (bisect_left(other.rounds, count) for count in self.rounds[-2:])
        return end - start >= 2


class LoopNotes:
    """The notes on all loops of a program."""

    def __init__(self, source: str = "") -> None:
        self.count: Count = _nothing
        self._source = source
        self._notes: list[LoopNote] = []
        self._told: dict[int, int] = {}
        """How many rounds were told of each loop, by its line."""

    def note(self, line: int, inner: BindingNote | None = None) -> BindingNote:
        """Return the note on the loop in that line, around the note on what it binds, if any."""
        self._notes.append(LoopNote(line, inner or _NothingBound(), lambda: self.count()))
        return self._notes[-1]

    @property
    def notes(self) -> tuple[LoopNote, ...]:
        """All of them, in the order in which they were made."""
        return tuple(self._notes)

    def untold(self) -> tuple[int, ...]:
        """Return the beginnings of epochs that were not returned yet."""
        found: list[int] = []
        for loop in self._loops_of_epochs():
            found += loop.rounds[self._told.get(loop.line, 0) :]
            self._told[loop.line] = len(loop.rounds)
        return tuple(sorted(found))

    @property
    def has_epochs(self) -> bool:
        """Whether the program has a loop around one that trains."""
        return bool(self._notes) and bool(lines_of_epochs(self._source))

    @property
    def epoch(self) -> int:
        """How many rounds such loops have begun."""
        if not self._notes:
            return 0
        lines = lines_of_epochs(self._source)
        return sum(len(each.rounds) for each in self._notes if each.line in lines)

    def _loops_of_epochs(self) -> list[LoopNote]:
        loops = [each for each in self._notes if each.is_of_epochs]
        if loops:
            lines = lines_that_train(self._source)
            loops = [each for each in loops if each.line in lines]
        return [each for each in loops if not any(map(each.contains, loops))]


def _nothing() -> tuple[int, int]:
    return 0, 0


@functools.lru_cache(maxsize=2)
def lines_that_train(source: str) -> frozenset[int]:
    """Return the lines of the loops that train, themselves or by a function they call."""
    tree = _parsed(source)
    return frozenset(_line_of(each) for each in _loops_calling(tree, TRAINING_CALLS))


@functools.lru_cache(maxsize=2)
def lines_of_epochs(source: str) -> frozenset[int]:
    """Return the lines of the loops that contain one that trains, and no such loop."""
    tree = _parsed(source)
    training = _loops_calling(tree, TRAINING_CALLS)
    outer = [each for each in training if _contains_any(tree, each, training)]
    inner = [each for each in outer if not _contains_any(tree, each, outer)]
    return frozenset(_line_of(each) for each in inner)


def _line_of(loop: _Loop) -> int:
    return loop.target.lineno if isinstance(loop, ast.For) else loop.lineno


def _contains_any(tree: ast.Module, loop: _Loop, others: list[_Loop]) -> bool:
    """Return True if one of the other loops lies in this one, or in a function that it calls."""
    if any(each is not loop and each in others for each in ast.walk(loop)):
        return True
    with_loops = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(each in others for each in ast.walk(node))
    }
    return (
        not functions_calling(tree, with_loops).isdisjoint(called_in(loop)) if with_loops else False
    )


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _loops_calling(tree: ast.Module, names: Iterable[str]) -> list[_Loop]:
    calling = functions_calling(tree, names)
    loops = (node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While))
    return [each for each in loops if not calling.isdisjoint(called_in(each))]
