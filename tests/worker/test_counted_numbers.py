"""How often each size of number occurs in what is too large to be sent."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.support.engine import run
from tutor.wire.events import InventoryEntry, InventoryTaken
from tutor.worker.counted_numbers import MAX_COUNTED, CountingBudget
from tutor.worker.inventory import take_inventory

pytestmark = pytest.mark.xdist_group("torch")


def entry_of(obj: object) -> InventoryEntry:
    (entry,) = take_inventory({"a": obj}).entries
    return entry


@pytest.mark.parametrize("in_numpy", [False, True])
def test_each_part_of_the_range_has_its_count(in_numpy: bool) -> None:
    ramp = torch.arange(12_000).float()
    entry = entry_of(ramp.numpy() if in_numpy else ramp)
    assert entry.counts is not None
    assert entry.counts.bins == (200,) * 60
    assert (entry.counts.counted, entry.counts.zeros) == (12_000, 1)


def test_what_is_sent_whole_is_not_counted() -> None:
    assert entry_of(torch.arange(8192)).counts is None


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.int64, torch.bool, torch.uint8])
def test_numbers_of_any_kind_are_counted(dtype: torch.dtype) -> None:
    counts = entry_of((torch.arange(10_000) % 2).to(dtype)).counts
    assert counts is not None
    assert (counts.zeros, counts.bins[0], counts.bins[-1]) == (5000, 5000, 5000)


def test_nan_and_infinity_are_left_out() -> None:
    ramp = torch.arange(12_000).float()
    ramp[1], ramp[2] = torch.nan, torch.inf
    counts = entry_of(ramp).counts
    assert counts is not None
    assert sum(counts.bins) == 11_998


@pytest.mark.parametrize("scale", [1.0, 1e-44, 1e30])
def test_the_counts_are_those_of_a_histogram(scale: float) -> None:
    numbers = torch.linspace(-1.0, 1.0, 70_001) ** 3 * scale
    low, high = float(numbers.min()), float(numbers.max())
    counts = entry_of(numbers).counts
    assert counts is not None
    assert list(counts.bins) == torch.histc(numbers, len(counts.bins), low, high).tolist()


@pytest.mark.parametrize(
    "obj", [torch.zeros(10_000, dtype=torch.complex64), torch.empty(10_000, device="meta")]
)
def test_what_has_no_order_or_no_numbers_is_not_counted(obj: object) -> None:
    assert entry_of(obj).counts is None


def test_equal_numbers_have_no_parts() -> None:
    counts = entry_of(np.zeros(10_000)).counts
    assert counts is not None
    assert (counts.zeros, counts.bins) == (10_000, ())


def test_of_a_vast_tensor_some_are_counted_and_not_more_than_the_budget() -> None:
    counts = entry_of(torch.zeros(3 * MAX_COUNTED)).counts
    assert counts is not None
    assert counts.counted == MAX_COUNTED
    budget = CountingBudget(10)
    assert budget.spend(9)
    assert not budget.spend(2)


def test_a_run_tells_the_counts_of_a_large_tensor_and_leaves_it_as_it_is() -> None:
    source = "big = torch.randn(100, 100)\nbefore = big.clone()\nfirst = torch.rand(1)"
    served = run(source, live=True)
    told = next(each for each in served.all(InventoryTaken)[-1].entries if each.name == "big")
    assert told.counts is not None
    assert sum(told.counts.bins) == 10_000
