"""The numbers that optimizers keep for the tensors that they train, such as a momentum.

Reading them must not change them: indexing `state` makes an entry for each tensor. The states are
searched once, which takes 40 µs for four tensors of Adam, and later only compared with the objects
found then.
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
"""Maximum number of states of one tensor that are read."""
MAX_NAME = 100

_Dict = dict[Any, Any]


class TensorStates(NamedTuple):
    """The states of one tensor, as a part of a flat tensor of all of them."""

    names: tuple[str, ...] = ()
    begin: int = 0
    end: int = 0
    counter: int = -1
    """The index of the count of its steps among all counts; -1 if there is none."""


class OptimizerStates:
    """The dense states of some tensors that have the tensor's size.

    Overrides must be off.
    """

    def __init__(
        self,
        optimizers: Sequence[torch.optim.Optimizer],
        trained: Iterable[tuple[int, Tensor]],
        room: int,
    ) -> None:
        """Search the states; those after the first `room` numbers are left out."""
        self.tensors: list[Tensor] = []
        self.by_place: dict[int, TensorStates] = {}
        self.size = 0
        """The number of elements of all states."""
        self._room = room
        self._counters: list[Tensor] = []
        self._objects = _objects_of(optimizers)
        states = [state for state in self._objects[: len(optimizers)] if isinstance(state, dict)]
        for place, tensor in trained:
            found = (_get(state, tensor) for state in states)
            kept = next((each for each in found if isinstance(each, dict)), None)
            if kept is not None:
                self.by_place[place] = self._taken(tensor, kept)

    def is_current(self, optimizers: Sequence[torch.optim.Optimizer]) -> bool:
        """Return True if these optimizers still have the same state objects."""
        found = _objects_of(optimizers)
        return len(found) == len(self._objects) and all(map(operator.is_, found, self._objects))

    def counts(self) -> list[float]:
        """Return the present step counts, by the index `counter`."""
        return [float(_item(each)) for each in self._counters]

    def _taken(self, tensor: Tensor, kept: _Dict) -> TensorStates:
        begin, counter = self.size, -1
        names: list[str] = []
        for name, value in kept.items():
            is_named = type(name) is str and name != COUNT and len(name) <= MAX_NAME
            has_room = len(names) < MAX_STATES and tensor.numel() <= self._room
            if is_named and has_room and _is_dense(value, tensor.numel(), tensor.device):
                names.append(name)
                self.tensors.append(value)
                self.size += tensor.numel()
                self._room -= tensor.numel()
        count = _get(kept, COUNT)
        if isinstance(count, int | float):
            count = torch.tensor(float(count))  # a changed number is another object
        if _is_dense(count, 1, tensor.device):
            counter = len(self._counters)
            self._counters.append(count)
        return TensorStates(tuple(names), begin, self.size, counter)


def _objects_of(optimizers: Sequence[torch.optim.Optimizer]) -> list[object]:
    """Return the dictionaries of states, then all that they hold."""
    states = [vars(each).get("state") for each in optimizers]
    kept = [each for state in states if isinstance(state, dict) for each in _values(state)]
    values = [value for each in kept if isinstance(each, dict) for value in _values(each)]
    return [*states, *kept, *values]


def _is_dense(value: object, count: int, device: torch.device) -> TypeGuard[Tensor]:
    """Return True if it is a dense tensor of so many real numbers."""
    return (
        is_tensor(value)
        and value.numel() == count
        and value.layout is torch.strided
        and value.device == device
        and not value.is_complex()
    )


_item = Tensor.item
_get = dict.get
_values = dict.values
