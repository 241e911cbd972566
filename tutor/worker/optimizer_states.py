"""The numbers that optimizers keep for the tensors that they train, such as a momentum.

Reading them must not change them: an optimizer makes an entry for each tensor that its `state` is
asked for in the usual way.
"""

from __future__ import annotations

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


class TensorStates(NamedTuple):
    """The states of one tensor, as a part of a flat tensor of all of them."""

    names: tuple[str, ...] = ()
    begin: int = 0
    end: int = 0
    steps: float = 0.0
    """The steps that the optimizer has counted."""


class OptimizerStates:
    """The states of some tensors, each given with its place: dense ones of the tensor's size.

    Overrides must be off.
    """

    def __init__(
        self,
        optimizers: Sequence[torch.optim.Optimizer],
        trained: Iterable[tuple[int, Tensor]],
        room: int,
    ) -> None:
        """Look through the states; what comes after `room` numbers is left out."""
        self.tensors: list[Tensor] = []
        self.by_place: dict[int, TensorStates] = {}
        self.size = 0
        """The number of elements of all of them."""
        self._room = room
        found = (vars(each).get("state") for each in optimizers)
        states = [state for state in found if isinstance(state, dict) and state]
        for place, tensor in trained if states else ():
            found_in = (_get(state, tensor) for state in states)
            kept = next((own for own in found_in if isinstance(own, dict)), None)
            if kept is not None:
                self.by_place[place] = self._taken(tensor, kept)

    def _taken(self, tensor: Tensor, kept: dict[Any, Any]) -> TensorStates:
        begin = self.size
        names: list[str] = []
        for name, value in kept.items():
            is_named = type(name) is str and name != COUNT and len(name) <= MAX_NAME
            if is_named and len(names) < MAX_STATES and self._take(value, tensor):
                names.append(name)
        return TensorStates(tuple(names), begin, self.size, _counted(_get(kept, COUNT)))

    def _take(self, value: object, tensor: Tensor) -> bool:
        """Take a state if it is dense and there is room; return False if not."""
        count = tensor.numel()
        if count > self._room or not is_tensor(value) or value.numel() != count:
            return False
        if value.layout is not torch.strided or value.device != tensor.device or value.is_complex():
            return False
        self.tensors.append(value)
        self.size += count
        self._room -= count
        return True


def _counted(value: object) -> float:
    if is_tensor(value):
        return float(_item(value)) if value.numel() == 1 else 0.0
    return float(value) if isinstance(value, int | float) else 0.0


_item = Tensor.item
_get = dict.get
