"""Finds all the rows of the data that a model's batch comes from, with the class of each.

A table counts only if it contains the rows of that batch, with the classes that the loss received,
so nothing is guessed. Objects are only read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from tutor.worker.map_points import LABEL_NAMES
from tutor.worker.program_tables import NumberTable
from tutor.worker.seen_calls import SeenCall
from tutor.worker.tensor_numbers import plain_tensors
from tutor.worker.torch_private import is_tensor, without_overrides

MAX_NUMBERS = 4_000_000
"""Maximum size of a table that is read, in elements."""
_COMPARED_ROWS = 16
"""Number of rows of the batch that are searched in the table."""

_no_grad = torch.no_grad


class WholeData(NamedTuple):
    """All the rows, and their classes."""

    name: str
    """The name of the variable that holds the rows."""
    rows: Tensor
    """(rows, numbers of each), in the dtype that the model was given."""
    classes: Tensor
    """(rows,), as whole numbers."""


def whole_data(
    call: SeenCall,
    loss: SeenCall | None,
    tables: Sequence[NumberTable],
    steady: Collection[int] = (),
) -> WholeData | None:
    """Return the data that the call's batch is from, None if it is not found.

    `loss` is the call of the loss that received the output. A table with no more rows than the
    batch counts only if its `id` is in `steady`: the tables that existed at other steps, too.
    """
    with _no_grad(), without_overrides():
        (batch,) = plain_tensors(call.inputs[:1])
        if batch.dim() < 2 or not batch.numel():
            return None
        batch = batch.flatten(1)
        found = _smallest(batch, tables, steady)
        if found is None:
            return None
        table, rows = found
        hits = [_places_of(row, rows) for row in batch[:_COMPARED_ROWS]]
        target = _target(loss, len(batch))
        classes = _classes_of(rows, target, hits, tables)
        return WholeData(table.name, rows, classes) if classes is not None else None


def _smallest(
    batch: Tensor, tables: Iterable[NumberTable], steady: Collection[int]
) -> tuple[NumberTable, Tensor] | None:
    """Return the smallest table that contains the rows of the batch, with its rows."""
    best: tuple[NumberTable, Tensor] | None = None
    for table in tables:
        rows = _rows(table, batch.shape[1])
        if rows is None or (best and len(rows) >= len(best[1])):
            continue
        if len(rows) < len(batch) + (id(table.numbers) not in steady):
            continue
        rows = rows.to(batch.dtype)
        if all(len(_places_of(row, rows)) for row in batch[:_COMPARED_ROWS]):
            best = table, rows
    return best


def _rows(table: NumberTable, width: int) -> Tensor | None:
    """Return the rows of a table with `width` numbers each; 0 allows any number."""
    numbers = table.numbers
    if is_tensor(numbers):
        (plain,) = plain_tensors([numbers])
        if plain.layout is not torch.strided or plain.device.type != "cpu" or plain.is_complex():
            return None
    elif isinstance(numbers, np.ndarray) and numbers.dtype.kind in "fiub":
        if numbers.size > MAX_NUMBERS:
            return None
        plain = torch.from_numpy(np.array(numbers))
    else:
        return None
    if not 0 < plain.numel() <= MAX_NUMBERS or not plain.dim():
        return None
    rows = plain.reshape(len(plain), -1)
    if table.places is not None:
        rows = rows[[place for place in table.places if -len(rows) <= place < len(rows)]]
    return rows if not width or rows.shape[1] == width else None


def _places_of(row: Tensor, rows: Tensor) -> Tensor:
    """Return the indices in `rows` at which the row occurs."""
    column = int(row.abs().argmax())  # differs in more rows than a column that is often 0
    near = (rows[:, column] == row[column]).nonzero().reshape(-1)
    return near[(rows[near] == row).all(1)]


def _target(loss: SeenCall | None, count: int) -> Tensor | None:
    """Return the class of each row that the loss received; None if unknown."""
    if loss is None or len(loss.inputs) < 2:
        return None
    (plain,) = plain_tensors(loss.inputs[1:2])
    rows = plain.reshape(len(plain), -1) if plain.dim() else plain.reshape(1, 1)
    return _as_classes(rows) if len(rows) == count else None


def _as_classes(rows: Tensor) -> Tensor | None:
    """Return the class of each row: its only number, or the index of the 1 if one-hot."""
    if rows.shape[1] > 1:
        is_one_hot = bool(((rows == 0) | (rows == 1)).all() and (rows.sum(1) == 1).all())
        return rows.argmax(1) if is_one_hot else None
    numbers = rows[:, 0].double()
    is_whole = bool((numbers == numbers.floor()).all() and numbers.min() >= 0)
    return numbers.long() if is_whole else None


def _classes_of(
    rows: Tensor, target: Tensor | None, hits: Sequence[Tensor], tables: Iterable[NumberTable]
) -> Tensor | None:
    """Return the program's classes of these rows; None if they are not unique."""
    fitting: list[Tensor] = []
    for table in tables:
        if target is None and not LABEL_NAMES.search(table.name):
            continue
        labels = _rows(table, 0)
        if labels is None or len(labels) != len(rows) or labels.shape == rows.shape:
            continue
        classes = _as_classes(labels)
        if classes is not None and (target is None or _agree(classes, target, hits)):
            fitting.append(classes)
    if not fitting or not all(torch.equal(fitting[0], each) for each in fitting[1:]):
        return None
    return fitting[0]


def _agree(classes: Tensor, target: Tensor, hits: Sequence[Tensor]) -> bool:
    """Return True if each row of the batch has the class of one of its places."""
    pairs = zip(hits, target, strict=False)
    return all(bool((classes[places] == right).any()) for places, right in pairs)
