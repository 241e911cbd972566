"""Snapshots of tensors, their gradients and the states of optimizers for them at one moment.

All elements are copied into one flat tensor, which is split when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from tutor.wire.events import InventoryEntry
from tutor.wire.values import Statistics, TensorValue
from tutor.worker.optimizer_states import OptimizerStates, TensorStates
from tutor.worker.step_log import is_dense
from tutor.worker.tensor_numbers import (
    Numbers,
    gradients_of,
    plain_tensors,
    tensor_device,
    tensor_dtype,
    tensor_numel,
    tensor_shape,
    tensor_statistics,
)
from tutor.worker.torch_private import flat_copy, norms_of, switch_gradients, without_overrides
from tutor.worker.trace import Tensors
from tutor.worker.trained_names import ScopedNames

MAX_TENSORS = 100
"""Maximum number of tensors in one snapshot."""
MAX_VALUES = 8_192
"""Maximum size of a tensor that is kept whole; a larger one is kept as statistics."""

MAX_NUMBERS = 37_500
"""Maximum number of elements in one snapshot: 300 kB when they are sent, 60 MB for 200 steps."""


class Layout:
    """The arrangement of several tensors' numbers in one flat tensor."""

    def __init__(self, tensors: Tensors, scoped_names: ScopedNames) -> None:
        self.tensors = tensors
        ids = [*map(id, tensors)]
        self.scoped_names = {each: scoped_names[each] for each in ids if each in scoped_names}
        self.shapes = [tensor_shape(tensor) for tensor in tensors]
        self.dtypes = [tensor_dtype(tensor) for tensor in tensors]
        self.devices = [tensor_device(tensor) for tensor in tensors]
        self.slices: dict[int, slice] = {}
        """The slice with the numbers of each tensor that is kept whole, by the tensor's index."""
        self.total = 0
        """The number of elements in the flat tensor."""
        self._large: list[int] = []
        """The indices of the dense tensors that are not kept whole."""
        for index, plain in enumerate(plain_tensors(tensors)):
            count = tensor_numel(plain)
            dense = plain.layout is torch.strided
            # all parts of one flat tensor must be on one device
            real = (
                dense and plain.dtype.is_floating_point and self.devices[index] == self.devices[0]
            )
            if real and count <= min(MAX_VALUES, MAX_NUMBERS - self.total):
                self.slices[index] = slice(self.total, self.total + count)
                self.total += count
            elif dense:
                self._large.append(index)
        self._whole = [tensors[index] for index in self.slices]
        self._states = _NO_STATES
        room = MAX_NUMBERS - self.total
        self._with_slopes = [index for index, part in self.slices.items() if part.stop <= room]
        """The indices of those tensors whose gradients are kept whole, too."""
        self.is_plain = 0 < len(tensors) == len(self.slices) == len(self._with_slopes)
        """True if all tensors are kept whole, and all gradients too if every tensor has one."""

    def copy(self, optimizers: Sequence[torch.optim.Optimizer] = ()) -> Snapshot:
        """Return a snapshot of the present tensors, with the states of these optimizers.

        Raises ValueError if the size of one has changed, as by `w.data = …`.
        """
        was_on = _are_gradients_on()
        switch_gradients(False)
        try:
            with without_overrides():
                return self._copied(optimizers)
        finally:
            switch_gradients(was_on)

    def _copied(self, optimizers: Sequence[torch.optim.Optimizer]) -> Snapshot:
        found = enumerate(gradients_of(self.tensors))
        gradients = {index: each for index, each in found if is_dense(each)}
        slopes = [index for index in self._with_slopes if index in gradients]
        whole, states = self._whole, self._states
        if not states.is_current(optimizers):
            room = MAX_NUMBERS - 2 * self.total
            states = OptimizerStates(optimizers, zip(self.slices, whole, strict=True), room)
            self._states = states
        parts = [*whole, *(gradients[index] for index in slopes), *states.tensors]
        numbers = flat_copy(parts) if parts else None
        total = self.total + self.size_of(slopes) + states.size
        if numbers is not None and numbers.numel() != total:
            numbers, slopes, states = flat_copy(whole), [], _NO_STATES
            if numbers.numel() != self.total:
                raise ValueError("a parameter has changed its size")
        others = [index for index in gradients if index not in slopes]
        norms = norms_of([gradients[index] for index in others])
        large = {
            index: tensor_statistics(plain_tensors([self.tensors[index]])[0])
            for index in self._large
        }
        norms_by_index = dict(zip(others, norms, strict=True))
        return Snapshot(
            self, numbers, slopes, states.by_place, states.counts(), norms_by_index, large
        )

    def size_of(self, indices: Sequence[int]) -> int:
        """Return the number of elements in those of the whole tensors."""
        return sum(self.slices[index].stop - self.slices[index].start for index in indices)


