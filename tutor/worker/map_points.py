"""Finds the data of a model's input: its points, and their classes or values.

A call has a batch. The whole data is searched in the program's variables. A table counts only if it
contains the rows of that batch, so nothing is guessed. Objects are only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from torch import Tensor
from torch.utils.data import DataLoader

from tutor.worker.program_tables import tables_of
from tutor.worker.seen_calls import SeenCall
from tutor.worker.torch_private import is_tensor, without_overrides

Numbers: TypeAlias = npt.NDArray[np.float64]

MAX_ROWS = 20_000
"""Maximum number of rows of the data that are read."""
_COMPARED_ROWS = 8
LABEL_NAMES = re.compile(r"(^|_)(y|t|labels?|targets?|class(es)?)(\d*|_.*)$", re.IGNORECASE)
"""Common names of labels and targets."""


class Data(NamedTuple):
    """The points of a model, row by row."""

    points: Numbers
    """(rows, inputs)."""
    labels: Numbers | None
    """(rows,): the class or the value of each; None if they are not known."""
    is_whole: bool
    """True if this is all the data, not only a batch of it."""


def find_data(
    call: SeenCall, loss: SeenCall | None, scopes: Iterable[Mapping[str, object]]
) -> Data | None:
    """Return the data that the call's batch is from; None for other inputs.

    `loss` is the call of the loss that received its output. `scopes` have the variables in which to
    search the rest.
    """
    given = call.inputs[0] if call.inputs else None
    batch = _rows(given[None] if given is not None and given.dim() == 1 else given)
    if batch is None or not len(batch):
        return None
    width = batch.shape[1]
    variables = [*_variables(scopes)]
    tables = [rows for _, rows in variables if rows.shape[1] == width and _has_rows(rows, batch)]
    larger = [rows for rows in tables if len(rows) > 2 * len(batch)]
    points = min(larger, key=len) if larger else batch
    target = _target(loss, len(batch))
    labels = _labels_of(points, batch, target, variables)
    return Data(points, labels, is_whole=points is not batch or not _is_batched(scopes))


def joined(one: Data, other: Data, limit: int) -> Data:
    """Return at most `limit` points of both, each point once."""
    if (one.labels is None) != (other.labels is None) or len(one.points) >= limit:
        return one
    points = np.concatenate([one.points, other.points])
    _, first = np.unique(points, axis=0, return_index=True)
    kept = np.sort(first)[:limit]
    labels = None
    if one.labels is not None and other.labels is not None:
        labels = np.concatenate([one.labels, other.labels])[kept]
    return Data(points[kept], labels, is_whole=False)


def _labels_of(
    points: Numbers,
    batch: Numbers,
    target: Numbers | None,
    variables: list[tuple[str, Numbers]],
) -> Numbers | None:
    """Return the labels of these points, from the program's variables or the loss."""
    if target is not None and points is batch:
        return target
    columns = [
        (name, column)
        for name, rows in variables
        if len(rows) == len(points)
        and (column := _as_labels(rows)) is not None
        and not np.array_equal(rows, points)
    ]
    if target is not None:
        places = [_place_of(row, points) for row in batch[:_COMPARED_ROWS]]
        expected = target[: len(places)]
        fitting = [column for _, column in columns if np.array_equal(column[places], expected)]
        return fitting[0] if fitting else None
    named = [column for name, column in columns if LABEL_NAMES.search(name)]
    candidates = named or [column for _, column in columns]
    same = all(np.array_equal(candidates[0], each) for each in candidates[1:])
    return candidates[0] if candidates and same else None


def _target(loss: SeenCall | None, count: int) -> Numbers | None:
    if loss is None or len(loss.inputs) < 2:
        return None
    rows = _rows(loss.inputs[1])
    if rows is None:
        return None
    if rows.shape[0] == 1 and rows.shape[1] == count:
        rows = rows.T
    return _as_labels(rows) if len(rows) == count else None


def _as_labels(rows: Numbers) -> Numbers | None:
    """Return one number a row: its only number, or the class of a one-hot row."""
    if rows.shape[1] == 1:
        return rows[:, 0]
    is_one_hot = bool(((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all())
    return rows.argmax(axis=1).astype(np.float64) if is_one_hot else None


def _is_batched(scopes: Iterable[Mapping[str, object]]) -> bool:
    """Return True if there is a loader, so that each call has a batch."""
    return any(isinstance(obj, DataLoader) for scope in scopes for obj in scope.values())


def _has_rows(table: Numbers, batch: Numbers) -> bool:
    """Return True if the table contains the first rows of the batch."""
    if len(table) < len(batch):
        return False
    return all(_place_of(row, table) >= 0 for row in batch[:_COMPARED_ROWS])


def _place_of(row: Numbers, table: Numbers) -> int:
    hits = np.flatnonzero((table == row).all(axis=1))
    return int(hits[0]) if len(hits) else -1


def _variables(scopes: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, Numbers]]:
    """Yield all tables of numbers in these scopes, each under the name of its variable."""
    for table in tables_of(scopes):
        rows = _rows(table.numbers)
        if rows is not None:
            yield table.name, rows if table.places is None else _chosen(rows, table.places)


def _chosen(rows: Numbers, places: Sequence[int]) -> Numbers:
    return rows[[place for place in places if -len(rows) <= place < len(rows)]]


def _rows(obj: object) -> Numbers | None:
    """Return a table of numbers as rows; None for others, and if it is too large.

    A tensor that requires gradients is a parameter or a prediction, not data.
    """
    if is_tensor(obj):
        with without_overrides():
            if obj.requires_grad or obj.dim() > 2 or obj.is_complex() or obj.is_sparse:
                return None
            if obj.numel() > 2 * MAX_ROWS or obj.device.type != "cpu":
                return None
            array = _plain(obj)
    elif type(obj) is np.ndarray and obj.ndim <= 2 and obj.dtype.kind in "fiub":
        array = obj.astype(np.float32).astype(np.float64) if obj.size <= 2 * MAX_ROWS else None
    else:
        return None
    if array is None:
        return None
    return array.reshape(len(array), -1) if array.ndim == 2 else array.reshape(-1, 1)


def _plain(tensor: Tensor) -> Numbers | None:
    # rounded alike, since a program may have made another dtype of it for the model
    numbers: Numbers = tensor.detach().float().double().numpy()
    return numbers if numbers.size else None
