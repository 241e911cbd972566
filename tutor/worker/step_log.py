"""Copies of parameters and gradients around optimizer steps and backward passes, within a limit.

The recorder decides when to copy, and the vocabulary reads the earlier values. Only the first steps
of a long training are copied: copying at each step would make it an eighth slower.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeGuard

import torch
from torch import Tensor

from tutor.worker.guard import type_name
from tutor.worker.tensor_numbers import gradients_of, plain_tensors, size_in_bytes
from tutor.worker.torch_private import copy_into, is_tensor
from tutor.worker.trace import StepRecord, Tensors

WHOLE_STEPS = 200
"""Maximum number of steps that are logged with their tensors, if these fit into `WHOLE_BYTES`."""

WHOLE_BYTES = 32 * 1024 * 1024
"""Maximum size of all copied tensors together, in bytes."""

MAX_STEPS = 1_000
"""Maximum number of steps that are logged, with tensors or without."""


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
        return [*map(id, tensors)] == [*map(id, self.tensors)]

    def take_values(self) -> None:
        # detached each time, since `w.data = …` gives a tensor other memory
        copy_into(self.values, plain_tensors(self.tensors))

    def take_gradients(self) -> None:
        """Copy the present gradients of the tensors; a sparse one counts as none."""
        current = gradients_of(self.tensors)
        self._has_gradient = [*map(is_dense, current)]
        targets = zip(self._gradients, self._has_gradient, strict=True)
        copy_into([target for target, there in targets if there], [*filter(is_dense, current)])

    def gradients(self) -> tuple[Tensor | None, ...]:
        pairs = zip(self._gradients, self._has_gradient, strict=True)
        return tuple(gradient if there else None for gradient, there in pairs)

    def find(self, tensor: object) -> int | None:
        """Return the index of this tensor, found by its identity, or None."""
        return next((i for i, own in enumerate(self.tensors) if own is tensor), None)


def is_dense(gradient: Tensor | None) -> TypeGuard[Tensor]:
    """Return True if there is a gradient and it is not sparse."""
    return gradient is not None and gradient.layout is torch.strided


class StepLog:
    """The log of the optimizer steps in one part of a program."""

    def __init__(self) -> None:
        self.records: list[StepRecord] = []
        self._bytes_left = WHOLE_BYTES
        self._open: list[Moment | None] = []
        """The state before each unfinished step, None without tensors. There may be several, since
        an optimizer's step may call that of another."""

    def before(self, optimizer: torch.optim.Optimizer) -> None:
        """Copy the parameters of an optimizer that is about to step.

        The gradients are copied after the step, since a closure computes them during it.
        """
        moment = None
        if len(self.records) < WHOLE_STEPS:
            parameters = parameters_of(optimizer)
            size = 3 * size_in_bytes(parameters)
            if size <= self._bytes_left:
                self._bytes_left -= size
                moment = Moment(parameters)
                moment.take_values()
        self._open.append(moment)

    def after(self, optimizer: torch.optim.Optimizer, index: int) -> None:
        """Log the step that the optimizer with this index has made."""
        moment = self._open.pop() if self._open else None
        if len(self.records) >= MAX_STEPS:
            return
        groups: list[dict[str, Any]] = optimizer.param_groups
        rate = float(groups[0].get("lr", "nan")) if groups else float("nan")
        record = StepRecord(type_name(optimizer), rate, (), index=index)
        if moment is not None:
            moment.take_gradients()
            after = tuple(tensor.clone() for tensor in plain_tensors(moment.tensors))
            record = replace(
                record,
                parameters=moment.tensors,
                before=tuple(moment.values),
                gradient=moment.gradients(),
                after=after,
            )
        self.records.append(record)


def parameters_of(optimizer: torch.optim.Optimizer) -> Tensors:
    """Return the optimizer's parameters, in the order of its groups."""
    groups: list[dict[str, Any]] = optimizer.param_groups
    found = (parameter for group in groups for parameter in group["params"])
    return tuple(parameter for parameter in found if is_tensor(parameter))
