"""Finds the tables of numbers among a program's variables: tensors, arrays, and those in datasets.

Objects are only read; no code of the program is called.
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
    """A tensor or array in a variable, or in a container or dataset that the variable holds."""

    name: str
    """The name of the variable."""
    numbers: object
    """The tensor or array."""
    places: Sequence[int] | None = None
    """The rows that a dataset uses, None if it uses all."""


def tables_of(scopes: Iterable[Mapping[str, object]]) -> Iterator[NumberTable]:
    """Yield the tables in these scopes, each once, under the name found first."""
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
    """Yield the tables of the dataset below a `Subset`, but not of nested ones."""
    attributes = getattr(table.numbers, "__dict__", {})
    indices = attributes.get("indices")
    if table.places is None and type(indices) in (list, range):
        yield from _parts(NumberTable(table.name, attributes.get("dataset"), indices), depth)
