"""Rows that are kept in files beside this one: those of today, and those of the commit before.

A file has a line of JSON for each subject, with what was measured and on which machine. Rows are
kept in short: the values themselves are not.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench import spread
from bench.rounds import Results, Series
from bench.sides import Facts

FOLDER = Path(__file__).parent
NOW = FOLDER / "now.jsonl"
BEFORE = FOLDER / "before.jsonl"


@dataclass(frozen=True)
class Summary:
    """A row in short."""

    what: str
    unit: str
    number: int
    """How many values there were."""
    median: float
    deviation: float
    p95: float
    """Of twenty values, one is worse."""
    worst: float
    against: str
    reference: float | None
    """The median of what it was compared with in the same rounds."""
    ratio: float | None
    """How many times of the reference it was, by rounds."""
    aim: str
    means: str
    more_is_better: bool = False
    digest: str = ""
    paired: str = ""
    """What pairs with the commit before have shown; empty if none were measured."""


@dataclass(frozen=True)
class Kept:
    """The rows of a subject, and what was measured where."""

    subject: str
    facts: Facts
    rows: tuple[Summary, ...]

    def row(self, what: str) -> Summary | None:
        """Return the row of that name, if there is one."""
        return next((row for row in self.rows if row.what == what), None)


def summary(series: Series, paired: str = "") -> Summary:
    """Return a row in short, with numbers as exact as they mean something."""
    row, values = series.row, series.values
    bad = 0.05 if row.more_is_better else 0.95
    return Summary(
        what=row.what,
        unit=row.unit,
        number=len(values),
        median=_short(statistics.median(values)),
        deviation=_short(spread.deviation(values)),
        p95=_short(spread.percentile(values, bad)),
        worst=_short(min(values) if row.more_is_better else max(values)),
        against=row.against,
        reference=_short(statistics.median(series.reference)) if series.reference else None,
        ratio=_short(series.ratio) if series.ratio is not None else None,
        aim=row.aim,
        means=row.means,
        more_is_better=row.more_is_better,
        digest=series.digest,
        paired=paired,
    )


def kept(subject: str, results: Results, ours: Facts) -> Kept:
    """Return today's rows of a subject, with what the pairs have shown."""
    return Kept(
        subject,
        ours,
        tuple(
            summary(series, verdict(series, results.theirs.get(what)))
            for what, series in results.ours.items()
        ),
    )


def kept_before(subject: str, results: Results, theirs: Facts) -> Kept:
    """Return the other side's rows of a subject."""
    return Kept(subject, theirs, tuple(summary(each) for each in results.theirs.values()))


def verdict(ours: Series, theirs: Series | None) -> str:
    """Return in words by what rounds in pairs differ; empty if there are none."""
    if theirs is None or len(ours.partners) != len(theirs.partners):
        return ""
    found = spread.compare(
        ours.partners, theirs.partners, more_is_better=ours.row.more_is_better
    ).sentence()
    if ours.digest != theirs.digest or " " in ours.digest:
        return f"NOT THE SAME WORK, results differ; {found}"
    return found


def read(file: Path) -> dict[str, Kept]:
    """Return the rows of a file by their subjects; none if there is no such file."""
    if not file.exists():
        return {}
    lines = [msgspec.json.decode(line, type=Kept) for line in file.read_bytes().splitlines()]
    return {each.subject: each for each in lines}


def write(file: Path, rows: dict[str, Kept]) -> None:
    """Write rows into a file, in the order of their subjects' names."""
    lines = [msgspec.json.encode(rows[subject]) for subject in sorted(rows)]
    file.write_bytes(b"".join(line + b"\n" for line in lines))


def keep(file: Path, rows: Kept) -> None:
    """Keep the rows of a subject in a file, in place of those that it had; others stay."""
    if rows.rows:
        write(file, read(file) | {rows.subject: rows})


def _short(value: float) -> float:
    return float(f"{value:.4g}")
