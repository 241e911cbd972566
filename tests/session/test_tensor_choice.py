"""Which tensor is shown: what trains, or what the learner picks as long as that makes sense."""

from __future__ import annotations

from array import array

from tutor.session.tensors import TensorChoice, default_name
from tutor.wire.events import InventoryEntry
from tutor.wire.values import FloatValue, TensorValue


def entry(name: str, count: int = 4, *, trained: bool = False) -> InventoryEntry:
    value = TensorValue("float32", "float", (count,), array("d", range(count)).tobytes())
    return InventoryEntry(name, value, trained=trained)


LR = InventoryEntry("lr", FloatValue(0.1))
GIVEN = (entry("model.weight"), entry("model.bias"), LR, entry("x"))
TRAINED = (entry("net.bias", trained=True), entry("net.weight", trained=True), *GIVEN)
OTHER = (entry("w", trained=True), *GIVEN)


def test_a_weight_that_trains_is_shown_first() -> None:
    assert default_name(TRAINED) == "net.weight"
    assert default_name(OTHER) == "w"
    assert default_name(GIVEN) == "model.weight"
    assert default_name((LR, entry("x"), LR)) == "x"
    assert default_name((LR,)) == "lr"
    assert default_name(()) == ""


def test_a_single_number_that_trains_goes_before_a_matrix_that_does_not() -> None:
    assert default_name((entry("slope", 1, trained=True), *GIVEN)) == "slope"


def test_what_was_shown_gives_way_to_what_trains() -> None:
    choice = TensorChoice()
    assert choice.follow(GIVEN) == "model.weight"
    assert choice.follow(TRAINED) == "net.weight"
    assert choice.follow(OTHER) == "w"


def test_what_was_picked_stays_in_the_next_run_of_the_same() -> None:
    choice = TensorChoice()
    choice.follow(TRAINED)
    choice.pick("x")
    assert choice.follow(TRAINED) == "x"
    assert choice.follow(GIVEN) == "x", "the next run has not trained yet"
    assert choice.follow(TRAINED) == "x"


def test_what_was_picked_is_left_when_something_else_trains() -> None:
    choice = TensorChoice()
    choice.follow(GIVEN)
    choice.pick("model.bias")
    assert choice.follow(GIVEN) == "model.bias"
    assert choice.follow(TRAINED) == "net.weight"
    choice.pick("net.bias")
    assert choice.follow(TRAINED) == "net.bias"
    assert choice.follow(OTHER) == "w"


def test_what_was_picked_comes_back_after_a_look_at_a_step_without_it() -> None:
    choice = TensorChoice()
    choice.follow(TRAINED)
    choice.pick("x")
    assert choice.follow(TRAINED[:2]) == "net.weight"
    assert choice.follow(TRAINED) == "x"
