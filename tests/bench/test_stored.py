"""Rows that are kept, the table, and RESULTS.md."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from bench import stored, table
from bench.__main__ import SUBJECTS
from bench.measure import Row
from bench.rounds import Results, Series, rounds_of
from bench.sides import Facts

FOLDER = stored.FOLDER
FACTS = Facts("1.0, a title", "2026-11-27 12:00", "2 cores", "Python 3", 0.5)


def _series(values: list[float], **keys: object) -> Series:
    given = {"what": "a start", "means": "So long.", "aim": "≤ 2"} | keys
    return Series([Row(values=[value], **given) for value in values])  # type: ignore[arg-type] # by name


def _results(ours: list[float], theirs: list[float]) -> Results:
    return Results({"a start": _series(ours)}, {"a start": _series(theirs)} if theirs else {})


def test_a_row_in_short() -> None:
    series = _series([10.0, 12.0, 11.0, 30.12345], against="that", reference=[4.0])
    row = stored.summary(series)
    assert (row.number, row.median, row.deviation, row.p95, row.worst) == (4, 11.5, 1, 30.12, 30.12)
    assert (row.reference, row.ratio) == (4, 2.875)


def test_where_more_is_better_the_worst_is_the_least() -> None:
    row = stored.summary(_series([3.0, 1.0, 2.0], more_is_better=True))
    assert (row.p95, row.worst) == (1, 1)


def test_pairs_are_told_where_there_are_some() -> None:
    assert stored.kept("start", _results([1.0] * 6, [2.0] * 6), FACTS).rows[0].paired == (
        "better: 0.50× in 6 pairs"
    )
    assert stored.kept("start", _results([1.0] * 6, []), FACTS).rows[0].paired == ""


def test_other_work_is_not_compared_in_silence() -> None:
    ours, theirs = _series([1.0] * 6, digest="ab"), _series([2.0] * 6, digest="cd")
    assert stored.verdict(ours, theirs).startswith("NOT THE SAME WORK")
    for series in (ours, theirs):
        series.rounds = [*ours.rounds[:3], *theirs.rounds[3:]]
    assert ours.digest == theirs.digest == "ab cd"
    assert stored.verdict(ours, theirs).startswith("NOT THE SAME WORK")
    assert not stored.verdict(_series([1.0] * 6), _series([1.0] * 6)).startswith("NOT")


def test_rows_are_read_as_they_were_kept(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    assert stored.read(file) == {}
    one = stored.kept("one", _results([1.0], []), FACTS)
    two = stored.kept("two", _results([2.0], []), FACTS)
    for rows in (two, one):
        stored.keep(file, rows)
    assert stored.read(file) == {"one": one, "two": two}


def test_keeping_a_subject_leaves_the_others(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    for value in (1.0, 3.0):
        stored.keep(file, stored.kept("one", _results([value], []), FACTS))
        stored.keep(file, stored.kept("two", _results([2.0], []), FACTS))
    assert [rows.rows[0].median for rows in stored.read(file).values()] == [3, 2]


def test_a_subject_that_failed_keeps_what_it_had(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    one = stored.kept("one", _results([1.0], []), FACTS)
    stored.keep(file, one)
    stored.keep(file, stored.kept("one", Results(), FACTS))
    assert stored.read(file) == {"one": one}


def test_a_line_of_the_table() -> None:
    row = stored.summary(_series([100.4, 120.0], against="that", reference=[50.0]))
    assert table.line(row, None) == (
        "| a start (n=2) | 110 ms ± 9.80 | 120, 120 | that: 50 ms, **2.20×** |  |  | ≤ 2 "
        "| So long. |"
    )


@pytest.mark.parametrize(
    ("before", "cells"),
    [
        ({}, "100 ms, 2.00× | ≈ 0.50×"),
        ({"ratio": None, "reference": None}, "100 ms | ≈ 1.50×"),
        ({"median": 0.0, "ratio": 0.0}, "0 ms, 0.00× | "),
        ({"digest": "other"}, "100 ms, 2.00×, OTHER RESULTS | ≈ 0.50×"),
    ],
)
def test_rows_of_another_run_are_set_apart_by_what_stands_beside_each(
    before: dict[str, object], cells: str
) -> None:
    row = stored.summary(_series([150.0], against="that", reference=[150.0]))
    earlier = replace(row, median=100.0, reference=50.0, ratio=2.0)
    if before.get("median") == 0.0:
        row = replace(row, ratio=None)
    text = table.line(row, replace(earlier, **before))  # type: ignore[arg-type] # by name
    assert f"**1.00×** | {cells} |" in text or f"150 ms | {cells} |" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.5, "1234"),
        (100.0, "100"),
        (99.46, "99.5"),
        (9.456, "9.46"),
        (0.0, "0"),
        (6.0, "6"),
        (-181.8, "-182"),
    ],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert table.number(value, "ms") == f"{text} ms"


def test_results_hold_a_table_for_each_subject_that_was_measured() -> None:
    now = {"two": stored.kept("two", _results([1.0] * 6, [2.0] * 6), FACTS)}
    before = {
        "two": stored.kept_before("two", _results([1.0] * 6, [2.0] * 6), FACTS),
        "one": stored.kept("one", _results([4.0], []), FACTS),
    }
    text = table.results(["one", "two", "three"], now, before)
    assert text.index("## one") < text.index("## two")
    assert "## three" not in text
    assert "| 2 ms | better: 0.50× in 6 pairs |" in text
    assert text.count("Now: ") == 1
    assert text.count("Before: ") == 2


def test_results_are_written_from_the_rows_that_are_kept() -> None:
    written = table.results(SUBJECTS, stored.read(stored.NOW), stored.read(stored.BEFORE))
    assert table.RESULTS.read_text("utf-8") == written, "python -m bench --results writes it anew"


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_is_a_module_with_its_rounds(subject: str) -> None:
    assert (FOLDER / f"{subject.replace('-', '_')}.py").exists()
    assert rounds_of(subject) >= 1


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.name)
def test_every_row_says_what_it_means(file: Path) -> None:
    rows = [
        node
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Row"
    ]
    for row in rows:
        by_name = {keyword.arg for keyword in row.keywords}
        assert "means" in by_name or None in by_name, f"line {row.lineno}"
