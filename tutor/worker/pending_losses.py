"""The losses of backward passes that no optimizer has used yet, and which optimizer uses which.

In most programs a step follows each backward pass, and its loss is the last one. Where two passes
come before two steps, the parameters that each pass reaches tell whose loss it is. Finding them
takes longer than a small backward, so that it is done once for each place of the program.
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
"""Losses that are kept apart; of more, the latest."""
FIRST_BACKWARDS = 64
"""Passes before the first step that are looked at: a step may be yet to come."""
_GRAPH_NODES = 2_000


class _Pending(NamedTuple):
    loss: float
    output: weakref.ref[Tensor]
    place: Place


class PendingLosses:
    """The losses since the last step, of which each step takes one."""

    __slots__ = (
        "_are_apart",
        "_entries",
        "_has_stepped",
        "_leaves_at",
        "_looks",
        "_steps",
        "is_quiet",
        "latest",
    )

    def __init__(self) -> None:
        self.latest: float | None = None
        """The loss of the last backward pass, None once a step has taken it."""
        self.is_quiet = False
        """Whether nothing but `latest` has to be followed: each step takes it, and another backward
        may set it where it is None. Whoever does so calls neither `add` nor `take`."""
        self._are_apart = False
        """Whether two backward passes at different places have come before one step."""
        self._entries: list[_Pending] = []
        self._has_stepped = False
        """Whether a step has come since the last entry."""
        self._steps = False
        """Whether there has ever been a step."""
        self._looks = FIRST_BACKWARDS
        """Backward passes that are still looked at, whatever comes between them."""
        self._leaves_at: dict[Place, frozenset[int]] = {}

    def add(self, loss: float, output: Tensor) -> None:
        """Add the loss of a backward pass that began at this tensor and has just ended."""
        if self.latest is not None and self._steps:
            self._looks = 2  # the first of the next two is to be known, too
        if self._are_apart or self._looks > 0:
            self._looks -= 1
            self.is_quiet = False
            self._add_entry(loss, output)
        self.latest = loss

    def take(self, parameters: Collection[Tensor] | None) -> float | None:
        """Return the loss of a step of the optimizer with these parameters; None if there is none.

        With None for the parameters it is the latest loss.
        """
        loss, self.latest = self.latest, None
        if not self._steps:
            self._steps, self._looks = True, 0
        if self._entries:
            self._has_stepped = True
            if parameters is not None and self._are_apart:
                return self._taken_by(parameters)
            self._entries.clear()
        self.is_quiet = not self._are_apart and self._looks <= 0
        return loss

    def _taken_by(self, parameters: Collection[Tensor]) -> float | None:
        entry = self._chosen({*map(id, parameters)})
        if entry is not None:
            self._entries.remove(entry)
        return None if entry is None else entry.loss

    @property
    def are_apart(self) -> bool:
        """Whether it matters of which optimizer a step is."""
        return self._are_apart

    def _add_entry(self, loss: float, output: Tensor) -> None:
        if self._has_stepped:
            self._entries.clear()
            self._has_stepped = False
        place = _place()
        self._are_apart |= any(each.place != place for each in self._entries)
        self._entries.append(_Pending(loss, weakref.ref(output), place))
        del self._entries[:-MAX_PENDING]

    def _chosen(self, wanted: set[int]) -> _Pending | None:
        """Return the latest of the entries that reach the fewest parameters besides the wanted."""
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
    """Return where the program has begun the backward pass that has just ended."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename != EXERCISE_FILE:
        frame = frame.f_back
    return id(frame.f_code), frame.f_lasti
