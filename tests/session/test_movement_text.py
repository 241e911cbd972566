"""The line that says how far a tensor has moved, and by what rate times its gradient."""

from __future__ import annotations

from array import array

import pytest

from tutor.session.losses import TrainingFacts
from tutor.session.tensors import Change
from tutor.session.words.inventory_text import learning_rates, moved_words
from tutor.wire.events import InventoryEntry
from tutor.wire.values import FloatValue, IntValue, TensorValue

GRADIENT = (0.12, -0.06, 0.0, 0.03)


def entry(gradient: tuple[float, ...] = GRADIENT, weight: float = 0.25) -> InventoryEntry:
    values = array("d", [weight] * 4).tobytes()
    tensor = TensorValue("float32", "float", (4,), data=values)
    return InventoryEntry("w", tensor, gradient=array("d", gradient).tobytes(), trained=True)


def moved(*numbers: float) -> Change:
    return Change(numbers, 0)


AS_ADAM = moved(-0.1, 0.1, 0.0, -0.1)
OTHERWISE = "not a multiple of .grad"


def by_rate(rate: float) -> Change:
    return moved(*(rate * slope for slope in GRADIENT))


@pytest.mark.parametrize(
    ("change", "rates", "words"),
    [
        (by_rate(-0.1), (0.1,), "largest change 0.012 = lr 0.1 × gradient 0.12"),
        (by_rate(-0.1), (0.5, 0.1), "largest change 0.012 = lr 0.1 × gradient 0.12"),
        (by_rate(-0.1), (), "largest change 0.012 = 0.1 × gradient 0.12"),
        (by_rate(-0.2), (0.1,), "largest change 0.024 = 0.2 × gradient 0.12"),
        (by_rate(0.1), (0.1,), "largest change 0.012 = lr 0.1 × gradient 0.12, uphill"),
        (AS_ADAM, (0.1,), "largest change 0.1; lr × gradient is 0.012"),
        (AS_ADAM, (0.1, 0.1), "largest change 0.1; lr × gradient is 0.012"),
        (moved(*[-0.1] * 4), (0.1,), "largest change 0.1; lr × gradient is 0.012"),
        (AS_ADAM, (), f"largest change 0.1, {OTHERWISE}"),
        (AS_ADAM, (0.1, 0.5), f"largest change 0.1, {OTHERWISE}"),
        (AS_ADAM, (float("nan"),), f"largest change 0.1, {OTHERWISE}"),
        (AS_ADAM, (0.1 / 0.12,), f"largest change 0.1, {OTHERWISE}"),
        (moved(0.0, 0.0, 0.0, 0.0), (0.1,), "unchanged, though its largest gradient is 0.12"),
        (None, (0.1,), ""),
    ],
)
def test_a_move_is_held_against_the_gradient(
    change: Change | None, rates: tuple[float, ...], words: str
) -> None:
    assert moved_words(entry(), change, rates) == words


def test_what_float32_has_lost_is_no_reason_to_deny_the_rule() -> None:
    """Of a weight of 0.25 a move is known to about 3e-8."""
    change = moved(-1.2e-5 + 2e-8, 6e-6 - 2e-8, 2e-8, -3e-6)
    assert moved_words(entry(), change, (1e-4,)) == (
        "largest change 1.2e-05 = lr 0.0001 × gradient 0.12"
    )


def test_a_move_too_small_to_be_measured_claims_nothing() -> None:
    assert moved_words(entry(weight=1e3), moved(-6e-5, -6e-5, 0.0, 0.0), (0.1,)) == (
        "largest change 6e-05"
    )


@pytest.mark.parametrize(
    "gradient", [(0.0, 0.0, 0.0, 0.0), (float("nan"), 1.0, 1.0, 1.0), (float("inf"), 1.0, 1.0, 1.0)]
)
def test_without_a_gradient_to_measure_by_nothing_is_said(gradient: tuple[float, ...]) -> None:
    assert moved_words(entry(gradient), moved(0.1, 0.1, 0.1, 0.1)) == ""


@pytest.mark.parametrize("odd", [float("nan"), float("inf")])
def test_of_a_weight_that_is_no_number_any_more_nothing_is_said(odd: float) -> None:
    assert moved_words(entry(), moved(odd, 0.1, 0.1, 0.1)) == ""


def test_an_entry_without_a_gradient_has_no_such_line() -> None:
    assert moved_words(entry(()), moved(0.1, 0.1, 0.1, 0.1)) == ""


def test_a_rate_is_what_the_program_calls_so() -> None:
    entries = (
        InventoryEntry("lr", FloatValue(0.01)),
        InventoryEntry("learning_rate", FloatValue(0.5)),
        InventoryEntry("rate", FloatValue(0.3)),
        InventoryEntry("lr", IntValue(1)),
    )
    assert learning_rates(entries, TrainingFacts()) == [0.01, 0.5]


@pytest.mark.parametrize(
    ("since", "steps", "words"),
    [
        (0, 2, "largest change since the start: 0.012"),
        (58, 100, "largest change since step 58: 0.012"),
        (99, 100, "largest change 0.012 = lr 0.1 × gradient 0.12"),
        (0, 0, "largest change 0.012 = lr 0.1 × gradient 0.12"),
        (0, 1, "largest change 0.012 = lr 0.1 × gradient 0.12"),
    ],
)
def test_a_move_of_several_steps_is_not_held_against_the_last_gradient(
    since: int, steps: int, words: str
) -> None:
    change = Change(by_rate(-0.1).numbers, since)
    assert moved_words(entry(), change, (0.1,), steps) == words
