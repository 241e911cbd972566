"""The optimizers of a program, told apart: each has its own curve of losses.

One that is made anew for the same parameters goes on with the curve of the one before.
"""

from __future__ import annotations

import weakref
from typing import NamedTuple

import torch
from torch import Tensor

from tutor.worker.guard import type_name
from tutor.worker.shown_losses import MAX_OPTIMIZERS
from tutor.worker.trace import Tensors


class OptimizerKind(NamedTuple):
    """What an optimizer is known by: its class and its parameters."""

    type_name: str
    first: weakref.ref[Tensor] | None
    """Its first parameter."""
    size: int
    """The number of its parameters."""

    def fits(self, other: OptimizerKind) -> bool:
        """Return True if both are of one class and have the same parameters."""
        mine, theirs = (each.first() if each.first else None for each in (self, other))
        return mine is theirs and (self.type_name, self.size) == (other.type_name, other.size)


class OptimizerCurves:
    """The optimizers that have stepped, in the order of their first steps."""

    __slots__ = ("kinds",)

    def __init__(self) -> None:
        self.kinds: list[OptimizerKind] = []

    def index_of(self, optimizer: torch.optim.Optimizer, parameters: Tensors) -> int:
        """Return the optimizer's index, a new one if it is not known yet.

        After `MAX_OPTIMIZERS` of them, all others have the same.
        """
        first = weakref.ref(parameters[0]) if parameters else None
        kind = OptimizerKind(type_name(optimizer), first, len(parameters))
        for index, known in enumerate(self.kinds):
            if known.fits(kind):
                return index
        if len(self.kinds) < MAX_OPTIMIZERS:
            self.kinds.append(kind)
            return len(self.kinds) - 1
        return MAX_OPTIMIZERS
