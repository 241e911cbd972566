"""Rounds of one side or two, and which of them make pairs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from bench import rounds
from bench.measure import Row
from bench.rounds import measure_in_rounds
from bench.sides import RoundError, Side


@dataclass
class FakeSide:
    """A side whose rounds are given; a text stands for a round that fails with it."""

    name: str
    told: list[str]
    given: list[float | str]

    @property
    def root(self) -> Path:
        return Path(self.name)

    def measure(self, subject: str) -> list[Row]:
        self.told.append(self.name)
        value = self.given.pop(0)
        if isinstance(value, str):
            raise RoundError(value)
        return [Row(subject, [value], "ms", "twice", [2 * value], means="It is so.")]


def _measure(ours: list[float | str], theirs: list[float | str]) -> tuple[rounds.Results, str]:
    told: list[str] = []
    sides = [FakeSide("a", told, list(ours)), FakeSide("b", told, list(theirs))]
    results = measure_in_rounds("it", cast(list[Side], sides), len(ours))
    return results, "".join(told)


def test_who_goes_first_changes_with_each_round() -> None:
    results, order = _measure([1, 2, 3], [4, 5, 6])
    assert order == "abbaab"
    assert results.ours["it"].values == [1, 2, 3]
    assert results.theirs["it"].values == [4, 5, 6]
    assert results.ours["it"].ratio == 0.5


def test_a_round_that_fails_leaves_no_partner_behind() -> None:
    results, _ = _measure([1, 2, 3], [4, "a fault", 6])
    assert results.ours["it"].partners == [1, 3]
    assert results.theirs["it"].partners == [4, 6]
    assert results.failures == ["b: a fault"]


def test_a_side_that_has_no_such_thing_is_left_out() -> None:
    results, order = _measure([1, 2, 3], ["no such thing"])
    assert order == "abaa"
    assert results.ours["it"].values == [1, 2, 3]
    assert results.theirs == {}


def test_values_of_the_same_things_are_partners_each() -> None:
    def series(*values: list[float], matched: bool) -> rounds.Series:
        return rounds.Series([Row("it", each, means="So.", matched=matched) for each in values])

    assert series([1, 2, 9], [3, 4, 8], matched=True).partners == [1, 2, 9, 3, 4, 8]
    assert series([1, 2, 9], [3, 4, 8], matched=False).partners == [2, 4]
