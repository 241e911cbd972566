"""Statistics of a layer's output: mean and spread, zeros, dead units, saturation, a histogram.

They are computed while the program trains, so they must be cheap: a large tensor is sampled.
This module saves references to torch's functions before a program can replace them.
"""

from __future__ import annotations

from math import isfinite, nan

import torch
from torch import Tensor

from tutor.wire.models import MAX_BINS, Activations
from tutor.worker.tensor_numbers import plain_tensors
from tutor.worker.torch_private import without_overrides

MAX_ELEMENTS = 16_384
"""Maximum size of a tensor that is read whole; a larger one is sampled evenly."""
CLOSE = 0.03
"""Distance from a limit within which a sigmoid or tanh is saturated, as a share of its range."""
LIMITS = {"Sigmoid": (0.0, 1.0), "Tanh": (-1.0, 1.0), "Hardsigmoid": (0.0, 1.0)}

_std_mean, _aminmax, _histc = torch.std_mean, torch.aminmax, torch.histc
_no_grad = torch.no_grad


def activations_of(tensor: Tensor, type_name: str) -> Activations | None:
    """Return the statistics of a layer's output; None if it cannot be read."""
    with _no_grad(), without_overrides():
        (plain,) = plain_tensors([tensor])
        readable = plain.layout is torch.strided and plain.device.type == "cpu"
        if not readable or not plain.dtype.is_floating_point or not plain.numel():
            return None
        flat = plain.reshape(-1)
        if flat.numel() > MAX_ELEMENTS:
            flat = flat[:: -(-flat.numel() // MAX_ELEMENTS)]
        if flat.dtype not in (torch.float32, torch.float64):
            flat = flat.float()
        return _numbers(flat, plain, type_name)


def _numbers(flat: Tensor, plain: Tensor, type_name: str) -> Activations:
    count = flat.numel()
    low, high = (float(each) for each in _aminmax(flat))  # nan if any element is
    not_finite = 0
    if not (isfinite(low) and isfinite(high)):
        flat = flat[flat.isfinite()]
        not_finite = count - flat.numel()
        if not flat.numel():
            return Activations(nan, nan, nan, nan, not_finite)
        low, high = (float(each) for each in _aminmax(flat))
    std, mean = _std_mean(flat, correction=0)
    zeros = int((flat == 0).sum()) / count if low <= 0.0 <= high else 0.0
    limits = LIMITS.get(type_name)
    return Activations(
        float(mean),
        float(std),
        low,
        high,
        not_finite,
        zeros,
        _dead_share(plain) if zeros else 0.0 if _rows(plain) > 1 else None,
        _saturated_share(flat, *limits) if limits else None,
        _bins(flat, low, high),
    )


def _rows(plain: Tensor) -> int:
    return plain.shape[0] if plain.dim() > 1 else 1


def _dead_share(plain: Tensor) -> float | None:
    """Return the share of units, or channels of images, that are 0 in every row."""
    if _rows(plain) < 2 or plain.numel() > 16 * MAX_ELEMENTS:
        return None
    units = (plain == 0).all(0)
    if units.dim() > 1:
        units = units.flatten(1).all(1)
    return int(units.sum()) / units.numel()


def _saturated_share(flat: Tensor, low: float, high: float) -> float:
    close = CLOSE * (high - low)
    return int(((flat < low + close) | (flat > high - close)).sum()) / flat.numel()


def _bins(flat: Tensor, low: float, high: float) -> tuple[int, ...]:
    if not low < high or not isfinite(high - low):
        return ()
    counts = _histc(flat, MAX_BINS, low, high).tolist()
    return tuple(int(each) for each in counts)
