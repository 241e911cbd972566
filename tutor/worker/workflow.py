"""The functions of the vocabulary about a workflow: predictions, batches, kept states, split rows.

None of them relies on what the program has set up: a model is asked in evaluation mode whatever
mode it is in, and nothing is taken from hooks. Modes, buffers and generators are put back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from inspect import getclosurevars
from io import BytesIO
from itertools import islice
from types import FunctionType
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.serialization import safe_globals
from torch.torch_version import TorchVersion

from tutor.worker.guard import clean, safe_repr, safe_str, type_name
from tutor.worker.model_input import as_input
from tutor.worker.model_states import ModelStates
from tutor.worker.torch_private import is_module, is_tensor

_MAX_BATCHES = 10_000
_PASSES = 4
_MAX_REASON = 200
_load = torch.load
_state_dict: Callable[[nn.Module], Mapping[str, object]] = nn.Module.state_dict


def evaluated(model: Callable[..., Any], x: Any) -> Any:  # noqa: ANN401 # as for run
    """Return model(x) in evaluation mode, computed without gradients.

    Modules that a function names are in that mode, too. Every module has its own mode and buffers
    again afterwards. `x` may be a number, a list, an array or a tensor; for a module it is cast to
    the dtype of the first parameter.
    """
    with torch.no_grad(), evaluation_mode(model):
        return model(as_input(x, model))


@contextmanager
def evaluation_mode(model: Callable[..., Any]) -> Iterator[None]:
    """Put the model, or the modules that a function names, in that mode for a while."""
    states = ModelStates(_modules_of(model))
    states.switch_to_evaluation()
    try:
        yield
    finally:
        states.put_back()


def _modules_of(model: Callable[..., Any]) -> list[nn.Module]:
    if is_module(model):
        return [model]
    if not isinstance(model, FunctionType):
        return []
    named = getclosurevars(model)
    return [
        each for each in (*named.globals.values(), *named.nonlocals.values()) if is_module(each)
    ]


def right(model: Callable[..., Any], x: Any, y: Any) -> float:  # noqa: ANN401 # as for run
    """Return the share of right answers, from 0 to 1, by what `evaluated(model, x)` gives.

    With several outputs a row the answer is the largest one, with one output whether it is above
    0. A row with nan counts as wrong. Raises ValueError if there is not one label for each row.
    """
    outputs = torch.as_tensor(evaluated(model, x))
    labels = torch.as_tensor(y).flatten()
    rows = outputs.flatten(1) if outputs.dim() > 1 else outputs.reshape(-1, 1)
    if len(rows) != len(labels) or not len(rows):
        raise ValueError(f"{len(rows)} rows of output for {len(labels)} labels")
    answers = rows.argmax(dim=1) if rows.shape[1] > 1 else (rows[:, 0] > 0).long()
    hits = (answers == labels) & ~rows.isnan().any(dim=1)
    return int(hits.sum()) / len(hits)


def batches(loader: Iterable[object]) -> tuple[object, ...]:
    """Return the shapes of one pass: for each batch its shape, or those of its parts.

    A batch (x, y) of 32 rows gives ((32, 4), (32,)). What is no tensor or array has its type's
    name. Raises ValueError if the loader can be gone through only once, or has no end.
    """
    (shapes,) = _passes(loader, _shapes, 1)
    return shapes


def reshuffles(loader: Iterable[object]) -> bool:
    """Return True if two passes differ, in the order of rows or in the rows themselves.

    A few passes are compared, since two can be alike by chance. Raises ValueError as `batches`.
    """
    first, *others = _passes(loader, _numbers, _PASSES)
    return any(other != first for other in others)


def stored(file: Any) -> Any:  # noqa: ANN401 # whatever was saved
    """Return what `torch.load(file, weights_only=True)` gives, or in words why it gives nothing.

    `file` is a path or a BytesIO. The version of PyTorch, which people save beside the numbers, has
    a class of its own, and is let in.
    """
    try:
        if isinstance(file, BytesIO):
            file = BytesIO(file.getvalue())
        with safe_globals([TorchVersion]):
            return _load(file, weights_only=True)
    except Exception as error:
        reason, *_ = safe_str(error, _MAX_REASON * 5).strip().splitlines() or [""]
        return clean(f"{type_name(error)}: {reason}", _MAX_REASON)


def same_state(a: object, b: object) -> bool:
    """Return True if two models or state dicts have equal names and values, in memory of their own.

    False where a value of one shares memory with one of the other, since the next step would change
    both; and where one of them is no state, such as the words that `stored` gives for no file.
    """
    first, second = _state(a), _state(b)
    if first is None or second is None or first.keys() != second.keys():
        return False
    if _memory(first) & _memory(second):
        return False
    return all(_equal(value, second[name]) for name, value in first.items())


def rows_shared(a: Any, b: Any) -> int:  # noqa: ANN401 # lists, arrays, tensors
    """Return how many rows of `b` also stand in `a`, number for number.

    Raises ValueError if their rows are not equally long.
    """
    known, asked = _rows_of(a), _rows_of(b)
    if known.shape[1] != asked.shape[1]:
        raise ValueError(f"rows of {known.shape[1]} and of {asked.shape[1]} numbers")
    rows = {row.tobytes() for row in known}
    return sum(row.tobytes() in rows for row in asked)


def _passes(
    loader: Iterable[object], read: Callable[[object], object], count: int
) -> list[tuple[object, ...]]:
    """Return what `read` makes of each batch, pass by pass; put the loader's generators back."""
    generators = _generators_of(loader)
    states = [generator.get_state() for generator in generators]
    try:
        if iter(loader) is loader:
            raise ValueError("it can be gone through only once")
        return [_one_pass(loader, read) for _ in range(count)]
    finally:
        for generator, state in zip(generators, states, strict=True):
            generator.set_state(state)


