"""The checked programs of a learner: kept by their hash, not too many, none spoilt."""

from __future__ import annotations

import hashlib
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tutor.grading.length import MAX_CODE
from tutor.grading.verdict import VerdictKind
from tutor.progress import durable_files, kept_attempts
from tutor.progress.attempts import Attempt, attempts_at
from tutor.progress.entries import AnswerJudged, digest_of
from tutor.progress.journal import Journal
from tutor.progress.kept_attempts import FOLDER, MAX_ATTEMPTS, KeptAttempts


def at(minute: int) -> datetime:
    return datetime(2026, 1, 2, 12, minute, tzinfo=UTC)


def files(data: Path, step: str = "double") -> list[Path]:
    return sorted((data / FOLDER / step).iterdir())


def judged(minute: int, verdict: VerdictKind, program: str, digits: int = 64) -> AnswerJudged:
    digest = digest_of(program)[:digits]
    return AnswerJudged(step="double", verdict=verdict, digest=digest, at=at(minute))


def test_a_program_is_a_file_of_its_own_named_by_its_hash(tmp_path: Path) -> None:
    KeptAttempts(tmp_path).keep("double", "y = 'ä'\n")
    (file,) = files(tmp_path)
    assert file.read_bytes() == "y = 'ä'\n".encode()
    assert file.name == f"{hashlib.sha256(file.read_bytes()).hexdigest()}.py"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_two_apps_keep_the_same_program_once(tmp_path: Path) -> None:
    one, other = KeptAttempts(tmp_path), KeptAttempts(tmp_path)
    for store, program in [(one, "a"), (other, "a"), (other, "b"), (one, "b"), (one, "a")]:
        store.keep("double", program)
    assert one.programs("double") == {digest_of(text): text for text in "ab"}
    assert len(files(tmp_path)) == 2


@pytest.mark.parametrize("digits", [16, 64])
def test_a_program_is_found_by_its_digest_and_by_the_short_one_of_older_journals(
    tmp_path: Path, digits: int
) -> None:
    store = KeptAttempts(tmp_path)
    store.keep("double", "y = 2 * x")
    assert store.load("double", digest_of("y = 2 * x")[:digits]) == "y = 2 * x"
    assert store.load("double", digest_of("y = 3 * x")[:digits]) is None


@pytest.mark.parametrize("digest", ["", "..", "0" * 15, "0" * 64, "*" * 16, "../../../etc/passwd"])
def test_what_is_no_digest_of_a_program_finds_none(tmp_path: Path, digest: str) -> None:
    store = KeptAttempts(tmp_path)
    store.keep("double", "y = 1")
    assert store.load("double", digest) is None
    assert store.load("..", digest_of("y = 1")) is None
    store.keep("../double", "y = 1")
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]


def test_half_a_character_of_a_broken_paste_is_kept_under_its_digest(tmp_path: Path) -> None:
    store = KeptAttempts(tmp_path)
    store.keep("double", "y = '\udce4'")
    assert store.load("double", digest_of("y = '\udce4'")) == "y = '?'"


def test_a_program_that_is_too_long_to_be_judged_is_not_kept(tmp_path: Path) -> None:
    store = KeptAttempts(tmp_path)
    store.keep("double", "#" * (MAX_CODE + 1))
    assert not (tmp_path / FOLDER).exists()
    store.keep("double", "#" * MAX_CODE)
    assert len(store.programs("double")) == 1


def test_a_file_that_a_crash_has_cut_is_no_program_and_is_written_again(tmp_path: Path) -> None:
    store = KeptAttempts(tmp_path)
    store.keep("double", "y = 2 * x")
    (file,) = files(tmp_path)
    for content in (b"", b"y = 2", b"y = 2 * x\0\0", b"\xff"):
        file.write_bytes(content)
        assert store.programs("double") == {}
        store.keep("double", "y = 2 * x")
        assert file.read_text() == "y = 2 * x"


def test_a_write_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable_files, "sync_file", fail)
    with pytest.raises(OSError, match="No space"):
        KeptAttempts(tmp_path).keep("double", "y = 1")
    assert files(tmp_path) == []


def keep_many(data: Path, accepted: set[int], count: int) -> KeptAttempts:
    """Keep programs `0`, `1`, …, each older than the next; those of that number are accepted."""
    store, journal = KeptAttempts(data), Journal(data, now=lambda: at(0))
    for number in range(count):
        verdict: VerdictKind = "accept" if number in accepted else "reject"
        journal.record(judged(0, verdict, str(number), 16 if number % 2 else 64))
        store.keep("double", str(number))
        path = data / FOLDER / "double" / f"{digest_of(str(number))}.py"
        os.utime(path, (number, number))
    journal.close()
    return store


def test_of_too_many_the_oldest_rejected_ones_go_first(tmp_path: Path) -> None:
    store = keep_many(tmp_path, {0, 3}, MAX_ATTEMPTS)
    assert len(store.programs("double")) == MAX_ATTEMPTS
    store.keep("double", "the newest")
    left = set(store.programs("double").values())
    gone = {"1", "2", "4", "5", "6", "7"}
    assert left == {*map(str, range(MAX_ATTEMPTS)), "the newest"} - gone
    assert len(left) <= kept_attempts.MAX_ATTEMPTS


def test_accepted_ones_are_not_kept_without_end_either(tmp_path: Path) -> None:
    store = keep_many(tmp_path, set(range(MAX_ATTEMPTS)), MAX_ATTEMPTS)
    store.keep("double", "the newest")
    left = set(store.programs("double").values())
    assert "the newest" in left
    assert "0" not in left
    assert len(left) <= MAX_ATTEMPTS


def test_one_that_is_checked_again_is_the_newest_again(tmp_path: Path) -> None:
    store = keep_many(tmp_path, set(), MAX_ATTEMPTS)
    store.keep("double", "0")
    store.keep("double", "the newest")
    assert {"0", "the newest"} < set(store.programs("double").values())


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    store = keep_many(tmp_path, set(), MAX_ATTEMPTS)
    others = tmp_path / FOLDER / "double" / "notes.py"
    others.write_text("mine")
    store.keep("double", "the newest")
    assert others.read_text() == "mine"
    assert "mine" not in store.programs("double").values()


def test_attempts_are_those_with_a_program_the_last_judged_first() -> None:
    programs = {digest_of(text): text for text in ("wrong", "right", "never judged")}
    entries = [
        judged(1, "reject", "wrong", 16),
        judged(2, "reject", "lost"),
        judged(3, "accept", "right"),
        judged(4, "accept", "wrong"),
        AnswerJudged(step="square", verdict="accept", digest=digest_of("right"), at=at(5)),
    ]
    assert attempts_at(("double",), entries, programs) == (
        Attempt("wrong", "accept", "", at(4)),
        Attempt("right", "accept", "", at(3)),
        Attempt("never judged"),
    )
    assert attempts_at(("double",), reversed(entries), programs)[0].program == "wrong"


def test_attempts_under_a_former_id_of_the_step_count() -> None:
    entry = AnswerJudged(step="twice", verdict="reject", digest=digest_of("a"), at=at(1))
    programs = {digest_of("a"): "a"}
    assert attempts_at(("double", "twice"), [entry], programs) == (
        Attempt("a", "reject", "", at(1)),
    )
