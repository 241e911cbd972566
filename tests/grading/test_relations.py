"""How wrong numbers follow from the right ones, and where too little shows it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support.observations import number, tensor
from tutor.grading.compare import EXACT, Rule
from tutor.grading.relations import find_relation
from tutor.wire.values import SequenceValue, Value

RIGHT = [0.5, -2.0, 3.0, 1.25]
ROWS = [3.0, 4.0, 1.0, 9.0, 2.0, 6.0]
TABLE = [1.0, 50.0, 2.0, 10.0, 4.0, 30.0, 3.0, 70.0]


def words(got: Value, right: Value, rule: Rule = EXACT) -> str:
    relation = find_relation(got, right, rule)
    return "" if relation is None else f"{relation.slug}: {relation.words}"


@pytest.mark.parametrize(
    ("got", "right", "said"),
    [
        ([-x for x in RIGHT], RIGHT, "sign-error: each number has the opposite sign"),
        (RIGHT[::-1], RIGHT, "other-order: the right numbers are there, in reverse order"),
        (sorted(RIGHT), RIGHT, "other-order: the right numbers are there, sorted"),
        (sorted(RIGHT)[::-1], RIGHT, "other-order: the right numbers are there, sorted"),
        ([1.0, 2.0, 4.0, 3.0, 0.0], [1.0, 3.0, 4.0, 2.0, 0.0], "those at [1] and [3] are swapped"),
        ([-2.0, 3.0, 0.5, 1.25], RIGHT, "other-order: the right numbers are there, in another o"),
        ([x / 342 for x in RIGHT], RIGHT, "other-scale: each number is 1/342 of the right one"),
        ([x * 2.5 for x in RIGHT], RIGHT, "other-scale: each number is 2.5000 times the right"),
        ([x + 2 for x in RIGHT], RIGHT, "other-scale: each number is 2.0 too large"),
        ([x - 2 for x in RIGHT], RIGHT, "other-scale: each number is 2.0 too small"),
        ([x * x for x in RIGHT], RIGHT, "other-function: each number is the square of the right"),
        ([x**0.5 for x in ROWS], ROWS, "other-function: each number is the square root of the"),
        ([abs(x) for x in RIGHT], RIGHT, "other-function: each number is the right one without"),
        ([1 - x for x in RIGHT], RIGHT, "other-function: each number is 1 minus the right one"),
    ],
)
def test_a_relation_is_told(got: Sequence[float], right: Sequence[float], said: str) -> None:
    assert said in words(tensor(got), tensor(right))


@pytest.mark.parametrize(
    ("got", "said"),
    [
        ([2.0, 6.0, 1.0, 9.0, 3.0, 4.0], "rows are there, in reverse order"),
        ([3.0, 4.0, 2.0, 6.0, 1.0, 9.0], "rows are there, but those at [1] and [2] are swapped"),
        ([1.0, 9.0, 2.0, 6.0, 3.0, 4.0], "rows are there, sorted"),
        ([2.0, 6.0, 3.0, 4.0, 1.0, 9.0], "rows are there, in another order"),
        ([3.0, 1.0, 2.0, 4.0, 9.0, 6.0], "ordered by columns instead of rows"),
        ([1.0, 4.0, 2.0, 6.0, 3.0, 9.0], "numbers are there, but in the wrong places"),
    ],
)
def test_the_order_of_rows_is_told(got: Sequence[float], said: str) -> None:
    assert words(tensor(got, (3, 2)), tensor(ROWS, (3, 2))).endswith(said)


def test_columns_on_scales_of_their_own_are_told() -> None:
    scaled = [each for k in range(0, 8, 2) for each in (TABLE[k] - 2, TABLE[k + 1] / 7)]
    said = "other-scale: each column has the right numbers, but shifted or scaled"
    assert words(tensor(scaled, (4, 2)), tensor(TABLE, (4, 2))) == said
    bent = [*scaled[:-1], scaled[-1] ** 2]
    assert words(tensor(bent, (4, 2)), tensor(TABLE, (4, 2))) == ""
    assert words(tensor(scaled[:6], (3, 2)), tensor(TABLE[:6], (3, 2))) == ""


def test_true_and_false_exchanged_are_told() -> None:
    got, right = tensor([True, False, True], kind="bool"), tensor([False, True, False], kind="bool")
    assert words(got, right) == "sign-error: True and False are swapped"


def test_a_list_is_read_as_its_numbers() -> None:
    got, right = (
        SequenceValue("list", 3, tuple(number(each) for each in numbers))
        for numbers in ([2.0, 4.0, 10.0], [1.0, 2.0, 5.0])
    )
    assert words(got, right) == "other-scale: each number is 2.0 times the right one"


@pytest.mark.parametrize(
    ("got", "right"),
    [
        ([2.0, 4.0], [1.0, 2.0]),
        ([2.0, 2.0, 2.0], [1.0, 1.0, 1.0]),
        ([1.0, 0.0, 0.0], [0.0, 0.0, 1.0]),
        ([0.0, 1.0, 5.0], [3.0, -2.0, 7.0]),
        ([float("nan"), 4.0, 10.0], [float("nan"), 2.0, 5.0]),
        ([1.00002, 2.00004, 5.0001], [1.0, 2.0, 5.0]),
    ],
)
def test_too_little_is_no_relation(got: Sequence[float], right: Sequence[float]) -> None:
    assert words(tensor(got), tensor(right)) == ""


def test_another_shape_is_no_relation() -> None:
    assert words(tensor(ROWS, (2, 3)), tensor(ROWS[::-1], (3, 2))) == ""
