"""Looking up parts of objects: what is stored is found, and nothing of the program is run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.engine import loaded

pytestmark = pytest.mark.xdist_group("torch")


class Plain:
    def __init__(self) -> None:
        self.kept = 1


class Liar(Plain):
    """Answers for each attribute that it has it."""

    def __getattr__(self, name: str) -> int:
        raise AssertionError(name)


class OwnDictionary:
    """Runs its own code where its dictionary is read."""

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override] # what is tested
        raise AssertionError("it was run")


class Borrowed:
    """Has the dictionary of another class, which is none of its own."""

    __slots__ = ()
    __dict__ = vars(Plain)["__dict__"]


def test_stored_attributes_are_found_and_no_others() -> None:
    loaded()
    from tutor.worker.lookup import MISSING, attribute_of

    assert attribute_of(Plain(), "kept") == 1
    assert attribute_of(Liar(), "kept") == 1
    for owner in (Plain(), Liar(), OwnDictionary(), Borrowed(), Plain, 1, None):
        assert attribute_of(owner, "other") is MISSING


def test_items_of_plain_containers_are_found() -> None:
    loaded()
    from torch import nn

    from tutor.worker.lookup import MISSING, item_of

    model = nn.Sequential(nn.ReLU())
    assert item_of([1, 2], -1) == 2
    assert item_of({"k": 3}, "k") == 3
    assert item_of(model, 0) is model[0]
    for owner, index in (([1], 5), ({}, "k"), (model, 1), ("text", 0), ([1], None), ([1], True)):
        assert item_of(owner, index) is MISSING
