"""Whether all verdicts are the same: a digest over every program of `tests/content/answers`."""

from __future__ import annotations

from collections.abc import Iterator

from bench.grade import all_answers, grade_at_once
from bench.measure import Row

ROUNDS = 1


def measure() -> Iterator[Row]:
    """Measure one round, and yield its rows."""
    graded = grade_at_once(all_answers())
    yield Row(
        f"an answer of all {graded.answers}: processor",
        [graded.milliseconds_each],
        aim=f"verdicts {graded.digest}",
        means="The same digest before and after says that every answer is told the same.",
        digest=graded.digest,
    )
