"""Copies of parameters and gradients around optimizer steps and backward passes, within a limit.

The recorder decides when to copy, and the vocabulary reads what a tensor was. Only the first steps
of a long training are copied: copying at each step would make it an eighth slower.
"""

from __future__ import annotations

from typing import Any, TypeGuard

import torch
from torch import Tensor

from tutor.worker.guard import type_name
from tutor.worker.tensor_numbers import gradients_of, plain_tensors, size_in_bytes
from tutor.worker.torch_private import copy_into, is_tensor
from tutor.worker.trace import StepRecord, Tensors

WHOLE_STEPS = 200
"""Steps that are logged with their tensors, as long as these fit into `WHOLE_BYTES`."""

WHOLE_BYTES = 32 * 1024 * 1024
"""Size of all copied tensors together."""

MAX_STEPS = 1_000
"""Steps that are logged at all, with tensors or without."""


class Moment:
    """The values and gradients of some tensors at one moment, copied into memory of its own.

    The memory can be used again for a later moment. `values` is in the order of `tensors`.
    """

    def __init__(self, tensors: Tensors) -> None:
        self.tensors = tensors
        self.values = [torch.empty_like(tensor) for tensor in plain_tensors(tensors)]
        self._gradients = [torch.empty_like(value) for value in self.values]
        self._has_gradient = [False] * len(tensors)

    def holds(self, tensors: Tensors) -> bool:
        """Return True if it was made for exactly these tensors, in this order."""
        return len(tensors) == len(self.tensors) and all(
            one is other for one, other in zip(tensors, self.tensors, strict=True)
        )

    def take_values(self) -> None:
        """Copy the present values of the tensors."""
        # not detached once for all: `w.data = …` gives a tensor other memory
        copy_into(self.values, plain_tensors(self.tensors))

    def take_gradients(self) -> None:
        """Copy the present gradients of the tensors; a sparse one counts as none."""
        current = gradients_of(self.tensors)
        self._has_gradient = [*map(is_dense, current)]
        dense = [gradient for gradient in current if is_dense(gradient)]
        if len(dense) == len(current):
            copy_into(self._gradients, dense)
            return
        targets = zip(self._gradients, self._has_gradient, strict=True)
        copy_into([target for target, there in targets if there], dense)

    def gradients(self) -> tuple[Tensor | None, ...]:
        """Return the copied gradient of each tensor, None where there was none."""
        pairs = zip(self._gradients, self._has_gradient, strict=True)
        return tuple(gradient if there else None for gradient, there in pairs)

    def find(self, tensor: object) -> int | None:
        """Return the index of this tensor, found by its identity, or None."""
        return next((i for i, own in enumerate(self.tensors) if own is tensor), None)

    def record(self, optimizer: str, lr: float, index: int) -> StepRecord:
        """Return the record of a step that has just ended and began at this moment."""
        after = tuple(tensor.clone() for tensor in plain_tensors(self.tensors))
        return StepRecord(
            optimizer, lr, self.tensors, tuple(self.values), self.gradients(), after, index
        )


def is_dense(gradient: Tensor | None) -> TypeGuard[Tensor]:
    """Return True if there is a gradient and it is not sparse."""
    return gradient is not None and gradient.layout is torch.strided


class StepLog:
    """The log of the optimizer steps in one part of a program."""

    def __init__(self) -> None:
        self.records: list[StepRecord] = []
        self._bytes_left = WHOLE_BYTES
        self._open: list[Moment | None] = []
        """Of the steps that have begun and not ended; None for one logged without tensors. There
        may be several, since an optimizer's step may call that of another."""

    def before(self, optimizer: torch.optim.Optimizer) -> None:
        """Copy the parameters of an optimizer that is about to step.

        The gradients are copied after the step, since a closure computes them during it.
        """
        moment = self._memory_for(optimizer) if len(self.records) < WHOLE_STEPS else None
        if moment is not None:
            moment.take_values()
        self._open.append(moment)

    def after(self, optimizer: torch.optim.Optimizer, index: int) -> None:
        """Log the step that the optimizer has made, which has this index among all."""
        moment = self._open.pop() if self._open else None
        if len(self.records) >= MAX_STEPS:
            return
        name, lr = type_name(optimizer), _learning_rate(optimizer)
        if moment is None:
            self.records.append(StepRecord(name, lr, (), index=index))
        else:
            moment.take_gradients()
            self.records.append(moment.record(name, lr, index))

    def _memory_for(self, optimizer: torch.optim.Optimizer) -> Moment | None:
        parameters = parameters_of(optimizer)
        size = 3 * size_in_bytes(parameters)
        if size > self._bytes_left:
            return None
        self._bytes_left -= size
        return Moment(parameters)


def _groups_of(optimizer: torch.optim.Optimizer) -> list[dict[str, Any]]:
    return optimizer.param_groups


def parameters_of(optimizer: torch.optim.Optimizer) -> Tensors:
    """Return the parameters of the optimizer, in the order of its groups."""
    return tuple(
        parameter
        for group in _groups_of(optimizer)
        for parameter in group["params"]
        if is_tensor(parameter)
    )


def _learning_rate(optimizer: torch.optim.Optimizer) -> float:
    groups = _groups_of(optimizer)
    return float(groups[0].get("lr", float("nan"))) if groups else float("nan")
