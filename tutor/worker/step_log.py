"""Copies of parameters and gradients around optimizer steps and backward passes, within a limit.

For the recorder, which says when; for the vocabulary, which asks what a tensor was.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from tutor.worker.guard import type_name
from tutor.worker.numbers import gradients_of, plain_tensors, size_in_bytes
from tutor.worker.torch_private import copy_into, is_tensor
from tutor.worker.trace import StepRecord, Tensors

FULL_STEPS = 200
"""Steps that are logged whole, as long as …"""

FULL_BYTES = 32 * 1024 * 1024
"""… all their copies together are no larger than this."""

STEPS_UP_TO = 10_000
LAST_UP_TO = 64 * 1024 * 1024
"""Bytes of parameters up to which the last step is known whole."""


class Moment:
    """Tensors, and what they and their gradients were at one moment, copied into own memory."""

    def __init__(self, tensors: Tensors) -> None:
        self.tensors = tensors
        self.values = [torch.empty_like(tensor) for tensor in plain_tensors(tensors)]
        self._gradients = [torch.empty_like(value) for value in self.values]
        self._has_gradient = [False] * len(tensors)

    def holds(self, tensors: Tensors) -> bool:
        """Whether it was made for exactly these."""
        return len(tensors) == len(self.tensors) and all(
            one is other for one, other in zip(tensors, self.tensors, strict=True)
        )

    def take_values(self) -> None:
        """The values are those of now."""
        copy_into(self.values, plain_tensors(self.tensors))

    def take_gradients(self) -> None:
        """The gradients are those of now; a sparse one counts as none."""
        found = gradients_of(self.tensors)
        self._has_gradient = [
            gradient is not None and gradient.layout is torch.strided for gradient in found
        ]
        targets = [
            own for own, there in zip(self._gradients, self._has_gradient, strict=True) if there
        ]
        sources = [new for new, there in zip(found, self._has_gradient, strict=True) if there]
        copy_into(targets, [new for new in sources if new is not None])

    def gradients(self) -> tuple[Tensor | None, ...]:
        """One for each tensor; None where there was none."""
        pairs = zip(self._gradients, self._has_gradient, strict=True)
        return tuple(gradient if there else None for gradient, there in pairs)

    def find(self, tensor: object) -> int | None:
        """The place of this very tensor, if it is one of them."""
        return next((i for i, own in enumerate(self.tensors) if own is tensor), None)


class StepLog:
    """The optimizer steps of one part of a program."""

    def __init__(self) -> None:
        self.records: list[StepRecord] = []
        self.last: Moment | None = None
        """The parameters before the last step, and the gradients it used."""
        self._bytes_left = FULL_BYTES
        self._reused: Moment | None = None
        self._open: list[tuple[Moment | None, bool]] = []

    def before(self, optimizer: torch.optim.Optimizer) -> None:
        """An optimizer is about to step; a closure's backward comes after this."""
        parameters = _parameters_of(optimizer)
        size = 3 * size_in_bytes(parameters)
        whole = len(self.records) < FULL_STEPS and size <= self._bytes_left
        if whole:
            self._bytes_left -= size
        moment = Moment(parameters) if whole else self._memory_for(parameters)
        if moment is not None:
            moment.take_values()
        self._open.append((moment, whole))

    def after(self, optimizer: torch.optim.Optimizer) -> None:
        """It has stepped."""
        moment, whole = self._open.pop() if self._open else (None, False)
        if moment is not None:
            moment.take_gradients()
        self.last = moment
        if len(self.records) < STEPS_UP_TO:
            self.records.append(_record(optimizer, moment if whole else None))

    def finished(self) -> tuple[StepRecord, ...]:
        """All records, the last step's whole: what stands last is the last step."""
        if not self.records or self.last is None or self.records[-1].before:
            return tuple(self.records)
        *earlier, record = self.records
        return (*earlier, _whole(record.optimizer, record.lr, self.last))

    def _memory_for(self, parameters: Tensors) -> Moment | None:
        """The same memory again for every step that is not logged whole."""
        if self._reused is None or not self._reused.holds(parameters):
            fits = size_in_bytes(parameters) <= LAST_UP_TO
            self._reused = Moment(parameters) if fits else None
        return self._reused


def _record(optimizer: torch.optim.Optimizer, moment: Moment | None) -> StepRecord:
    name, lr = type_name(optimizer), _learning_rate(optimizer)
    return StepRecord(name, lr, ()) if moment is None else _whole(name, lr, moment)


def _whole(name: str, lr: float, moment: Moment) -> StepRecord:
    after = tuple(tensor.clone() for tensor in plain_tensors(moment.tensors))
    return StepRecord(name, lr, moment.tensors, tuple(moment.values), moment.gradients(), after)


def _groups_of(optimizer: torch.optim.Optimizer) -> list[dict[str, Any]]:
    return optimizer.param_groups


def _parameters_of(optimizer: torch.optim.Optimizer) -> Tensors:
    return tuple(
        parameter
        for group in _groups_of(optimizer)
        for parameter in group["params"]
        if is_tensor(parameter)
    )


def _learning_rate(optimizer: torch.optim.Optimizer) -> float:
    groups = _groups_of(optimizer)
    return float(groups[0].get("lr", float("nan"))) if groups else float("nan")
