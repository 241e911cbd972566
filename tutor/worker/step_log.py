"""Copies of parameters and gradients around optimizer steps and backward passes, within a limit.

The recorder decides when to copy, and the vocabulary reads the earlier values. Only the first steps
of a long training are copied: copying at each step would make it an eighth slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeGuard

import torch
from torch import Tensor

from tutor.worker.guard import type_name
from tutor.worker.tensor_numbers import gradients_of, plain_tensors, size_in_bytes
from tutor.worker.torch_private import is_tensor
from tutor.worker.trace import StepRecord, Tensors

WHOLE_STEPS = 200
"""Maximum number of steps that are logged with their tensors, if these fit into `WHOLE_BYTES`."""

WHOLE_BYTES = 32 * 1024 * 1024
"""Maximum size of all copied tensors together, in bytes."""

MAX_STEPS = 1_000
"""Maximum number of steps that are logged, with tensors or without."""


class Moment(NamedTuple):
    """Copies of some tensors' values and gradients at one moment, in their order."""

    tensors: Tensors
    values: Tensors
    gradients: tuple[Tensor | None, ...]


def moment_of(tensors: Tensors) -> Moment:
    """Return the present moment; a sparse gradient counts as none."""
    return Moment(tensors, _copies(tensors), _copied_gradients(tensors))


def _copies(tensors: Sequence[Tensor]) -> Tensors:
    return tuple(tensor.clone() for tensor in plain_tensors(tensors))


def _copied_gradients(tensors: Tensors) -> tuple[Tensor | None, ...]:
    found = gradients_of(tensors)
    copies = iter(_copies([*filter(is_dense, found)]))
    return tuple(next(copies) if is_dense(each) else None for each in found)


def is_dense(gradient: Tensor | None) -> TypeGuard[Tensor]:
    """Return True if there is a gradient and it is not sparse."""
    return gradient is not None and gradient.layout is torch.strided


class StepLog:
    """The log of the optimizer steps in one part of a program."""

    def __init__(self) -> None:
        self.records: list[StepRecord] = []
        self._bytes_left = WHOLE_BYTES
        self._open: list[tuple[Tensors, Tensors]] = []
        """The parameters of each unfinished step and their values before it; empty if they are not
        copied. There may be several, since an optimizer's step may call that of another."""

    def before(self, optimizer: torch.optim.Optimizer) -> None:
        """Copy the parameters of an optimizer that is about to step.

        The gradients are copied after the step, since a closure computes them during it.
        """
        parameters = parameters_of(optimizer) if len(self.records) < WHOLE_STEPS else ()
        size = 3 * size_in_bytes(parameters)
        if size > self._bytes_left:
            parameters, size = (), 0
        self._bytes_left -= size
        self._open.append((parameters, _copies(parameters)))

    def after(self, optimizer: torch.optim.Optimizer, index: int) -> None:
        """Log the step that the optimizer with this index has made."""
        parameters, before = self._open.pop() if self._open else ((), ())
        if len(self.records) >= MAX_STEPS:
            return
        groups: list[dict[str, Any]] = optimizer.param_groups
        rate = float(groups[0].get("lr", "nan")) if groups else float("nan")
        gradients, after = _copied_gradients(parameters), _copies(parameters)
        record = StepRecord(type_name(optimizer), rate, parameters, before, gradients, after, index)
        self.records.append(record)


def parameters_of(optimizer: torch.optim.Optimizer) -> Tensors:
    """Return the optimizer's parameters, in the order of its groups."""
    groups: list[dict[str, Any]] = optimizer.param_groups
    found = (parameter for group in groups for parameter in group["params"])
    return tuple(parameter for parameter in found if is_tensor(parameter))
