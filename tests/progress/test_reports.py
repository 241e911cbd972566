"""Reports: a whole file of its own each time, and nothing where it cannot be written."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tutor.grading.verdict import CheckResult, Verdict
from tutor.progress.reports import FOLDER, Report, report_text, write_report

NOON = datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC)
REFUSED = Verdict(
    "reject",
    "wrong-value",
    "`y`: you got 7.",
    evidence=("line 1: y = 7",),
    checks=(CheckResult("y", False, variation="x = 5"), CheckResult("z", True)),
    notes=("A remark.",),
)
REPORT = Report(
    step="double",
    title="Twice as much",
    file="basics/30-double.toml",
    comment="7 is right here.",
    answer="y = 7  # ```\n",
    verdict=REFUSED,
    versions="nntutor 0.1.0, Python 3.11.2, torch 2.13.0",
)


def test_a_report_has_all_that_the_author_needs() -> None:
    text = report_text(REPORT, NOON)
    for part in (
        "`double`",
        "basics/30-double.toml",
        "2026-03-01T12:30:05+00:00",
        "torch 2.13.0",
        "7 is right here.",
        "````\ny = 7  # ```\n````",
        "reject, wrong-value",
        "line 1: y = 7",
        "fails: y (with x = 5)",
        "holds: z",
        "note: A remark.",
    ):
        assert part in text


def test_a_step_without_answer_or_verdict_can_be_reported() -> None:
    text = report_text(Report(step="s", title="t", file="f", versions="v"), NOON)
    assert "Nothing was said of it." in text
    assert "There was none." in text
    assert "## The answer" not in text


def test_two_reports_of_one_second_are_two_files_that_only_the_learner_reads(
    tmp_path: Path,
) -> None:
    first = write_report(tmp_path, REPORT, NOON)
    second = write_report(tmp_path, REPORT, NOON)
    assert first.name == "2026-03-01-123005-double.md"
    assert second.name == "2026-03-01-123005-double-2.md"
    assert first.read_text() == second.read_text() == report_text(REPORT, NOON)
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert {path.name for path in (tmp_path / FOLDER).iterdir()} == {first.name, second.name}


def test_a_file_system_without_links_takes_them_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    first, second = (write_report(tmp_path, REPORT, NOON) for _ in range(2))
    assert {path.name for path in (tmp_path / FOLDER).iterdir()} == {first.name, second.name}


def test_half_a_file_is_never_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_report(tmp_path, REPORT, NOON)
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_text_that_is_no_unicode_is_reported_all_the_same(tmp_path: Path) -> None:
    report = Report(step="s", title="t", file="f", answer="x = '\ud800'", versions="v")
    assert "x = '?'" in write_report(tmp_path, report, NOON).read_text()
