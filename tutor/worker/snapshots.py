"""Snapshots of tensors, their gradients and what optimizers keep for them at one moment.

They are as cheap as they can be: all elements are copied into one flat tensor, and what they mean
is worked out when they are sent.
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
from tutor.worker.torch_private import flat_copy, norms_of, without_overrides
from tutor.worker.trace import Tensors
from tutor.worker.trained_names import ScopedNames

MAX_TENSORS = 100
"""Tensors in one snapshot."""
MAX_VALUES = 4_096
"""Elements of a tensor that is kept whole; of a larger one only statistics are kept."""

MAX_NUMBERS = 37_500
"""Elements in one snapshot: 300 kB when they are sent, 60 MB for 200 steps."""


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
            # what is copied into one tensor lies on one device
            real = (
                dense and plain.dtype.is_floating_point and self.devices[index] == self.devices[0]
            )
            if real and count <= min(MAX_VALUES, MAX_NUMBERS - self.total):
                self.slices[index] = slice(self.total, self.total + count)
                self.total += count
            elif dense:
                self._large.append(index)
        self._whole = [tensors[index] for index in self.slices]
        self._with_slopes: dict[int, None] = {}
        """The indices of those tensors whose gradients are kept whole, too."""
        room = MAX_NUMBERS - self.total
        for index, part in self.slices.items():
            room -= part.stop - part.start
            if room >= 0:
                self._with_slopes[index] = None
        self._states = _NO_STATES

    def copy(self, optimizers: Sequence[torch.optim.Optimizer] = ()) -> Snapshot:
        """Return a snapshot of the tensors as they are now, with what these optimizers keep.

        Raises ValueError if one has another size by now: `w.data = …` can give it any.
        """
        # each call of torch costs a training several times what it takes in a loop of its own,
        # since it pushes the training out of the processor's caches: one copies all that is whole
        with torch.no_grad(), without_overrides():
            gradients = {n: g for n, g in enumerate(gradients_of(self.tensors)) if is_dense(g)}
            if self._with_slopes.keys() == gradients.keys():
                slopes, own = [*gradients], [*gradients.values()]
            else:
                slopes = [index for index in gradients if index in self._with_slopes]
                own = [gradients[index] for index in slopes]
            states = self._states_of(optimizers)
            parts = [*self._whole, *own, *states.tensors]
            numbers = flat_copy(parts) if parts else None
            total = self.total + self.size_of(slopes) + states.size
            if numbers is not None and numbers.numel() != total:
                numbers, slopes, states = flat_copy(self._whole), [], _NO_STATES
                if numbers.numel() != self.total:
                    raise ValueError("a parameter has changed its size")
            others: list[int] = []
            if len(slopes) != len(gradients):
                others = [index for index in gradients if index not in slopes]
            norms = norms_of([gradients[index] for index in others])
            large = {
                index: tensor_statistics(plain_tensors([self.tensors[index]])[0])
                for index in self._large
            }
            counts = states.counts()
        norms_by_index = dict(zip(others, norms, strict=True))
        return Snapshot(self, numbers, slopes, states.by_place, counts, norms_by_index, large)

    def _states_of(self, optimizers: Sequence[torch.optim.Optimizer]) -> OptimizerStates:
        """Return what the optimizers keep for the whole tensors, as far as there is room."""
        if not self._states.is_current(optimizers):
            whole = zip(self.slices, self._whole, strict=True)
            self._states = OptimizerStates(optimizers, whole, MAX_NUMBERS - 2 * self.total)
        return self._states

    def size_of(self, indices: Sequence[int]) -> int:
        """Return the number of elements in those of the whole tensors."""
        if len(indices) == len(self.slices):
            return self.total
        return sum(self.slices[index].stop - self.slices[index].start for index in indices)


class Snapshot(NamedTuple):
    """The state of some tensors at one step."""

    layout: Layout
    numbers: Tensor | None
    """The flat tensor of all tensors that are kept whole, after them of the gradients that are, and
    then of the states; None if there is none."""
    slopes: Sequence[int]
    """The indices of the tensors whose gradients are kept whole, in their order."""
    states: Mapping[int, TensorStates]
    """What the optimizers keep, by the index of the tensor that it is kept for."""
    counts: Sequence[float]
    """The steps that they have counted, by the index in `states`."""
    norms: Mapping[int, Tensor]
    """The Euclidean norms of the other gradients, each a tensor of one element."""
    statistics: Mapping[int, Statistics]
    """Those of the tensors that are not kept whole, by their index."""

    def entries(self, names: Iterable[str]) -> tuple[InventoryEntry, ...]:
        """Return an entry for each tensor, under these names."""
        layout = self.layout
        numbers = _as_numbers(self.numbers)
        data, gradients = numbers.tobytes(), self._gradients(numbers)
        norms = self._norms(gradients)
        states = self._states()
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
                gradient=b"" if gradient is None else gradient.tobytes(),
                trained=True,
                state_names=own.names,
                states=states[4 * own.begin : 4 * own.end],
                optimizer_steps=self.counts[own.counter] if own.counter >= 0 else 0.0,
            )
            entries.append(entry)
        return tuple(entries)

    def _gradients(self, numbers: Numbers) -> dict[int, Numbers]:
        gradients, start = {}, self.layout.total
        for index in self.slopes:
            part = self.layout.slices[index]
            end = start + part.stop - part.start
            gradients[index], start = numbers[start:end], end
        return gradients

    def _states(self) -> bytes:
        """Return what the optimizers keep, as float32."""
        if not self.states or self.numbers is None:
            return b""
        start = self.layout.total + self.layout.size_of(self.slopes)
        own: Numbers = (
            self.numbers[start:].float().cpu().numpy()
        )  # what is too large becomes infinite
        return own.tobytes()

    def _norms(self, gradients: Mapping[int, Numbers]) -> dict[int, float]:
        norms = {index: float(norm) for index, norm in self.norms.items()}
        with _errstate(all="ignore"):  # else an overflow would warn, in the program's name
            for index, gradient in gradients.items():
                norms[index] = sqrt(_dot(gradient, gradient))
        return norms


def _as_numbers(flat: Tensor | None) -> Numbers:
    """Return the elements as float64."""
    numbers: Numbers = _NONE if flat is None else flat.double().cpu().numpy()
    return numbers


NO_STATES = TensorStates((), 0, 0, -1)
_NO_STATES = OptimizerStates((), (), 0)
_NONE = np.empty(0)
_dot = np.dot
_errstate = np.errstate
