"""The step that was open last, told at a glance, as `fold` tells it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tutor.progress.entries import PlaceKept, StepRead
from tutor.progress.fold import read_progress
from tutor.progress.journal import FOLDER, Journal
from tutor.progress.last_step import last_step

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _sit(data: Path, day: int, steps: Sequence[str]) -> None:
    journal = Journal(data, now=lambda: START + timedelta(days=day))
    for step in steps:
        journal.record(PlaceKept(step=step, pane="code", row=1, column=2, scroll=0))
        journal.record(StepRead(step="read-later"))
    journal.close()


def test_nothing_kept_is_nothing_told(tmp_path: Path) -> None:
    assert last_step(tmp_path) is None


def test_it_is_the_last_place_of_the_last_sitting(tmp_path: Path) -> None:
    _sit(tmp_path, 2, ["sigmoid", "softmax"])
    _sit(tmp_path, 1, ["training-loop"])
    place = read_progress(tmp_path)[0].place
    assert place is not None
    assert last_step(tmp_path) == place.step == "softmax"


def test_other_files_are_not_taken_for_a_sitting(tmp_path: Path) -> None:
    _sit(tmp_path, 1, ["sigmoid"])
    (tmp_path / FOLDER / "merged-3.jsonl").write_text('{"kind":"place-kept","step":"old"}\n')
    (tmp_path / FOLDER / "notes.txt").write_text("")
    assert last_step(tmp_path) == "sigmoid"


def test_a_file_that_is_no_journal_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "20260102T030405Z-host-1.jsonl").mkdir()
    assert last_step(tmp_path) is None
