"""What is kept, and what happens when it cannot be."""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.support.ordinary import run_as_ordinary
from tutor.progress.drafts import Drafts, Saved
from tutor.progress.entries import AnswerJudged, Entry, PlaceKept, QuizAnswered, StepOpened
from tutor.progress.fold import read_progress
from tutor.progress.journal import Journal, is_being_written

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def noon() -> datetime:
    return NOON


def files(data: Path) -> list[Path]:
    return sorted((data / "journal").iterdir())


def lines(data: Path) -> list[dict[str, object]]:
    return [json.loads(line) for path in files(data) for line in path.read_bytes().splitlines()]


class Disk:
    """Writes until it is full; then cuts lines, as a real one does."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, file: int, data: bytes) -> int:
        if self.room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = os.write(file, data[: self.room])
        self.room -= written
        return written


def test_a_line_is_one_object_with_version_kind_and_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path, now=noon)
    journal.record(StepOpened("sigmoid"))
    journal.record(QuizAnswered("truths", "reject", {0: True, 2: False}))
    journal.close()
    assert lines(tmp_path) == [
        {"kind": "step-opened", "step": "sigmoid", "v": 1, "at": "2026-03-01T12:00:00Z", "n": 0},
        {
            "kind": "quiz-answered",
            "step": "truths",
            "verdict": "reject",
            "judged": {"0": True, "2": False},
            "text": "",
            "v": 1,
            "at": "2026-03-01T12:00:00Z",
            "n": 1,
        },
        {"kind": "app-ended", "v": 1, "at": "2026-03-01T12:00:00Z", "n": 2},
    ]


def test_nothing_is_created_before_the_first_entry(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "data", now=noon)
    journal.sync()
    journal.close()
    assert not (tmp_path / "data").exists()


def test_folders_and_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        Journal(tmp_path / "data", now=noon).record(StepOpened("a"))
    finally:
        os.umask(previous)
    (file,) = files(tmp_path / "data")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.parent.parent.stat().st_mode) == 0o700


def test_a_line_is_in_the_file_as_soon_as_it_is_recorded(tmp_path: Path) -> None:
    journal = Journal(tmp_path, now=noon)
    journal.record(StepOpened("a"))
    assert len(lines(tmp_path)) == 1


def test_two_apps_of_the_same_second_and_pid_have_a_file_each(tmp_path: Path) -> None:
    first, second = Journal(tmp_path, now=noon), Journal(tmp_path, now=noon)
    first.record(StepOpened("a"))
    second.record(StepOpened("b"))
    first.record(StepOpened("c"))
    names = [path.name for path in files(tmp_path)]
    assert len(names) == 2
    assert all(name.startswith("20260301T120000Z-") for name in names)
    assert all(f"-{os.getpid()}." in name for name in names)
    assert read_progress(tmp_path)[0].opened == {"a", "b", "c"}


def test_times_are_utc_and_never_go_back_within_a_file(tmp_path: Path) -> None:
    told = iter(
        [
            datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2))),
            NOON - timedelta(days=400),
            NOON + timedelta(seconds=1),
        ]
    )
    journal = Journal(tmp_path, now=lambda: next(told))
    for step in "abc":
        journal.record(StepOpened(step))
    assert [line["at"] for line in lines(tmp_path)] == [
        "2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00Z",
        "2026-03-01T12:00:01Z",
    ]


def test_half_a_character_does_not_stop_the_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path, now=noon)
    journal.record(QuizAnswered("q", "reject", text="3\ud800"))
    assert journal.problem == ""
    assert read_progress(tmp_path)[0].quiz["q"].text == "3?"


@pytest.mark.parametrize("room", [0, 1, 40, 90, 150])
def test_a_full_disk_is_told_and_made_good_when_there_is_room(tmp_path: Path, room: int) -> None:
    disk = Disk(room)
    journal = Journal(tmp_path, now=noon, write=disk.write)
    entries: list[Entry] = [StepOpened("a"), PlaceKept("a", "editor", 1, 2, 3), StepOpened("b")]
    for entry in entries:
        journal.record(entry)
    assert journal.problem == (
        f"Progress is not being saved: No space left on device ({tmp_path / 'journal'}). "
        "Free some space or start with --data-dir DIR."
    )
    journal.sync()
    assert journal.problem
    disk.room = 10_000
    journal.sync()
    assert journal.problem == ""
    assert [line["n"] for line in lines(tmp_path)] == [0, 1, 2]


def test_what_was_kept_before_the_disk_was_full_counts(tmp_path: Path) -> None:
    journal = Journal(tmp_path, now=noon, write=Disk(100).write)
    for step in "abc":
        journal.record(StepOpened(step))
    journal.close()
    progress, problems = read_progress(tmp_path)
    assert progress.opened == {"a"}
    assert problems == ()


def test_a_file_in_the_way_is_told_and_made_good(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("")
    journal = Journal(tmp_path, now=noon)
    journal.record(StepOpened("a"))
    assert journal.problem.startswith("Progress is not being saved: File exists (")
    assert journal.problem.endswith("Start with --data-dir DIR to keep it elsewhere.")
    (tmp_path / "journal").unlink()
    journal.record(StepOpened("b"))
    assert journal.problem == ""
    assert read_progress(tmp_path)[0].opened == {"a", "b"}


def test_a_disk_that_refuses_to_sync_gets_the_lines_again(tmp_path: Path) -> None:
    outcomes: Iterator[OSError | None] = iter([OSError(errno.EDQUOT, "Quota"), None, None, None])

    def fsync(file: int) -> None:
        if error := next(outcomes):
            raise error

    journal = Journal(tmp_path, now=noon, fsync=fsync)
    journal.record(AnswerJudged("a", "reject"))
    journal.sync()
    (file,) = files(tmp_path)
    os.truncate(file, 0)  # what a quota leaves of pages that it refused
    journal.record(AnswerJudged("a", "reject"))
    assert "Quota" in journal.problem
    journal.sync()
    assert journal.problem == ""
    journal.sync()
    assert read_progress(tmp_path)[0].attempts == {"a": 2}


def test_a_file_system_without_sync_is_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: int) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", refuse)
    journal = Journal(tmp_path, now=noon)
    journal.record(StepOpened("a"))
    journal.close()
    assert journal.problem == ""
    assert Drafts(tmp_path).save("lesson", "step", "x") == Saved()


def test_lines_written_again_count_once(tmp_path: Path) -> None:
    outcomes: Iterator[OSError | None] = iter([OSError(errno.EIO, "I/O error"), None])

    def fsync(file: int) -> None:
        if error := next(outcomes):
            raise error

    journal = Journal(tmp_path, now=noon, fsync=fsync)
    journal.record(AnswerJudged("a", "reject"))
    journal.sync()
    journal.sync()
    assert len(lines(tmp_path)) == 2
    assert read_progress(tmp_path)[0].attempts == {"a": 1}


def test_a_file_that_was_deleted_is_followed_by_a_new_one(tmp_path: Path) -> None:
    journal = Journal(tmp_path, now=noon)
    journal.record(StepOpened("a"))
    (file,) = files(tmp_path)
    file.unlink()
    journal.sync()
    journal.record(StepOpened("b"))
    assert read_progress(tmp_path)[0].opened == {"a", "b"}


def test_entries_recorded_while_another_thread_syncs_are_all_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path, now=noon)
    over = threading.Event()

    def keep_syncing() -> None:
        while not over.is_set():
            journal.sync()

    thread = threading.Thread(target=keep_syncing)
    thread.start()
    for number in range(300):
        journal.record(StepOpened(f"s{number}"))
    over.set()
    thread.join()
    journal.close()
    assert [line["n"] for line in lines(tmp_path)] == list(range(301))


def test_a_living_app_can_be_told_from_one_that_has_ended(tmp_path: Path) -> None:
    journal = Journal(tmp_path, now=noon)
    journal.record(StepOpened("a"))
    (file,) = files(tmp_path)
    assert is_being_written(file)
    assert is_being_written(file), "asking takes no mark away"
    journal.close()
    assert not is_being_written(file)
    assert is_being_written(tmp_path / "gone"), "of what cannot be opened nothing is known"


RECORD_AND_SAVE = """
from datetime import datetime
from pathlib import Path
from tutor.progress.drafts import Drafts
from tutor.progress.entries import StepOpened
from tutor.progress.journal import Journal
journal = Journal(Path("closed"), now=datetime.now)
journal.record(StepOpened("a"))
journal.close()
print(journal.problem)
print(Drafts(Path("closed")).save("lesson", "step", "x = 1"))
"""


def test_a_folder_that_is_not_writable_is_told_with_what_to_do(tmp_path: Path) -> None:
    """As an ordinary account: to root every folder is writable."""
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    shown = run_as_ordinary([sys.executable, "-c", RECORD_AND_SAVE], tmp_path)
    journal, draft = shown.stdout.splitlines()
    assert journal == (
        "Progress is not being saved: Permission denied (closed/journal). "
        "Make the folder writable or start with --data-dir DIR."
    )
    assert draft.startswith("NotSaved(reason='Your code is not saved: Permission denied (closed/")
    assert list(closed.iterdir()) == []
