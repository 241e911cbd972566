"""The options of `nntutor grade --jsonl`, as plain data that costs nothing to import."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class BatchOptions(Struct, frozen=True):
    """The options of the command."""

    jobs: int | None = None
    """Answers judged at once; None for as many as cores and memory allow."""
    out: Path | None = None
    """A new file for the verdicts; None for standard output."""
    resume: Path | None = None
    """A file of verdicts to go on with, or to begin."""
    since: Path | None = None
    """A file of verdicts to take over where nothing has changed."""
    dedupe: bool = True
    """Whether one of several equal answers is judged for all of them."""
    progress: bool = False
    """Whether the rate is told also where there is no terminal."""
    dask: str | None = None
    """Where a cluster judges the answers; None for a worker here."""
