"""What optimizers keep for the tensors that they train, such as a momentum, for key frames of it.

Reading it must not change it: an optimizer makes an entry for each tensor that its `state` is asked
for in the usual way. It is looked through once, and later only whether it is the same still.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from tutor.worker.torch_private import is_tensor

COUNT = "step"
"""The name under which an optimizer counts the steps that it has made with a tensor."""

MAX_STATES = 4
"""States of one tensor that are looked at."""

MAX_NAME = 100

_Dict = dict[Any, Any]


class StateSlice(NamedTuple):
    """Numbers that an optimizer keeps for the tensor at this place, in a flat tensor of them."""

    place: int
    name: str
    size: int


class OptimizerStates:
    """What some optimizers keep for some tensors, each given with its place: dense numbers alone.

    That is what has as many elements as the tensor has, and the count of its steps. Overrides must
    be off.
    """

    def __init__(
        self,
        optimizers: Sequence[torch.optim.Optimizer],
        trained: Iterable[tuple[int, Tensor]],
        room: int,
    ) -> None:
        """Look through the states; what comes after `room` numbers is left out."""
        self._optimizers = [*optimizers]
        self._room = room
        self._found: list[tuple[_Dict, object, object]] = []
        """Dictionaries, each with a key and what stood there."""
        self._lengths: list[tuple[_Dict, int]] = []
        self._counted: list[tuple[int, _Dict]] = []
        """The places of tensors, and the states in which their steps are counted by a number."""
        self.tensors: list[Tensor] = []
        self.slices: list[StateSlice] = []
        states = [self._look(vars(each), "state") for each in optimizers]
        own = [state for state in states if isinstance(state, dict)]
        for place, tensor in trained:
            for state in own:
                kept = self._look(state, tensor)
                if isinstance(kept, dict):
                    self._add(place, tensor, kept)
                    break

    def is_current(self, optimizers: Sequence[torch.optim.Optimizer]) -> bool:
        """Return True if these optimizers still keep the same tensors under the same names."""
        return (
            len(self._optimizers) == len(optimizers)
            and all(map(operator.is_, self._optimizers, optimizers))
            and all(_get(where, key) is found for where, key, found in self._found)
            and all(len(where) == length for where, length in self._lengths)
        )

    def counts(self) -> dict[int, float]:
        """Return the steps that are counted by a plain number now, by the place of the tensor."""
        numbers = ((place, _number(_get(kept, COUNT))) for place, kept in self._counted)
        return {place: float(number) for place, number in numbers if number is not None}

    def _look(self, where: _Dict, key: object) -> object:
        found = _get(where, key)
        self._found.append((where, key, found))
        return found

    def _add(self, place: int, tensor: Tensor, kept: _Dict) -> None:
        self._lengths.append((kept, len(kept)))
        if _number(_get(kept, COUNT)) is not None:
            self._counted.append((place, kept))
        taken = 0
        for name in kept:
            if type(name) is not str or len(name) > MAX_NAME:
                continue
            value: Any = _get(kept, name)
            size = 1 if name == COUNT else tensor.numel()
            if not _is_fitting(value, size, tensor) or taken == MAX_STATES or size > self._room:
                continue
            taken, self._room = taken + 1, self._room - size
            self._found.append((kept, name, value))
            self.tensors.append(value)
            self.slices.append(StateSlice(place, name, size))


def _is_fitting(value: object, size: int, tensor: Tensor) -> bool:
    return (
        is_tensor(value)
        and value.layout is torch.strided
        and value.numel() == size
        and value.device == tensor.device
        and not value.is_complex()
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


_get = dict.get
