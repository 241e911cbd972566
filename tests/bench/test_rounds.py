"""Rounds of one side or two, and the process that each of them has."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from bench import rounds
from bench.measure import Row
from bench.rounds import ROOT, RoundError, Side, measure_in_rounds


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


def test_a_round_runs_in_a_process_of_its_own_and_says_why_it_fails() -> None:
    with pytest.raises(RoundError, match=r"No module named 'bench\.no_such'"):
        Side.here().measure("no-such")


def test_rows_come_from_the_process_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = Row("it", [1.0, 2.0], "s", "that", [3.0], "≤ 2", means="So.", digest="ab", matched=True)
    module = ModuleType("bench.two_words")
    module.measure = lambda: [row]  # type: ignore[attr-defined] # a subject is a module
    monkeypatch.setitem(sys.modules, "bench.two_words", module)
    rounds.measure_one("two-words", str(tmp_path / "rows"))
    assert rounds.read_rows(tmp_path / "rows") == [row]


def test_this_checkout_is_the_one_that_is_measured() -> None:
    side = Side.here()
    assert side.root == ROOT
    facts = side.facts()
    assert facts.version
    assert "textual" in facts.software


def test_a_checkout_without_an_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.venv/bin/python does not exist"):
        Side.at(tmp_path)


def test_an_environment_that_starts_another_checkout_is_refused(tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    with pytest.raises(ValueError, match=r"starts the tutor of .*tutor/__init__\.py"):
        Side.at(tmp_path)


def test_nothing_of_the_user_reaches_a_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NNTUTOR_CONFIG", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"):
        monkeypatch.setenv(name, "1")
    environment = rounds.environment(tmp_path)
    assert not {"NNTUTOR_CONFIG", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"} & set(environment)
    assert environment["XDG_CACHE_HOME"] == str(tmp_path / "cache")
