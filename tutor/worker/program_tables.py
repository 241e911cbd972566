"""Finds the tables of numbers among a program's variables: tensors, arrays, and those in datasets.

Objects are only read, and nothing of the program is called for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from torch.utils.data import DataLoader, Subset, TensorDataset

from tutor.worker.naming import own_names
from tutor.worker.reachable_code import is_of_program
from tutor.worker.torch_private import is_tensor

_MAX_PARTS = 20
_DATASETS = (TensorDataset, DataLoader)


class NumberTable(NamedTuple):
    """A tensor or array that some variable holds, itself or as a part of what it holds."""

    name: str
    """The variable."""
    numbers: object
    """The tensor or array."""
    places: Sequence[int] | None = None
    """The rows that count, where a dataset has only some of them; else None."""


def tables_of(scopes: Iterable[Mapping[str, object]]) -> Iterator[NumberTable]:
    """Yield the tables in these scopes, each once, under the name by which it is found first."""
    seen: set[tuple[int, int]] = set()
    for scope in scopes:
        for name, obj in own_names(scope):
            for table in _parts(NumberTable(name, obj), 2):
                key = id(table.numbers), id(table.places)
                if key not in seen:
                    seen.add(key)
                    yield table


def _parts(table: NumberTable, depth: int) -> Iterator[NumberTable]:
    name, obj, places = table
    kind = type(obj)
    if is_tensor(obj) or kind is np.ndarray:
        yield table
    elif not depth:
        return
    elif kind is tuple or kind is list:
        sequence: Any = obj
        for part in sequence[:_MAX_PARTS]:
            yield from _parts(NumberTable(name, part, places), depth - 1)
    elif kind is Subset:
        yield from _parts_of_subset(table, depth)
    elif kind in _DATASETS or is_of_program(kind):
        attributes = getattr(obj, "__dict__", None)
        if type(attributes) is dict:
            inner = depth if kind in _DATASETS else depth - 1
            for part in [*attributes.values()][:_MAX_PARTS]:
                yield from _parts(NumberTable(name, part, places), inner)


def _parts_of_subset(table: NumberTable, depth: int) -> Iterator[NumberTable]:
    """Yield the tables of the dataset of which it has some rows; not where it has some of some."""
    attributes = getattr(table.numbers, "__dict__", {})
    indices = attributes.get("indices")
    if table.places is None and type(indices) in (list, range):
        yield from _parts(NumberTable(table.name, attributes.get("dataset"), indices), depth)
