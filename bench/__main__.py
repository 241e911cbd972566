"""All measurements in one table: `python -m bench`, or some of them: `python -m bench start check`.

`python -m bench --against ../other start` measures another checkout in turn with this one, and says
whether they differ beyond the noise. That has an environment of its own in `.venv`. `--store` keeps
the rows, and writes RESULTS.md from all that are kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import peer, stored, table
from bench.rounds import Results, measure_in_rounds, rounds_of
from bench.sides import Side

SUBJECTS = (
    "start",
    "start-screen",
    "cold",
    "check",
    "first-miss",
    "grade",
    "jobs",
    "verdicts",
    "zygote",
    "run-cost",
    "elsewhere",
    "memory",
    "keys",
    "names",
    "stop",
    "bombs",
    "long",
    "large",
    "recording",
    "views",
)
"""Modules of this folder, each with `ROUNDS` and `measure`."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the subjects named on the command line, or all of them, and print the table."""
    options = _options(arguments)
    if options.results:
        _write_results()
        return
    try:
        sides = _sides(options)
    except ValueError as error:
        sys.exit(str(error))
    for side in sides:
        side.compile()
        print(side.facts())
    print(f"\n{table.HEAD}", flush=True)
    for subject in options.subjects or SUBJECTS:
        rounds = options.rounds or rounds_of(subject)
        if options.before:
            _measure_before(subject, sides[0], rounds, store=options.store)
        else:
            _measure(subject, sides, rounds, store=options.store)
    if not peer.command():
        print(f"\n{peer.ABSENT}")


def _sides(options: argparse.Namespace) -> list[Side]:
    if options.before:
        return [Side.at(options.before)]
    return [Side.here(), *([Side.at(options.against)] if options.against else [])]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    parser.add_argument("--rounds", type=_positive, help="instead of each subject's own number")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--against", type=Path, metavar="CHECKOUT", help="measure it in turn")
    other.add_argument("--before", type=Path, metavar="CHECKOUT", help="measure it alone")
    parser.add_argument("--store", action="store_true", help="keep rows; write RESULTS.md")
    parser.add_argument("--results", action="store_true", help="write RESULTS.md, measure nothing")
    options = parser.parse_args(arguments)
    for subject in options.subjects:
        if subject not in SUBJECTS:
            parser.error(f"there is no subject {subject}; there are {', '.join(SUBJECTS)}")
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _measure(subject: str, sides: Sequence[Side], rounds: int, *, store: bool) -> None:
    facts = [side.facts() for side in sides]
    results = measure_in_rounds(subject, sides, rounds)
    rows = stored.kept(subject, results, facts[0])
    before = stored.read(stored.BEFORE).get(subject)
    if results.theirs:
        before = stored.kept_before(subject, results, facts[1])
    for row in rows.rows:
        print(table.line(row, before.row(row.what) if before else None), flush=True)
    _tell_failures(subject, results, rounds)
    if store:
        stored.keep(stored.NOW, rows)
        if results.theirs and before:
            stored.keep(stored.BEFORE, before)
        _write_results()


def _measure_before(subject: str, side: Side, rounds: int, *, store: bool) -> None:
    """Measure another checkout alone, whose rows are kept as those of the commit before."""
    facts = side.facts()
    results = measure_in_rounds(subject, [side], rounds)
    rows = stored.kept(subject, results, facts)
    for row in rows.rows:
        print(table.line(row, None), flush=True)
    _tell_failures(subject, results, rounds)
    if store:
        stored.keep(stored.BEFORE, rows)
        _write_results()


def _write_results() -> None:
    table.write_results(SUBJECTS, stored.read(stored.NOW), stored.read(stored.BEFORE))


def _tell_failures(subject: str, results: Results, rounds: int) -> None:
    if results.failures:
        count = f"{len(results.failures)} of {rounds} rounds of {subject} failed"
        print(f"\n{count}; the last: {results.failures[-1]}\n", flush=True)


if __name__ == "__main__":
    main()
