"""The inventory of a namespace: its tensors, modules, arrays and numbers, as one event.

Trained tensors come first, even those without a global name. The event always fits into one frame
of the channel.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import chain, islice
from math import hypot
from struct import unpack
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from torch import Tensor

from tutor.wire.events import InventoryEntry, InventoryTaken
from tutor.wire.values import ArrayValue, Counts, Other, Statistics, TensorValue, Value
from tutor.worker.counted_numbers import CountingBudget, counts_of_array, counts_of_tensor
from tutor.worker.guard import type_name
from tutor.worker.naming import named_parameters, own_names
from tutor.worker.step_log import is_dense
from tutor.worker.tensor_numbers import array_value, gradient_of, plain_tensors, tensor_value
from tutor.worker.torch_private import is_module, is_tensor, without_overrides
from tutor.worker.trained_names import ScopedNames, global_tensors, names_of_trained
from tutor.worker.value_reader import Budget, read

MAX_ENTRIES = 400
MAX_TRAINED = 100
"""Maximum number of trained tensors that are listed first."""
MAX_BYTES = 3_300_000
"""Maximum bytes of the numbers in all entries. Later entries have only shape and statistics."""

MAX_VALUES = 8_192
"""Maximum size of a tensor that is sent whole; a larger one is sampled."""

MAX_SUMMED = 64
"""Maximum size of a gradient whose length is computed from the elements that are sent."""

_BYTES = 8
"""Bytes of one element."""


class _Budget(NamedTuple):
    """The numbers that one inventory may send and count."""

    sent: Budget
    counted: CountingBudget


class Training(NamedTuple):
    """The trained tensors of a program, with their names and steps."""

    tensors: Sequence[Tensor] = ()
    scoped_names: ScopedNames = MappingProxyType({})
    """The program's names of the trained tensors."""
    steps: int = 0
    last_seen: int = 0
    """The step at which the tensors were seen last, if they may have been replaced since; else 0.
    Those with a global name are looked up anew."""


NOTHING_TRAINED = Training()


def take_inventory(
    namespace: Mapping[str, object], training: Training = NOTHING_TRAINED
) -> InventoryTaken:
    """Return the inventory of the present namespace.

    Trained tensors come first, then the other names in the order they were bound.
    """
    budget = _Budget(Budget(MAX_VALUES, MAX_BYTES), CountingBudget())
    trained = _trained(namespace, training)
    first = (
        _tensor_entry(name, tensor, budget, trained=True, last_seen=seen)
        for name, (tensor, seen) in trained.items()
    )
    entries = islice(chain(first, _entries(namespace, budget, trained)), MAX_ENTRIES)
    return InventoryTaken(tuple(entries), training.steps)


def _trained(namespace: Mapping[str, object], training: Training) -> dict[str, tuple[Tensor, int]]:
    """Return the trained tensors by name; a global name gives its present tensor.

    Each comes with the step at which it was last seen, or 0 if it is present now.
    """
    tensors = training.tensors[:MAX_TRAINED]
    if not tensors:
        return {}
    own = global_tensors(namespace)
    names = names_of_trained(tensors, training.scoped_names, namespace)
    return {
        name: (own[name], 0) if name in own else (tensor, training.last_seen)
        for name, tensor in zip(names, tensors, strict=True)
    }


def _entries(
    namespace: Mapping[str, object], budget: _Budget, listed: Container[str]
) -> Iterator[InventoryEntry]:
    for name, obj in own_names(namespace):
        if is_tensor(obj):
            if name not in listed:
                yield _tensor_entry(name, obj, budget)
        elif is_module(obj):
            yield InventoryEntry(name, read(obj, budget.sent))
            for path, parameter in named_parameters(name, obj):
                if path not in listed:
                    yield _tensor_entry(path, parameter, budget)
        elif issubclass(type(obj), np.ndarray | np.generic):
            yield _array_entry(name, obj, budget)
        elif issubclass(type(obj), bool | int | float | complex):
            yield InventoryEntry(name, read(obj, budget.sent))


def _tensor_entry(
    name: str, tensor: Tensor, budget: _Budget, *, trained: bool = False, last_seen: int = 0
) -> InventoryEntry:
    value = _tensor_value_or_other(tensor, budget)
    gradient = gradient_of(tensor)
    elements = _elements(gradient, value, budget)
    return InventoryEntry(
        name,
        value,
        gradient_norm=None if gradient is None else _norm(gradient, elements),
        statistics=_statistics(value),
        counts=_counts(tensor, value, budget),
        gradient=elements,
        trained=trained,
        last_seen=last_seen,
    )


def _elements(gradient: Tensor | None, value: Value, budget: _Budget) -> bytes:
    """Return the gradient's elements if the tensor is sent whole; else b""."""
    if not is_dense(gradient) or not isinstance(value, TensorValue) or value.sampled:
        return b""
    elements = _tensor_value_or_other(gradient, budget, with_statistics=False)
    if not isinstance(elements, TensorValue) or elements.kind != "float":
        return b""
    return elements.data if elements.shape == value.shape else b""


def _tensor_value_or_other(
    tensor: Tensor, budget: _Budget, *, with_statistics: bool = True
) -> Value:
    sent = budget.sent
    try:
        value = tensor_value(tensor, sent.max_whole, sent.spend, with_statistics=with_statistics)
    except Exception:
        value = None
    return value or Other(type_name(tensor))


def _norm(gradient: Tensor, elements: bytes) -> float | None:
    """Return the gradient's length; `elements` holds its float64 numbers or is empty.

    torch computes it faster for many elements.
    """
    if 0 < len(elements) <= _BYTES * MAX_SUMMED:
        return hypot(*unpack(f"{len(elements) // _BYTES}d", elements))
    try:
        with without_overrides():
            (plain,) = plain_tensors([gradient])
            return float(plain.norm())
    except Exception:
        return None


def _array_entry(name: str, array: object, budget: _Budget) -> InventoryEntry:
    try:
        value: Value | None = array_value(
            array,  # type: ignore[arg-type] # its type was looked at
            budget.sent.max_whole,
            budget.sent.spend,
            with_statistics=True,
        )
    except Exception:
        value = None
    value = value or Other(type_name(array))
    counts = _counts(array, value, budget)
    return InventoryEntry(name, value, statistics=_statistics(value), counts=counts)


def _counts(obj: object, value: Value, budget: _Budget) -> Counts | None:
    """Return the histogram of the numbers, unless all of them are sent."""
    if not isinstance(value, TensorValue | ArrayValue) or (value.data and not value.sampled):
        return None
    try:
        if is_tensor(obj):
            return counts_of_tensor(obj, value.statistics, budget.counted)
        if isinstance(obj, np.ndarray):
            return counts_of_array(obj, value.statistics, budget.counted)
    except Exception:
        pass  # a tensor that cannot be counted
    return None


def _statistics(value: Value) -> Statistics | None:
    return value.statistics if isinstance(value, TensorValue | ArrayValue) else None
