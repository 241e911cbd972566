"""Snapshots of some tensors and their gradients at one moment, as cheap as they can be taken.

All elements are copied into one flat tensor; what they mean is worked out when they are sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from tutor.wire.events import InventoryEntry
from tutor.wire.values import Statistics, TensorValue
from tutor.worker.step_log import is_dense
from tutor.worker.tensor_numbers import (
    gradients_of,
    plain_tensors,
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
        self.slices: dict[int, slice] = {}
        """The slice with the numbers of each tensor that is kept whole, by the tensor's index."""
        self.total = 0
        """The number of elements in the flat tensor."""
        self._large: list[int] = []
        """The indices of the dense tensors that are not kept whole."""
        for index, plain in enumerate(plain_tensors(tensors)):
            count = tensor_numel(plain)
            dense = plain.layout is torch.strided
            real = dense and plain.dtype.is_floating_point
            if real and count <= min(MAX_VALUES, MAX_NUMBERS - self.total):
                self.slices[index] = slice(self.total, self.total + count)
                self.total += count
            elif dense:
                self._large.append(index)
        self._whole = [tensors[index] for index in self.slices]
        self._with_gradient: set[int] = set()
        """The indices of those tensors whose gradients are kept whole, too."""
        room = MAX_NUMBERS - self.total
        for index, part in self.slices.items():
            room -= part.stop - part.start
            if room >= 0:
                self._with_gradient.add(index)

    def copy(self) -> Snapshot:
        """Return a snapshot of the tensors as they are now.

        Raises ValueError if one has another size by now: `w.data = …` can give it any.
        """
        with torch.no_grad(), without_overrides():
            numbers = flat_copy(self._whole) if self._whole else None
            if numbers is not None and numbers.numel() != self.total:
                raise ValueError("a parameter has changed its size")
            gradients = [(n, g) for n, g in enumerate(gradients_of(self.tensors)) if is_dense(g)]
            norms = norms_of([gradient for _, gradient in gradients])
            whole = [(n, g) for n, g in gradients if n in self._with_gradient]
            slopes = flat_copy([gradient for _, gradient in whole]) if whole else None
            large = {
                index: tensor_statistics(plain_tensors([self.tensors[index]])[0])
                for index in self._large
            }
        with_norm = [index for index, _ in gradients]
        return Snapshot(self, numbers, with_norm, norms, [n for n, _ in whole], slopes, large)


class Snapshot(NamedTuple):
    """The state of some tensors at one step."""

    layout: Layout
    numbers: Tensor | None
    """The flat tensor of all tensors that are kept whole; None if none is."""
    with_norm: list[int]
    """The indices of the tensors that had a gradient."""
    norms: list[Tensor]
    """The Euclidean norms of these gradients, each a tensor of one element."""
    with_slopes: list[int]
    """The indices of the tensors whose gradients are kept whole."""
    slopes: Tensor | None
    """The flat tensor of these gradients; None if there is none."""
    statistics: Mapping[int, Statistics]
    """Those of the tensors that are not kept whole, by their index."""

    def entries(self, names: Iterable[str]) -> tuple[InventoryEntry, ...]:
        """Return an entry for each tensor, under these names."""
        layout = self.layout
        data, norms = _bytes(self.numbers), dict(zip(self.with_norm, self.norms, strict=True))
        gradients = self._gradients()
        entries = []
        for index, name in enumerate(names):
            part = layout.slices.get(index)
            norm = norms.get(index)
            entry = InventoryEntry(
                name,
                TensorValue(
                    layout.dtypes[index],
                    "float",
                    layout.shapes[index],
                    data[8 * part.start : 8 * part.stop] if part else b"",
                    sampled=part is None,
                ),
                gradient_norm=None if norm is None else float(norm),
                statistics=self.statistics.get(index),
                gradient=gradients.get(index, b""),
                trained=True,
            )
            entries.append(entry)
        return tuple(entries)

    def _gradients(self) -> dict[int, bytes]:
        data, start = _bytes(self.slopes), 0
        gradients = {}
        for index in self.with_slopes:
            part = self.layout.slices[index]
            end = start + 8 * (part.stop - part.start)
            gradients[index], start = data[start:end], end
        return gradients if start == len(data) else {}


def _bytes(flat: Tensor | None) -> bytes:
    """Return the elements as float64, in memory that Python counts."""
    data: bytes = b"" if flat is None else flat.double().numpy().tobytes()
    return data
