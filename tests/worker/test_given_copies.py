"""Givens are copied as they are, and what copies them leaves no mark on torch."""

from __future__ import annotations

import pytest

from tests.support.engine import loaded

pytestmark = pytest.mark.xdist_group("torch")


def test_tensors_with_a_history_are_copied_also_those_of_other_types() -> None:
    loaded()
    import torch

    from tutor.worker.givens import Givens

    class Named(torch.Tensor):
        pass

    never = (number for number in range(0))
    one = torch.ones(2, requires_grad=True)
    plain, other = one * 2, (one * 3).as_subclass(Named)
    before = torch.Tensor.__deepcopy__
    copies = Givens({"both": [plain, other], "again": plain, "none": never}).copies
    assert torch.Tensor.__deepcopy__ is before
    plain.data.zero_()
    other.data.zero_()
    assert [each.tolist() for each in copies.both] == [[2, 2], [3, 3]]
    assert copies.again is copies.both[0]


def test_to_copy_tensors_changes_nothing_in_their_class() -> None:
    loaded()
    import torch
    from torch import nn

    from tutor.worker.givens import Givens
    from tutor.worker.python_private import Words, can_read, dict_version_at

    assert can_read()
    version = Words([dict_version_at(vars(torch.Tensor))])
    Givens({"model": nn.Linear(2, 1), "x": [torch.ones(2)]})
    assert not version.changed()
