"""The last sitting, told at a glance, as `fold` tells it; and whether it came to its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tutor.progress.drafts import Drafts
from tutor.progress.entries import PlaceKept, StepOpened, StepRead
from tutor.progress.fold import Place, read_progress
from tutor.progress.journal import FOLDER, Journal
from tutor.progress.last_time import LastTime, draft_copies, last_time

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HERE = Place("sigmoid", "code", 1, 2, 0)


def _sit(data: Path, day: int, steps: Sequence[str], *, close: bool = True) -> Journal:
    journal = Journal(data, now=lambda: START + timedelta(days=day))
    for step in steps:
        journal.record(PlaceKept(step=step, pane="code", row=1, column=2, scroll=0))
        journal.record(StepRead(step="read-later"))
    if close:
        journal.close()
    return journal


def _file(data: Path) -> Path:
    (file,) = (data / FOLDER).iterdir()
    return file


def _step(data: Path) -> str | None:
    last = last_time(data)
    assert last is not None
    return last.step


def test_nothing_kept_is_nothing_told(tmp_path: Path) -> None:
    assert last_time(tmp_path) is None
    (tmp_path / FOLDER).mkdir()
    assert last_time(tmp_path) is None


def test_it_is_the_last_place_of_the_last_sitting(tmp_path: Path) -> None:
    _sit(tmp_path, 2, ["sigmoid", "softmax"])
    _sit(tmp_path, 1, ["training-loop"])
    place = read_progress(tmp_path)[0].place
    assert place is not None
    assert place.step == "softmax"
    assert last_time(tmp_path) == LastTime("softmax", START + timedelta(days=2), place)


@pytest.mark.parametrize(
    "days",
    [
        [["a", "b+"], ["b"]],
        [["b+"], ["b"], [], ["b", "b"]],
        [["b+"], ["a"], ["b"]],
        [["b+"], ["a+", "b"]],
        [["b"]],
        [["b", "b+", "b"]],
    ],
)
def test_the_place_is_that_of_all_sittings(tmp_path: Path, days: list[list[str]]) -> None:
    """A step with `+` was scrolled in, another one was only come to."""
    for day, steps in enumerate(days):
        journal = Journal(tmp_path, now=lambda day=day: START + timedelta(days=day))  # type: ignore[misc]
        for row, step in enumerate(steps, 1):
            if step.endswith("+"):
                journal.record(
                    PlaceKept(step=step[:-1], pane="code", row=row, column=2, scroll=day)
                )
            else:
                journal.record(StepOpened(step))
        journal.record(StepRead(step="read-later"))
        journal.close()
    last, folded = last_time(tmp_path), read_progress(tmp_path)[0].place
    assert last is not None
    assert folded is not None
    assert last.step == folded.step
    assert last.place == (folded if folded.pane else None)


def test_a_step_that_one_has_only_come_to_is_the_place(tmp_path: Path) -> None:
    _sit(tmp_path, 1, ["sigmoid"])
    journal = Journal(tmp_path, now=lambda: START + timedelta(days=2))
    journal.record(StepOpened("softmax"))
    journal.close()
    assert read_progress(tmp_path)[0].place == Place("softmax", "", 0, 0, 0)
    assert _step(tmp_path) == "softmax"


def test_other_files_are_not_taken_for_a_sitting(tmp_path: Path) -> None:
    _sit(tmp_path, 1, ["sigmoid"])
    (tmp_path / FOLDER / "merged-3.jsonl").write_text('{"kind":"place-kept","step":"old"}\n')
    (tmp_path / FOLDER / "notes.txt").write_text("")
    assert _step(tmp_path) == "sigmoid"


def test_a_file_that_is_no_journal_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "20260102T030405Z-host-1.jsonl").mkdir()
    assert last_time(tmp_path) == LastTime()


def test_only_merged_files_say_that_there_was_a_time_before(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "merged-3.jsonl").write_text("")
    assert last_time(tmp_path) == LastTime()


def test_an_app_that_was_killed_has_not_said_that_it_ended(tmp_path: Path) -> None:
    _sit(tmp_path, 1, ["sigmoid"])
    file = _file(tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))
    assert last_time(tmp_path) == LastTime("sigmoid", START + timedelta(days=1), HERE, cut_off=True)


@pytest.mark.parametrize("rest", [b"", b"\0" * 40])
def test_a_line_that_was_cut_is_told(tmp_path: Path, rest: bytes) -> None:
    _sit(tmp_path, 1, ["sigmoid"])
    file = _file(tmp_path)
    file.write_bytes(file.read_bytes()[:-20] + rest)
    last = last_time(tmp_path)
    assert last is not None
    assert (last.cut_off, last.torn) == (True, True)


def test_an_app_that_still_runs_was_not_cut_off(tmp_path: Path) -> None:
    journal = _sit(tmp_path, 1, ["sigmoid"], close=False)
    assert last_time(tmp_path) == LastTime("sigmoid", START + timedelta(days=1), HERE)
    journal.close()


@pytest.mark.parametrize("at", ["yesterday", "2026-01-02T03:04:05", "2026-13-77T99:00:00Z"])
def test_a_time_that_is_none_is_left_out(tmp_path: Path, at: str) -> None:
    _sit(tmp_path, 1, ["sigmoid"])
    file = _file(tmp_path)
    file.write_text(file.read_text().replace("2026-01-03T03:04:05Z", at))
    last = last_time(tmp_path)
    assert last is not None
    assert last.at is None


def test_the_text_of_another_program_is_found(tmp_path: Path) -> None:
    one, other = Drafts(tmp_path), Drafts(tmp_path)
    for drafts in (one, other):
        drafts.load("basics", "one-hot")
    one.save("basics", "one-hot", "a\n")
    assert draft_copies(tmp_path) == ()
    other.save("basics", "one-hot", "b\n")
    (copy,) = draft_copies(tmp_path)
    assert copy.read_text() == "a\n"
    assert copy.name.startswith("one-hot.")
