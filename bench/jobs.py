"""Answers a second of a class, by how many are judged at once.

So many at once as there are cores, one and two, each beside what the command takes by itself. A
subject of its own, since each number starts a worker: so `grade` takes half as long.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from bench.grade import grade_at_once, some_answers
from bench.measure import Row

ROUNDS = 3


def measure() -> Iterator[Row]:
    """Measure one round, and yield its rows."""
    answers = some_answers()
    by_default = grade_at_once(answers)
    for jobs in sorted({1, 2, len(os.sched_getaffinity(0))}):
        graded = grade_at_once(answers, "--jobs", str(jobs))
        yield Row(
            f"answers a second, {jobs} at once",
            [graded.a_second],
            "/s",
            "as many as by default",
            [by_default.a_second],
            means="So many answers are judged a second where --jobs says how many at once.",
            more_is_better=True,
            digest=graded.digest,
        )
