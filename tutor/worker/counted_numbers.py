"""Computes a histogram of a tensor that is too large to be sent.

Its range is that of the numbers, taken from known statistics. The numbers are only read. This
module saves references to torch's functions before a program can replace them.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from tutor.wire.values import COUNTED_BINS, Counts, Statistics
from tutor.worker.tensor_numbers import plain_tensors
from tutor.worker.torch_private import without_overrides

MAX_COUNTED = 1_048_576
"""Maximum size of a tensor that is counted whole, in 2 ms; a larger one is sampled evenly."""

_PART = 32_768
"""Elements that are counted at once: more would evict the training from the processor's cache."""

_histc, _bincount, _aminmax, _split = torch.histc, torch.bincount, torch.aminmax, torch.split
_count_nonzero, _finfo, _zeros = torch.count_nonzero, torch.finfo, torch.zeros
_no_grad, _view = torch.no_grad, np.ndarray.view


class CountingBudget:
    """The elements that may still be counted for one inventory."""

    def __init__(self, elements: int = 4 * MAX_COUNTED) -> None:
        self._left = elements

    def spend(self, elements: int) -> bool:
        """Take `elements` from the budget; return False, and take none, if fewer are left."""
        if elements > self._left:
            return False
        self._left -= elements
        return True


def counts_of_tensor(
    tensor: Tensor, statistics: Statistics | None, budget: CountingBudget
) -> Counts | None:
    """Return the histogram; None if it cannot be counted or exceeds the budget."""
    with _no_grad(), without_overrides():
        (plain,) = plain_tensors([tensor])
        if plain.layout is not torch.strided or plain.device.type != "cpu" or plain.is_complex():
            return None
        return _counts(plain, statistics, budget)


def counts_of_array(
    array: npt.NDArray[Any], statistics: Statistics | None, budget: CountingBudget
) -> Counts | None:
    plain = _view(array, np.ndarray)
    if plain.dtype.kind not in "fiub":
        return None
    some = _spread(plain.reshape(-1))
    with _no_grad(), without_overrides():
        return _counts(torch.from_numpy(some.astype(np.float64)), statistics, budget)


def _counts(plain: Tensor, statistics: Statistics | None, budget: CountingBudget) -> Counts | None:
    flat = _spread(plain.reshape(-1))
    if statistics is None or not flat.numel() or not budget.spend(flat.numel()):
        return None
    if flat.dtype not in (torch.float32, torch.float64):
        flat = flat.double()
    low, high = statistics.low, statistics.high
    has_range = isfinite(low) and isfinite(high) and low < high and isfinite(high - low)
    bins = _bins(flat, low, high) if has_range else ()
    zeros = flat.numel() - int(_count_nonzero(flat))
    return Counts(flat.numel(), zeros, tuple(int(each) for each in bins))


def _bins(flat: Tensor, low: float, high: float) -> Iterable[float]:
    """Return the number of elements in each bin, as `torch.histc` does.

    `torch.histc` takes three times as long, but also ignores nan and numbers outside the range.
    """
    least, most = map(float, _aminmax(flat))  # nan if any element is
    width, limits = (high - low) / COUNTED_BINS, _finfo(flat.dtype)
    is_inside = low <= least and most <= high
    if not is_inside or width < limits.tiny or high - low > limits.max:
        return _histc(flat, COUNTED_BINS, low, high).tolist()
    counts = _zeros(COUNTED_BINS, dtype=torch.int64)
    for part in _split(flat, _PART):
        places = part.sub(low).mul_(1.0 / width).clamp_(max=COUNTED_BINS - 1)
        counts += _bincount(places.to(torch.int32), minlength=COUNTED_BINS)
    return counts.tolist()


def _spread(flat: Any) -> Any:  # noqa: ANN401 # a tensor or an array, and a part of the same
    """Return at most `MAX_COUNTED` of the elements, evenly spread."""
    return flat[:: -(-len(flat) // MAX_COUNTED)] if len(flat) > MAX_COUNTED else flat
