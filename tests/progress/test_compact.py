"""Merging old journals changes nothing of what is read, wherever it is interrupted."""

from __future__ import annotations

import errno
import itertools
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tutor.progress.compact import MERGE_FROM, MIN_AGE, compact
from tutor.progress.durable_files import host
from tutor.progress.entries import AnswerJudged, PlaceKept
from tutor.progress.fold import read_progress
from tutor.progress.journal import Journal

LATER = time.time() + 2 * MIN_AGE


ENDED = 4_194_305
"""Above all process numbers that Linux gives."""


def frozen(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def keep_sessions(data: Path, count: int, start: int = 0) -> list[Path]:
    """Journals as ended apps left them, two entries each; the last line of some is torn."""
    folder = data / "journal"
    for number in range(start, start + count):
        noon = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)
        journal = Journal(data, now=frozen(noon))
        journal.record(AnswerJudged(f"s{number % 5}", "reject"))
        journal.record(PlaceKept(f"s{number % 5}", "editor", number, 0, 0))
        journal.close()
        name = f"{noon:%Y%m%dT%H%M%SZ}-{host()}-"
        path = (folder / f"{name}{os.getpid()}.jsonl").rename(folder / f"{name}{ENDED}.jsonl")
        if number % 3 == 0:
            with path.open("ab") as file:
                file.write(b'{"kind":"step-re')
    return names(data)


def names(data: Path) -> list[Path]:
    return sorted((data / "journal").iterdir())


def test_many_files_become_one_and_mean_the_same(tmp_path: Path) -> None:
    files = keep_sessions(tmp_path, MERGE_FROM)
    lines = sorted(line for path in files for line in path.read_bytes().split(b"\n"))
    before = read_progress(tmp_path)
    assert before[0].attempts == dict.fromkeys(["s0", "s1", "s2", "s3", "s4"], 4)
    assert compact(tmp_path, now=LATER) == MERGE_FROM
    (merged,) = names(tmp_path)
    assert merged.stat().st_mode & 0o777 == 0o600
    assert read_progress(tmp_path) == before
    kept = merged.read_bytes().split(b"\n")
    assert sorted(line for line in kept if b'"origin"' not in line and line) == [
        line for line in lines if line
    ]


def test_a_merged_file_is_merged_again_with_those_that_came_after(tmp_path: Path) -> None:
    keep_sessions(tmp_path, MERGE_FROM)
    compact(tmp_path, now=LATER)
    keep_sessions(tmp_path, MERGE_FROM, start=MERGE_FROM)
    before = read_progress(tmp_path)
    assert compact(tmp_path, now=LATER) == MERGE_FROM + 1
    assert len(names(tmp_path)) == 1
    assert read_progress(tmp_path) == before
    assert compact(tmp_path, now=LATER) == 0


def test_few_files_are_left_alone(tmp_path: Path) -> None:
    files = keep_sessions(tmp_path, MERGE_FROM - 1)
    assert compact(tmp_path, now=LATER) == 0
    assert names(tmp_path) == files


def test_nothing_kept_is_nothing_to_merge(tmp_path: Path) -> None:
    assert compact(tmp_path / "none") == 0


def test_new_files_are_left_alone(tmp_path: Path) -> None:
    files = keep_sessions(tmp_path, MERGE_FROM)
    assert compact(tmp_path) == 0
    assert names(tmp_path) == files


def _other_host(path: Path) -> Path:
    return path.with_name(path.name.replace(f"-{host()}-", "-elsewhere-"))


def _living_pid(path: Path) -> Path:
    return path.with_name(path.name.rsplit("-", 1)[0] + f"-{os.getpid()}.jsonl")


def _foreign_name(path: Path) -> Path:
    return path.with_name("copied by hand.jsonl")


@pytest.mark.parametrize("rename", [_other_host, _living_pid, _foreign_name])
def test_files_of_which_we_are_not_sure_are_left_alone(
    tmp_path: Path, rename: Callable[[Path], Path]
) -> None:
    first = keep_sessions(tmp_path, MERGE_FROM + 1)[0]
    kept = first.rename(rename(first))
    before = read_progress(tmp_path)
    assert compact(tmp_path, now=LATER) == MERGE_FROM
    assert kept in names(tmp_path)
    assert read_progress(tmp_path) == before


