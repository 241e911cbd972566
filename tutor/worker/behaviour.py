"""Describes the behaviour of a program's object as plain values, so that two can be compared.

`behaviour` belongs to the vocabulary of lessons. It changes neither the object nor the points at
which it calls a function.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tutor.worker.naming import named_parameters
from tutor.worker.torch_private import is_module, is_tensor

RAISES = "raises"
"""Stands for the value of a function at a point at which it raises."""

_PROBE_SEED = 1_729
_MAX_POINTS = 16
_MAX_PAIRED = 6
_deepcopy = copy.deepcopy


def behaviour(obj: Any, *points: Any) -> Any:  # noqa: ANN401 # whatever a program binds
    """Return what an object does, as plain values, so that two of them can be compared.

    Of a module: its parameters, and its outputs in evaluation mode for fixed rows as wide as its
    first weight matrix; without one it counts as a function. Of an optimizer: its class, its
    settings and the parameters that it moves. Of a data set: its length, and some of its examples,
    the first and the last among them. Of another callable: its values at fixed numbers, arrays and
    tensors and at the `points`, or at pairs of these. The text "raises" stands where an error is
    raised. Anything else is returned as it is.
    """
    if isinstance(obj, torch.optim.Optimizer):
        return _of_optimizer(obj)
    if is_module(obj):
        parameters = [parameter.detach() for _, parameter in named_parameters("", obj)]
        inputs = [*(_rows(parameters) or _standard_points()), *_usable(points)]
        return [parameters, _values(_deepcopy(obj).eval(), inputs)]
    if isinstance(obj, torch.utils.data.Dataset):
        return _of_data_set(obj)
    if callable(obj):
        return _values(obj, [*_standard_points(), *_usable(points)])
    return obj


def _of_optimizer(optimizer: torch.optim.Optimizer) -> list[object]:
    groups = [
        (
            {name: setting for name, setting in group.items() if name != "params"},
            [parameter.detach() for parameter in group["params"]],
        )
        for group in optimizer.param_groups
    ]
    return [type(optimizer).__name__, groups]


def _of_data_set(data: Any) -> list[object]:  # noqa: ANN401 # not every data set has a length
    try:
        length = len(data)
    except Exception:
        return [RAISES]
    every = max(1, length // _MAX_POINTS)
    return [length, *(_value(data.__getitem__, i) for i in (*range(0, length, every), length - 1))]


def _rows(parameters: list[Tensor]) -> list[Tensor]:
    """Return rows as wide as the first weight matrix; [] if there is no matrix."""
    width = next((each.shape[-1] for each in parameters if each.dim() == 2), None)
    if width is None:
        return []
    generator = torch.Generator().manual_seed(_PROBE_SEED)
    rows = torch.randn(4, width, generator=generator, dtype=parameters[0].dtype)
    return [rows, 100 * rows, rows[:1]]


def _standard_points() -> list[Any]:
    generator = np.random.default_rng(_PROBE_SEED)
    arrays: list[Any] = [generator.normal(size=size) for size in ((3,), (2, 3), (3, 2))]
    arrays += [np.array([1000.0, -1000.0, 0.0]), np.array([[0.0, 1.0], [2000.0, 2001.0]])]
    return [2.4, -1.3, *arrays, *(torch.tensor(array).float() for array in arrays)]


def _usable(points: tuple[Any, ...]) -> list[Any]:
    """Return the points that are numbers, arrays or tensors; lists of numbers become tensors."""
    usable: list[Any] = []
    for point in points[:_MAX_POINTS]:
        if isinstance(point, list | tuple):
            try:
                usable.append(torch.tensor(point))
            except (TypeError, ValueError):
                pass
        elif is_tensor(point):
            detached = point.detach().clone()
            usable += [detached] if detached.is_floating_point() else [detached, detached.float()]
        elif isinstance(point, int | float | np.ndarray):
            usable.append(point)
    return usable


def _values(function: Callable[..., Any], points: list[Any]) -> list[Any]:
    values = [_value(function, point) for point in points]
    if all(isinstance(value, str) for value in values):
        paired = points[-_MAX_PAIRED:]
        values += [_value(function, one, other) for one in paired for other in paired]
    return values


def _value(function: Callable[..., Any], *points: Any) -> Any:  # noqa: ANN401 # any value
    """Return the function's value, with the arguments that it changed."""
    arguments = _deepcopy(points)
    try:
        with torch.no_grad():
            value = function(*arguments)
    except Exception:
        return RAISES
    changed = [
        argument
        for argument, point in zip(arguments, points, strict=True)
        if not _is_equal(argument, point)
    ]
    return [_deepcopy(value) if not is_module(value) else RAISES, changed]


def _is_equal(one: Any, other: Any) -> bool:  # noqa: ANN401 # numbers, arrays, tensors
    return bool(np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True))
