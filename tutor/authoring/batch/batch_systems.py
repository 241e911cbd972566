"""The batch systems whose jobs can judge: how each is called, asked, and writes its times.

Plain data and text: nothing is imported or run here. What is said of one of them is only what
dask-jobqueue does not say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

_HMS = {1: (60,), 2: (60, 1), 3: (3600, 60, 1)}
_SECONDS = {1: (1,), 2: (60, 1), 3: (3600, 60, 1)}
_HOURS = {1: (60,), 2: (3600, 60)}
_AFTER_DAYS = (3600, 60, 1)
_DAY = 24 * 3600

_EARLIER_S = 180.0
"""Seconds before the end of a job from which on its worker may end by itself."""
_EARLIER_SHARE = 0.25
"""At most this share of a short job is given up."""


class BatchSystem(NamedTuple):
    """What one batch system has that the others have otherwise."""

    cluster: str
    """The class of dask-jobqueue."""
    ask: tuple[str, ...]
    """The command that says how jobs are."""
    named: Callable[[Sequence[str]], Sequence[str]]
    """The arguments by which it is asked of these jobs."""
    parts: Mapping[int, tuple[int, ...]]
    """The seconds that each part of a time counts, by how many parts it has."""
    ended: frozenset[str] = frozenset()
    """Words of which it says one of a job that has ended."""
    unknown: tuple[str, ...] = ()
    """What it says, as an error, when it is asked of jobs that have ended."""

    def question(self, jobs: Sequence[str]) -> list[str]:
        """Return the command that says how these jobs are."""
        return [*self.ask, *self.named(jobs)]

    def lines_of(self, jobs: Sequence[str], said: str) -> list[str]:
        """Return what the answer says of these jobs, without those that have ended."""
        number = re.compile(rf"(?<!\d)({'|'.join(jobs)})(?!\d)")
        lines = [" ".join(line.split()) for line in said.splitlines() if number.search(line)]
        return [line for line in lines if not self.ended.intersection(line.split())]

    def knows_none(self, error: str) -> bool:
        """Return whether this error is its answer where jobs have ended, and no failure to answer.

        Of those that have not it tells beside the error.
        """
        return any(words.casefold() in error.casefold() for words in self.unknown)


SYSTEMS = {
    "slurm": BatchSystem(
        "SLURMCluster",
        ("squeue", "--noheader", "--format=job %i: %T (%r)"),
        lambda jobs: [f"--jobs={','.join(jobs)}"],
        _HMS,
        unknown=("Invalid job id specified",),
    ),
    "pbs": BatchSystem(
        "PBSCluster",
        ("qstat",),
        list,
        _SECONDS,
        frozenset("CF"),
        ("Unknown Job Id", "Job has finished"),
    ),
    "sge": BatchSystem("SGECluster", ("qstat",), lambda _: [], _SECONDS),
    "lsf": BatchSystem(
        "LSFCluster",
        ("bjobs",),
        list,
        _HOURS,
        frozenset({"DONE", "EXIT"}),
        ("> is not found",),
    ),
}


def walltime_seconds(system: BatchSystem, walltime: str) -> float | None:
    """Return how long a job may run, None where the text says no such time."""
    days, dash, rest = walltime.strip().rpartition("-")
    texts = rest.split(":")
    if not all(text.isdecimal() for text in (*texts, *([days] if dash else []))):
        return None
    parts = system.parts.get(len(texts)) if not dash else _AFTER_DAYS[: len(texts)]
    if parts is None or len(parts) != len(texts):
        return None
    seconds = sum(int(text) * each for text, each in zip(texts, parts, strict=True))
    return float(seconds + _DAY * int(days or 0)) or None


def lifetime_options(seconds: float) -> list[str]:
    """Return what has a worker end before its job does, and not all of them at once.

    What it judges is then judged elsewhere, and it is no machine that was lost.
    """
    earlier = min(_EARLIER_S, seconds * _EARLIER_SHARE)
    lifetime, stagger = seconds - earlier * 2 / 3, earlier / 3
    return ["--lifetime", f"{lifetime:.0f}s", "--lifetime-stagger", f"{stagger:.0f}s"]
