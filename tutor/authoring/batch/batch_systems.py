"""The batch systems whose jobs can judge: their commands, output and time formats.

Plain data and text: nothing is imported or run here. A batch system has only the facts that
dask-jobqueue does not know.
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
"""Seconds before the end of a job from which its worker may stop by itself."""
_EARLIER_SHARE = 0.25
"""Maximum share of a short job given up for that."""


class BatchSystem(NamedTuple):
    """The facts of one batch system."""

    cluster: str
    """Cluster class of dask-jobqueue."""
    ask: tuple[str, ...]
    """Command that lists jobs with their states."""
    named: Callable[[Sequence[str]], Sequence[str]]
    """Returns the arguments that select these jobs."""
    parts: Mapping[int, tuple[int, ...]]
    """Seconds of each unit in a time, by the number of its parts."""
    ended: frozenset[str] = frozenset()
    """States of jobs that have ended."""
    unknown: tuple[str, ...] = ()
    """Error messages when all jobs asked for have ended."""

    def question(self, jobs: Sequence[str]) -> list[str]:
        """Return the command that lists these jobs."""
        return [*self.ask, *self.named(jobs)]

    def lines_of(self, jobs: Sequence[str], said: str) -> list[str]:
        """Return the output's lines on these jobs, without those that have ended."""
        number = re.compile(rf"(?<!\d)({'|'.join(jobs)})(?!\d)")
        lines = [" ".join(line.split()) for line in said.splitlines() if number.search(line)]
        return [line for line in lines if not self.ended.intersection(line.split())]

    def knows_none(self, error: str) -> bool:
        """Return True if the error only means that jobs have ended.

        Jobs that have not ended are listed beside the error.
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
    """Return a job's time limit in seconds; None if the text is no such time."""
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
    """Return options that stop a worker before its job ends, not all at the same moment.

    Its answers are then judged elsewhere, and it does not count as a lost machine.
    """
    earlier = min(_EARLIER_S, seconds * _EARLIER_SHARE)
    lifetime, stagger = seconds - earlier * 2 / 3, earlier / 3
    return ["--lifetime", f"{lifetime:.0f}s", "--lifetime-stagger", f"{stagger:.0f}s"]
