"""What optimizers keep for the tensors that they train, such as a momentum, for key frames of it.

Reading it must not change it: an optimizer makes an entry for each tensor that its `state` is asked
for in the usual way. It is looked through once, and later only whether it is the same still.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeGuard

import torch
from torch import Tensor

from tutor.worker.torch_private import is_tensor

COUNT = "step"
"""The name under which an optimizer counts the steps that it has made with a tensor."""

MAX_STATES = 4
"""States of one tensor that are looked at."""

MAX_NAME = 100

_Dict = dict[Any, Any]


class TensorStates(NamedTuple):
    """What an optimizer keeps for one tensor, as a part of a flat tensor of all of it."""

    names: tuple[str, ...]
    begin: int
    end: int
    counter: int
    """The index of the count of its steps among all counts; -1 if there is none."""


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
        self._attributes = [(vars(each), vars(each).get("state")) for each in optimizers]
        self._seen: list[tuple[_Dict, list[object]]] = []
        """Dictionaries, with all that stood in them."""
        self.tensors: list[Tensor] = []
        self.by_place: dict[int, TensorStates] = {}
        self.size = 0
        """The number of elements of all of them."""
        self._counters: list[Tensor] = []
        own = [state for _, state in self._attributes if isinstance(state, dict)]
        self._seen += [(state, [*_values(state)]) for state in own]
        for place, tensor in trained:
            kept = next((found for state in own if _is_dict(found := _get(state, tensor))), None)
            if isinstance(kept, dict):
                self._seen.append((kept, [*_values(kept)]))
                self._add(place, tensor, kept)

    def is_current(self, optimizers: Sequence[torch.optim.Optimizer]) -> bool:
        """Return True if these optimizers keep the same tensors still."""
        if len(optimizers) != len(self._optimizers):
            return False
        for optimizer, known, (attributes, state) in zip(
            optimizers, self._optimizers, self._attributes, strict=True
        ):
            if optimizer is not known or attributes.get("state") is not state:
                return False
        for where, found in self._seen:
            if len(where) != len(found) or not all(map(_is, _values(where), found)):
                return False
        return True

    def counts(self) -> list[float]:
        """Return the steps that are counted now, by the index that `by_place` tells."""
        return [float(_item(each)) for each in self._counters]

    def _add(self, place: int, tensor: Tensor, kept: _Dict) -> None:
        begin, count, device = self.size, tensor.numel(), tensor.device
        names: list[str] = []
        for name, value in kept.items():
            is_named = type(name) is str and name != COUNT and len(name) <= MAX_NAME
            if is_named and len(names) < MAX_STATES and self._take(value, count, device):
                names.append(name)
        counter = -1
        count_of_steps = _counted(_get(kept, COUNT))
        if _is_dense(count_of_steps, 1, device):
            counter = len(self._counters)
            self._counters.append(count_of_steps)
        self.by_place[place] = TensorStates(tuple(names), begin, self.size, counter)

    def _take(self, value: object, count: int, device: torch.device) -> bool:
        """Take a tensor of so many elements, if there is room; return False if it is none."""
        if count > self._room or not _is_dense(value, count, device):
            return False
        self.tensors.append(value)
        self.size += count
        self._room -= count
        return True


def _counted(value: object) -> object:
    """Return the value as a tensor if it is a plain number: one that changes is another object."""
    return torch.tensor(float(value)) if isinstance(value, int | float) else value


def _is_dense(value: object, count: int, device: torch.device) -> TypeGuard[Tensor]:
    """Return True if it is a dense tensor of so many real numbers."""
    return (
        is_tensor(value)
        and value.numel() == count
        and value.layout is torch.strided
        and value.device == device
        and not value.is_complex()
    )


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)


_is = operator.is_
_item = Tensor.item
_get = dict.get
_values = dict.values
