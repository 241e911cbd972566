"""Counts how often each size of number occurs in a tensor that is too large to be sent.

The range is that of the numbers themselves. Nothing is computed anew that statistics tell, and the
numbers are only read. Functions of torch are kept aside here, before a program can replace them.
"""

from __future__ import annotations

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
"""Elements that are counted of one tensor: of a larger one, as many evenly spread. They take 5 ms.
"""

_histc, _no_grad, _view = torch.histc, torch.no_grad, np.ndarray.view


class CountingBudget:
    """The elements that may still be counted for one inventory."""

    def __init__(self, elements: int = 4 * MAX_COUNTED) -> None:
        self._left = elements

    def spend(self, elements: int) -> bool:
        """Take so many elements; return False if they are not left, and then take none."""
        if elements > self._left:
            return False
        self._left -= elements
        return True


def counts_of_tensor(
    tensor: Tensor, statistics: Statistics | None, budget: CountingBudget
) -> Counts | None:
    """Return how often each size of number occurs; None if that cannot be said, or is too much."""
    with _no_grad(), without_overrides():
        (plain,) = plain_tensors([tensor])
        if plain.layout is not torch.strided or plain.device.type != "cpu" or plain.is_complex():
            return None
        return _counts(plain, statistics, budget)


def counts_of_array(
    array: npt.NDArray[Any], statistics: Statistics | None, budget: CountingBudget
) -> Counts | None:
    """Return the same of an array."""
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
    bins = _histc(flat, COUNTED_BINS, low, high).tolist() if has_range else ()
    return Counts(flat.numel(), int((flat == 0).sum()), tuple(int(each) for each in bins))


def _spread(flat: Any) -> Any:  # noqa: ANN401 # a tensor or an array, and a part of the same
    """Return at most so many of the elements as are counted, evenly spread."""
    return flat[:: -(-len(flat) // MAX_COUNTED)] if len(flat) > MAX_COUNTED else flat
