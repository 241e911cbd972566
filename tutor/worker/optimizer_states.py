"""What optimizers keep for the tensors that they train, such as a momentum, for key frames of it.

Reading it must not change it: an optimizer makes an entry for each tensor that its `state` is asked
for in the usual way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from tutor.worker.torch_private import is_tensor

COUNT = "step"
"""The name under which an optimizer counts the steps that it has made with a tensor."""

MAX_STATES = 4
"""States of one tensor that are looked at."""

MAX_NAME = 100


class KeptState(NamedTuple):
    """A tensor that an optimizer keeps for one that it trains."""

    place: int
    """The place of the trained tensor among the trained ones."""
    name: str
    tensor: Tensor


def states_of(
    optimizers: Sequence[torch.optim.Optimizer], trained: Iterable[tuple[int, Tensor]]
) -> Iterator[KeptState]:
    """Yield what the optimizers keep for these tensors, each with its place: dense numbers alone.

    That is what has as many elements as the tensor has, and the count of its steps. Overrides must
    be off.
    """
    own = [state for each in optimizers if isinstance(state := vars(each).get("state"), dict)]
    if not any(own):
        return
    for index, tensor in trained:
        for state in own:
            kept = dict.get(state, tensor)
            if isinstance(kept, dict):
                yield from _numbers_in(index, tensor, kept)
                break


def _numbers_in(index: int, tensor: Tensor, state: dict[Any, Any]) -> Iterator[KeptState]:
    count, device, left = tensor.numel(), tensor.device, MAX_STATES
    for name, value in dict.items(state):
        if type(name) is not str or len(name) > MAX_NAME:
            continue
        if type(value) is float or type(value) is int:
            value = tensor.new_tensor(float(value)) if name == COUNT else None
        if not is_tensor(value) or value.device != device or value.layout is not torch.strided:
            continue
        if value.numel() != (1 if name == COUNT else count) or value.is_complex():
            continue
        if left:
            left -= 1
            yield KeptState(index, name, value)
