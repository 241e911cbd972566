"""The options of `nntutor grade --jsonl`, as plain data that costs nothing to import."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class BatchOptions(Struct, frozen=True):
    """Options of `nntutor grade --jsonl`."""

    jobs: int | None = None
    """Answers judged at once; None for as many as cores and memory allow."""
    out: Path | None = None
    """A new file for the verdicts; None for standard output."""
    resume: Path | None = None
    """A file of verdicts to continue, or to begin."""
    since: Path | None = None
    """A file with verdicts to reuse if nothing relevant has changed."""
    dedupe: bool = True
    """True if one of several equal answers is judged for all of them."""
    progress: bool = False
    """True if the rate is printed even without a terminal."""
    dask: str | None = None
    """Cluster that judges the answers; None for a worker here."""