class Snapshot(NamedTuple):
    """The state of some tensors at one step."""

    layout: Layout
    numbers: Tensor | None
    """The elements of all tensors that are kept whole, then those of their gradients, then of the
    states; None if there are none."""
    slopes: Sequence[int]
    """The indices of the tensors whose gradients are kept whole, in their order."""
    states: Mapping[int, TensorStates]
    """The optimizers' states, by the index of their tensor."""
    counts: Sequence[float]
    """The steps that optimizers have counted, by the index in `states`."""
    norms: Mapping[int, Tensor]
    """The Euclidean norms of the other gradients, each a tensor of one element."""
    statistics: Mapping[int, Statistics]
    """The statistics of the tensors that are not kept whole, by their index."""

    def entries(self, names: Iterable[str]) -> tuple[InventoryEntry, ...]:
        """Return an entry for each tensor, under these names."""
        layout = self.layout
        numbers, states = self._numbers_and_states()
        data, gradients = numbers.tobytes(), self._gradients()
        norms = self._norms(numbers, gradients)
        entries = []
        for index, name in enumerate(names):
            part, gradient = layout.slices.get(index), gradients.get(index)
            own = self.states.get(index, NO_STATES)
            entry = InventoryEntry(
                name,
                TensorValue(
                    layout.dtypes[index],
                    "float",
                    layout.shapes[index],
                    data[8 * part.start : 8 * part.stop] if part else b"",
                    sampled=part is None,
                    device=layout.devices[index],
                ),
                gradient_norm=norms.get(index),
                statistics=self.statistics.get(index),
                gradient=data[8 * gradient.start : 8 * gradient.stop] if gradient else b"",
                trained=True,
                state_names=own.names,
                states=states[4 * own.begin : 4 * own.end],
                optimizer_steps=self.counts[own.counter] if own.counter >= 0 else 0.0,
            )
            entries.append(entry)
        return tuple(entries)

    def _numbers_and_states(self) -> tuple[Numbers, bytes]:
        """Return tensors and gradients as float64, and the optimizers' states as float32."""
        if self.numbers is None:
            return np.empty(0), b""
        flat, end = self.numbers.cpu(), self.layout.total + self.layout.size_of(self.slopes)
        if flat.dtype is torch.float32:
            own: Numbers = flat.numpy()
            return own[:end].astype(np.float64), own[end:].tobytes()
        # a number that is too large becomes infinite
        return flat[:end].double().numpy(), flat[end:].float().numpy().tobytes()

    def _gradients(self) -> dict[int, slice]:
        gradients, start = {}, self.layout.total
        for index in self.slopes:
            part = self.layout.slices[index]
            end = start + part.stop - part.start
            gradients[index], start = slice(start, end), end
        return gradients

    def _norms(self, numbers: Numbers, gradients: Mapping[int, slice]) -> dict[int, float]:
        norms = {index: float(norm) for index, norm in self.norms.items()}
        with _errstate(all="ignore"):  # else the program would seem to cause overflow warnings
            for index, part in gradients.items():
                norms[index] = sqrt(_dot(numbers[part], numbers[part]))
        return norms


NO_STATES = TensorStates()
_NO_STATES = OptimizerStates((), (), 0)
_are_gradients_on = torch.is_grad_enabled
_dot = np.dot
_errstate = np.errstate
