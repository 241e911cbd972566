"""Rounds of a subject, of one checkout or alternately of two, and what they gave together."""

from __future__ import annotations

import importlib
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench import spread
from bench.measure import Row
from bench.sides import RoundError, Side


@dataclass
class Series:
    """A row of the table over all rounds of one side."""

    rounds: list[Row] = field(default_factory=list)

    @property
    def row(self) -> Row:
        """The row as its last round described it."""
        return self.rounds[-1]

    @property
    def values(self) -> list[float]:
        """All values, of all rounds."""
        return [value for row in self.rounds for value in row.values]

    @property
    def partners(self) -> list[float]:
        """What pairs are made of: the median of each round, or all values of matched ones."""
        if self.row.matched:
            return self.values
        return [statistics.median(row.values) for row in self.rounds]

    @property
    def reference(self) -> list[float]:
        """All values of what it is compared with."""
        return [value for row in self.rounds for value in row.reference]

    @property
    def digest(self) -> str:
        """What came out in all rounds; several digests if they were not the same."""
        return " ".join(sorted({row.digest for row in self.rounds}))

    @property
    def ratio(self) -> float | None:
        """How many times of the reference it is, in the same round; the median over rounds."""
        each = [spread.ratio(row.values, row.reference) for row in self.rounds]
        known = [ratio for ratio in each if ratio is not None]
        return statistics.median(known) if known else None


@dataclass
class Results:
    """What the rounds of a subject gave: the series of this side, and those of the other."""

    ours: dict[str, Series] = field(default_factory=dict)
    theirs: dict[str, Series] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    """What rounds that failed have told; their partners are left out."""


def measure_in_rounds(subject: str, sides: Sequence[Side], rounds: int) -> Results:
    """Measure so many rounds of one side or two; which of two goes first changes each time."""
    results = Results()
    for number in range(rounds):
        order = list(range(len(sides)))
        if number % 2:
            order.reverse()
        measured = {}
        for side in order:
            try:
                measured[side] = sides[side].measure(subject)
            except RoundError as error:
                results.failures.append(f"{sides[side].root.name}: {error}")
        if number == 0 and list(measured) == [0]:
            sides = sides[:1]  # the other tutor has no such thing
        if len(measured) < len(sides):
            continue
        for side, rows in measured.items():
            series = results.theirs if side else results.ours
            for row in rows:
                series.setdefault(row.what, Series()).rounds.append(row)
    return results


def rounds_of(subject: str) -> int:
    """Return how many rounds the subject takes to be told from noise."""
    rounds = importlib.import_module(f"bench.{subject.replace('-', '_')}").ROUNDS
    assert isinstance(rounds, int)
    return rounds