def _one_pass(loader: Iterable[object], read: Callable[[object], object]) -> tuple[object, ...]:
    found = tuple(read(batch) for batch in islice(loader, _MAX_BATCHES + 1))
    if len(found) > _MAX_BATCHES:
        raise ValueError(f"it gives more than {_MAX_BATCHES} batches")
    return found


def _generators_of(loader: object) -> list[torch.Generator]:
    """Return the generators that a DataLoader and its samplers draw from, each once."""
    batch_sampler = getattr(loader, "batch_sampler", None)
    holders = (loader, getattr(loader, "sampler", None), getattr(batch_sampler, "sampler", None))
    found = (getattr(holder, "generator", None) for holder in holders)
    return list({id(each): each for each in found if isinstance(each, torch.Generator)}.values())


def _shapes(batch: object) -> object:
    if isinstance(batch, list | tuple):
        return tuple(_shapes(part) for part in batch)
    if isinstance(batch, Mapping):
        return tuple(_shapes(part) for part in batch.values())
    if is_tensor(batch) or isinstance(batch, np.ndarray):
        return tuple(batch.shape)
    return type_name(batch)


def _numbers(batch: object) -> object:
    """Return the numbers of a batch in a form that can be compared, nan being equal to nan."""
    if isinstance(batch, list | tuple):
        return tuple(_numbers(part) for part in batch)
    if isinstance(batch, Mapping):
        return tuple(_numbers(part) for part in batch.values())
    if is_tensor(batch):
        return batch.detach().cpu().numpy().tobytes()
    return batch.tobytes() if isinstance(batch, np.ndarray) else safe_repr(batch, _MAX_REASON)


def _state(obj: object) -> Mapping[str, object] | None:
    """Return a model's state dict or the mapping itself, None for anything else."""
    if is_module(obj):
        return _state_dict(obj)
    return obj if isinstance(obj, Mapping) else None


def _memory(state: Mapping[str, object]) -> set[int]:
    """Return the addresses of the memory that the tensors of a state lie in."""
    storages = [value.untyped_storage() for value in state.values() if is_tensor(value)]
    return {storage.data_ptr() for storage in storages if storage.nbytes()}


def _equal(first: object, second: object) -> bool:
    if not (is_tensor(first) and is_tensor(second)):
        return not is_tensor(first) and not is_tensor(second) and bool(first == second)
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    return bool(torch.allclose(first, second, rtol=0, atol=0, equal_nan=True))


def _rows_of(obj: Any) -> np.ndarray[Any, Any]:  # noqa: ANN401 # as for rows_shared
    """Return the rows as float64 numbers, in which 0 has one sign only."""
    numbers = torch.as_tensor(obj).detach().cpu().double().numpy() + 0.0
    return np.ascontiguousarray(numbers.reshape(len(numbers), -1))
