"""The epochs of a program, counted in the losses that were recorded before each.

An epoch is a round of a loop around one that trains, in which an optimizer makes several steps.
"""

from __future__ import annotations

import ast
from array import array
from collections.abc import Callable

MAX_ROUNDS = 20_000
"""Rounds of one loop that are kept; later ones are left out."""
_TRAINING_CALLS = frozenset({"step", "backward", "grad"})

Count = Callable[[], tuple[int, int]]
"""Returns how many losses were recorded so far, and how many steps one optimizer has made."""


class LoopNotes:
    """The notes on the loops of a program that contain a training loop."""

    def __init__(self) -> None:
        self.count: Count = lambda: (0, 0)
        self.notes: list[LoopNote] = []

    def note(self) -> LoopNote:
        self.notes.append(LoopNote(self))
        return self.notes[-1]

    def untold(self) -> tuple[int, ...]:
        """Return the beginnings of epochs that were not returned yet."""
        found: list[int] = []
        for loop in self.notes:
            if loop.long_rounds > 1:
                found += loop.rounds[loop.told :]
                loop.told = len(loop.rounds)
        return tuple(sorted(found))

    @property
    def epoch(self) -> int:
        return sum(len(each.rounds) for each in self.notes)


class LoopNote:
    """The note on the rounds of one loop."""

    def __init__(self, loops: LoopNotes) -> None:
        self.is_live = True
        self.rounds = array("Q")
        """The count of losses before each round that recorded any."""
        self.told = 0
        self.long_rounds = 0
        """Number of rounds with more than one step."""
        self._loops = loops
        self._steps = 0

    def take(self, _root: object) -> None:
        """Add the round that begins."""
        count, steps = self._loops.count()
        if self.rounds:
            self.long_rounds += steps > self._steps + 1
        self._steps = steps
        if not self.rounds or count != self.rounds[-1]:
            self.rounds.append(count)
        self.is_live = len(self.rounds) < MAX_ROUNDS


def lines_of_epochs(tree: ast.Module) -> frozenset[int]:
    """Return the lines of the innermost loops that contain a training loop.

    May raise RecursionError.
    """
    nodes = ast.walk(tree)
    functions = {each.name: each for each in nodes if isinstance(each, ast.FunctionDef)}
    levels_of = dict.fromkeys(_TRAINING_CALLS, 0)
    lines: set[int] = set()

    def levels(node: ast.AST) -> int:
        """Return the most loops around a training call in the node, -1 if it has none."""
        found = [levels(child) for child in ast.iter_child_nodes(node)]
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if name in functions and name not in levels_of:
                    levels_of[name] = -1  # the function may call itself
                    levels_of[name] = levels(functions[name])
                found.append(levels_of.get(name, -1))
        most = max(found, default=-1)
        if isinstance(node, ast.For | ast.While) and most >= 0:
            most += 1
            if most == 2:
                lines.add(node.lineno)
        return most

    levels(tree)
    return frozenset(lines)