def test_a_file_whose_mark_is_held_is_left_alone(tmp_path: Path) -> None:
    """As in a container that shares the home but not the process numbers."""
    keep_sessions(tmp_path, MERGE_FROM)
    journal = Journal(tmp_path, now=frozen(datetime(2026, 5, 1, tzinfo=UTC)))
    journal.record(AnswerJudged("s0", "accept"))
    own = next(path for path in names(tmp_path) if path.name.startswith("20260501"))
    held = own.rename(own.with_name(own.name.rsplit("-", 1)[0] + f"-{ENDED}.jsonl"))
    assert compact(tmp_path, now=LATER) == MERGE_FROM
    assert held in names(tmp_path)
    journal.record(AnswerJudged("s0", "accept"))
    assert read_progress(tmp_path)[0].attempts["s0"] == 6
    journal.close()


def interpose(
    monkeypatch: pytest.MonkeyPatch, step: str, at: int, what: Callable[[], object]
) -> None:
    """Does `what` just before the call number `at` of os.<step>, counted from 1."""
    real, calls = getattr(os, step), itertools.count(1)

    def interposed(*arguments: object, **options: object) -> object:
        if next(calls) == at:
            what()
        return real(*arguments, **options)

    monkeypatch.setattr(os, step, interposed)


class Crash(BaseException):
    """The power goes."""


def crash() -> None:
    raise Crash


moments = pytest.mark.parametrize(
    ("step", "at"),
    [("fsync", 1), ("rename", 1), ("fsync", 2), *(("unlink", at) for at in (1, 2, 7, 20))],
)


@moments
def test_a_crash_at_any_moment_loses_and_doubles_nothing(
    tmp_path: Path, step: str, at: int
) -> None:
    keep_sessions(tmp_path, MERGE_FROM)
    before = read_progress(tmp_path)
    with pytest.MonkeyPatch.context() as monkeypatch:
        interpose(monkeypatch, step, at, crash)
        with pytest.raises(Crash):
            compact(tmp_path, now=LATER)
    assert read_progress(tmp_path) == before
    keep_sessions(tmp_path, MERGE_FROM, start=MERGE_FROM)
    before = read_progress(tmp_path)
    compact(tmp_path, now=LATER)
    assert read_progress(tmp_path) == before
    assert len([path for path in names(tmp_path) if path.suffix == ".jsonl"]) == 1


@moments
def test_two_apps_may_merge_at_the_same_time(tmp_path: Path, step: str, at: int) -> None:
    keep_sessions(tmp_path, 2 * MERGE_FROM)
    before = read_progress(tmp_path)
    with pytest.MonkeyPatch.context() as monkeypatch:
        interpose(monkeypatch, step, at, lambda: compact(tmp_path, now=LATER))
        compact(tmp_path, now=LATER)
    assert read_progress(tmp_path) == before


@pytest.mark.parametrize("step", ["fsync", "rename", "unlink"])
def test_a_disk_that_refuses_loses_nothing(tmp_path: Path, step: str) -> None:
    def refuse() -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    files = keep_sessions(tmp_path, MERGE_FROM)
    before = read_progress(tmp_path)
    with pytest.MonkeyPatch.context() as monkeypatch:
        interpose(monkeypatch, step, 1, refuse)
        assert compact(tmp_path, now=LATER) == 0
    assert set(files) <= set(names(tmp_path))
    assert read_progress(tmp_path) == before


def test_a_file_that_grew_while_it_was_merged_stays(tmp_path: Path) -> None:
    first = keep_sessions(tmp_path, MERGE_FROM)[1]
    line = b'{"kind":"step-read","step":"late","v":1,"at":"2026-02-01T12:00:00Z","n":9}\n'

    def grow() -> None:
        with first.open("ab") as file:
            file.write(line)

    with pytest.MonkeyPatch.context() as monkeypatch:
        interpose(monkeypatch, "rename", 1, grow)
        compact(tmp_path, now=LATER)
    assert read_progress(tmp_path)[0].done == {"late"}
    assert read_progress(tmp_path)[0].attempts == dict.fromkeys(["s0", "s1", "s2", "s3", "s4"], 4)
