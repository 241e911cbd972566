"""Finds the loss of each step if several backward passes come before it.

In most programs a step follows each backward pass, and its loss is the last one. If two passes
come before two steps, each step gets the loss of the pass that reaches its parameters. Finding
these takes longer than a small backward pass, so it is done once for each place of the program.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Collection
from typing import NamedTuple

from torch import Tensor

from tutor.worker.stack import EXERCISE_FILE
from tutor.worker.torch_private import graph_leaves

Place = tuple[int, int]
"""The identity of the code that begins a backward pass, and the instruction."""

MAX_PLACES = 100
MAX_PENDING = 8
"""Maximum number of losses that wait for a step; of more, the latest are kept."""
FIRST_BACKWARDS = 64
"""Maximum number of passes before the first step that are examined: a step may still follow."""
_GRAPH_NODES = 2_000


class _Pending(NamedTuple):
    loss: float
    output: weakref.ref[Tensor]
    place: Place


class PendingLosses:
    """The losses since the last step, as long as there may be several for one step."""

    def __init__(self) -> None:
        self.are_apart = False
        """True once passes at different places have come before one step."""
        self.looks = FIRST_BACKWARDS
        """Number of further backward passes to examine even if `are_apart` is False."""
        self._entries: list[_Pending] = []
        self._has_stepped = False
        """True if a step has come since the last entry."""
        self._leaves_at: dict[Place, frozenset[int]] = {}

    @property
    def is_quiet(self) -> bool:
        """True if each step takes the last loss."""
        return not self.are_apart and self.looks <= 0

    def add(self, loss: float, output: Tensor) -> None:
        """Add the loss of a backward pass that began at this tensor and has just ended."""
        if self.is_quiet:
            return
        self.looks -= 1
        if self._has_stepped:
            self._entries.clear()
            self._has_stepped = False
        place = _place()
        self.are_apart |= any(each.place != place for each in self._entries)
        self._entries.append(_Pending(loss, weakref.ref(output), place))
        del self._entries[:-MAX_PENDING]

    def take(self, latest: float | None, parameters: Collection[Tensor]) -> float | None:
        """Return the loss of a step of these parameters, `latest` if there is no choice."""
        if not self._entries:
            return latest
        self._has_stepped = True
        if not self.are_apart:
            self._entries.clear()
            return latest
        entry = self._chosen({*map(id, parameters)})
        if entry is None:
            return None
        self._entries.remove(entry)
        return entry.loss

    def _chosen(self, wanted: set[int]) -> _Pending | None:
        """Return the latest entry among those that reach the fewest unwanted parameters."""
        chosen: tuple[int, _Pending] | None = None
        for entry in self._entries:
            leaves = self._leaves(entry, wanted)
            others = len(leaves - wanted)
            if leaves & wanted and (chosen is None or others <= chosen[0]):
                chosen = others, entry
        return chosen[1] if chosen is not None else None

    def _leaves(self, entry: _Pending, wanted: set[int]) -> frozenset[int]:
        known = self._leaves_at.get(entry.place, frozenset())
        output = entry.output()
        if known & wanted or output is None or len(self._leaves_at) >= MAX_PLACES:
            return known
        leaves = frozenset(map(id, graph_leaves((output,), _GRAPH_NODES)))
        self._leaves_at[entry.place] = leaves
        return leaves


def _place() -> Place:
    """Return the place in the program that began the present backward pass."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename != EXERCISE_FILE:
        frame = frame.f_back
    return id(frame.f_code), frame.f_lasti
