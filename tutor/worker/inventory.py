"""The inventory of a namespace: its tensors, modules, arrays and numbers, as one event.

The event always fits into one frame of the channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from torch import Tensor

from tutor.wire.events import InventoryEntry, InventoryTaken
from tutor.wire.values import ArrayValue, Other, Statistics, TensorValue, Value
from tutor.worker.guard import type_name
from tutor.worker.naming import named_parameters, own_names
from tutor.worker.tensor_numbers import array_value, gradient_of, plain_tensors, tensor_value
from tutor.worker.torch_private import is_module, is_tensor, without_overrides
from tutor.worker.value_reader import Budget, read

MAX_ENTRIES = 400
MAX_BYTES = 3_300_000
"""Size of the numbers in all entries. Entries after that have shape and statistics only."""

MAX_VALUES = 4_096
"""Elements of a tensor that is sent whole; a larger one is sampled."""


def take_inventory(namespace: Mapping[str, object]) -> InventoryTaken:
    """Return the inventory of the namespace as it is now, in the order its names were bound."""
    budget = Budget(MAX_VALUES, MAX_BYTES)
    entries: list[InventoryEntry] = []
    for entry in _entries(namespace, budget):
        entries.append(entry)
        if len(entries) == MAX_ENTRIES:
            break
    return InventoryTaken(tuple(entries))


def _entries(namespace: Mapping[str, object], budget: Budget) -> Iterator[InventoryEntry]:
    for name, obj in own_names(namespace):
        if is_tensor(obj):
            yield _tensor_entry(name, obj, budget)
        elif is_module(obj):
            yield InventoryEntry(name, read(obj, budget))
            for path, parameter in named_parameters(name, obj):
                yield _tensor_entry(path, parameter, budget)
        elif issubclass(type(obj), np.ndarray | np.generic):
            yield _array_entry(name, obj, budget)
        elif issubclass(type(obj), bool | int | float | complex):
            yield InventoryEntry(name, read(obj, budget))


def _tensor_entry(name: str, tensor: Tensor, budget: Budget) -> InventoryEntry:
    value = _tensor_value_or_other(tensor, budget)
    gradient = gradient_of(tensor)
    return InventoryEntry(
        name,
        value,
        gradient_norm=None if gradient is None else _norm(gradient),
        statistics=_statistics(value),
    )


def _tensor_value_or_other(tensor: Tensor, budget: Budget) -> Value:
    try:
        value = tensor_value(tensor, budget.max_whole, budget.spend, with_statistics=True)
    except Exception:
        value = None
    return value or Other(type_name(tensor))


def _norm(gradient: Tensor) -> float | None:
    try:
        with without_overrides():
            (plain,) = plain_tensors([gradient])
            return float(plain.norm())
    except Exception:
        return None


def _array_entry(name: str, array: object, budget: Budget) -> InventoryEntry:
    try:
        value: Value | None = array_value(
            array,  # type: ignore[arg-type] # its type was looked at
            budget.max_whole,
            budget.spend,
            with_statistics=True,
        )
    except Exception:
        value = None
    value = value or Other(type_name(array))
    return InventoryEntry(name, value, statistics=_statistics(value))


def _statistics(value: Value) -> Statistics | None:
    return value.statistics if isinstance(value, TensorValue | ArrayValue) else None
