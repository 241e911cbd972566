"""Finds all the rows of the data that a model's batch comes from, with the label of each.

A table counts only if it contains the rows of that batch, with the labels that the loss received,
so nothing is guessed. Objects are only read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from tutor.worker.program_tables import NumberTable
from tutor.worker.seen_calls import SeenCall
from tutor.worker.tensor_numbers import plain_tensors
from tutor.worker.torch_private import is_tensor, without_overrides

MAX_NUMBERS = 4_000_000
"""Maximum size of a table that is read, in elements."""
LABEL_NAMES = re.compile(r"(^|_)(y|t|labels?|targets?|class(es)?)(\d*|_.*)$", re.IGNORECASE)
"""Common names of labels and targets."""
_COMPARED_ROWS = 16
"""Number of rows of the batch that are searched in the table."""

_no_grad = torch.no_grad


class ProgramData(NamedTuple):
    """The rows that a model is given, and their labels."""

    name: str
    """The name of the variable that holds the rows; "" if only the batch is known."""
    rows: Tensor
    """(rows, numbers of each), in the dtype that the model was given."""
    labels: Tensor | None
    """(rows,), float64: the class or the value of each; None if they are not known."""


def find_data(
    call: SeenCall,
    loss: SeenCall | None,
    tables: Sequence[NumberTable],
    *,
    times: int,
    steady: Collection[int] = (),
    only_named: bool = False,
) -> ProgramData | None:
    """Return the data that the call's batch is from, or the batch if no table has its rows.

    None if the input has no numbers. `loss` is the call of the loss that received the output. A
    table counts if it has more than `times` the rows of the batch, or as many if its `id` is in
    `steady`: the tables that existed at other steps, too. If no loss has received labels, they are
    the only column of that length with a name of labels or, unless `only_named`, with any name.
    """
    with _no_grad(), without_overrides():
        given = plain_tensors(call.inputs[:1])
        if not given or not given[0].numel():
            return None
        batch = given[0].flatten(1) if given[0].dim() > 1 else given[0].reshape(1, -1)
        name, rows = _smallest(batch, tables, times, steady) or ("", batch)
        target = _target(loss, len(batch))
        if rows is batch and target is not None:
            return ProgramData(name, rows, target)
        hits = [_places_of(row, rows) for row in batch[:_COMPARED_ROWS]]
        fitting = _labels_in(tables, rows, target, hits)
        found = [labels for known, labels in fitting if LABEL_NAMES.search(known)]
        if target is not None or not (found or only_named):
            found = [labels for _, labels in fitting]
        is_one = bool(found) and all(torch.equal(found[0], each) for each in found[1:])
        return ProgramData(name, rows, found[0] if is_one else None)


def _smallest(
    batch: Tensor, tables: Iterable[NumberTable], times: int, steady: Collection[int]
) -> tuple[str, Tensor] | None:
    """Return the smallest table that contains the rows of the batch: its name and its rows."""
    best: tuple[str, Tensor] | None = None
    for table in tables:
        rows = _rows(table, batch.shape[1])
        if rows is None or (best and len(rows) >= len(best[1])):
            continue
        is_steady = len(rows) >= len(batch) and id(table.numbers) in steady
        if len(rows) <= times * len(batch) and not is_steady:
            continue
        rows = rows.to(batch.dtype)
        if all(len(_places_of(row, rows)) for row in batch[:_COMPARED_ROWS]):
            best = table.name, rows
    return best


def _rows(table: NumberTable, width: int) -> Tensor | None:
    """Return the rows of a table with `width` numbers each; 0 allows any number.

    A tensor that requires gradients is a parameter or a prediction, not data.
    """
    numbers = table.numbers
    if is_tensor(numbers):
        (plain,) = plain_tensors([numbers])
        if plain.layout is not torch.strided or plain.device.type != "cpu" or plain.is_complex():
            return None
        if numbers.requires_grad:
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
    """Return the label of each row that the loss received; None if unknown."""
    if loss is None or len(loss.inputs) < 2:
        return None
    (plain,) = plain_tensors(loss.inputs[1:2])
    rows = plain.reshape(len(plain), -1) if plain.dim() else plain.reshape(1, 1)
    return _as_labels(rows) if len(rows) == count else None


def _as_labels(rows: Tensor) -> Tensor | None:
    """Return the label of each row: its only number, or the index of the 1 if one-hot."""
    if rows.shape[1] > 1:
        is_one_hot = bool(((rows == 0) | (rows == 1)).all() and (rows.sum(1) == 1).all())
        return rows.argmax(1).double() if is_one_hot else None
    return rows[:, 0].double()


def _labels_in(
    tables: Iterable[NumberTable], rows: Tensor, target: Tensor | None, hits: Sequence[Tensor]
) -> list[tuple[str, Tensor]]:
    """Return the columns that may be the labels of these rows, with their names."""
    fitting: list[tuple[str, Tensor]] = []
    for table in tables:
        column = _rows(table, 0)
        if column is None or len(column) != len(rows) or torch.equal(column.to(rows.dtype), rows):
            continue
        labels = _as_labels(column)
        if labels is not None and (target is None or _agree(labels, target, hits)):
            fitting.append((table.name, labels))
    return fitting


def _agree(labels: Tensor, target: Tensor, hits: Sequence[Tensor]) -> bool:
    """Return True if each row of the batch has the label of one of its places."""
    pairs = zip(hits, target, strict=False)
    return all(bool((labels[places] == right).any()) for places, right in pairs)
