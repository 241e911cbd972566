"""The table of rows as Markdown, on the terminal and in RESULTS.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.stored import FOLDER, Kept, Summary

RESULTS = FOLDER / "RESULTS.md"

HEAD = (
    "| what | median ± deviation | 19 of 20, worst | beside it, in the same rounds | before "
    "| in pairs with before | aim | what it means |\n|---|---|---|---|---|---|---|---|"
)

EXPLANATION = """\
All rows are measured by `python -m bench`, and this file is written by `python -m bench --store`.
What stands beside a row was measured in the same rounds: trust the ratios, times are those of a
machine. The deviation is the median one. “Before” is the commit before the last piece of work. A
verdict in pairs comes of rounds of both, in turn; the interval holds the truth in 19 of 20 rows.
Where there were no pairs, ≈ sets the two apart by what stands beside each.
"""


def line(row: Summary, before: Summary | None) -> str:
    """Return a row as a line of a Markdown table."""
    beside = ""
    if row.reference is not None:
        beside = f"{row.against}: {number(row.reference, row.unit)}"
        beside += f", **{row.ratio:.2f}×**" if row.ratio is not None else ""
    cells = (
        f"{row.what} (n={row.number})",
        f"{number(row.median, row.unit)} ± {_digits(row.deviation)}",
        f"{_digits(row.p95)}, {_digits(row.worst)}",
        beside,
        _before(row, before),
        row.paired or _unpaired(row, before),
        row.aim,
        row.means,
    )
    return f"| {' | '.join(cells)} |"


def _before(row: Summary, before: Summary | None) -> str:
    if before is None:
        return ""
    ratio = f", {before.ratio:.2f}×" if before.ratio is not None else ""
    other = ", OTHER RESULTS" if row.digest != before.digest else ""
    return f"{number(before.median, before.unit)}{ratio}{other}"


def _unpaired(row: Summary, before: Summary | None) -> str:
    """Return the ratio to a row of another run, each by what stands beside it if both have that."""
    if before is None:
        return ""
    if row.ratio is not None and before.ratio:
        return f"≈ {row.ratio / before.ratio:.2f}×"
    return f"≈ {row.median / before.median:.2f}×" if before.median else ""


def number(value: float, unit: str) -> str:
    """Return a measured value with its unit."""
    return f"{_digits(value)} {unit}".rstrip()


def _digits(value: float) -> str:
    """Return three digits of a number, and all of those before the point."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def results(subjects: Sequence[str], now: Mapping[str, Kept], before: Mapping[str, Kept]) -> str:
    """Return the text of RESULTS.md, with the subjects in this order."""
    return "\n".join(_results(subjects, now, before)) + "\n"


def _results(
    subjects: Sequence[str], now: Mapping[str, Kept], before: Mapping[str, Kept]
) -> Iterator[str]:
    yield "# Measured\n"
    yield EXPLANATION
    for subject in subjects:
        rows, earlier = now.get(subject), before.get(subject)
        if rows is None and earlier is None:
            continue
        yield f"## {subject}\n"
        if rows:
            yield f"Now: {rows.facts}."
        if earlier:
            yield f"Before: {earlier.facts}."
        if rows is None:
            rows, earlier = earlier, None
        assert rows is not None
        yield f"\n{HEAD}"
        for row in rows.rows:
            yield line(row, earlier.row(row.what) if earlier else None)
        yield ""


def write_results(
    subjects: Sequence[str],
    now: Mapping[str, Kept],
    before: Mapping[str, Kept],
    file: Path = RESULTS,
) -> None:
    """Write RESULTS.md anew."""
    file.write_text(results(subjects, now, before), encoding="utf-8")
