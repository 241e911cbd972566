"""Verdicts that are known are found again, and none that was no verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tutor.authoring.batch import known_verdicts
from tutor.authoring.batch.known_verdicts import KnownVerdicts

A, B, C = ("a" * 64, "b" * 64, "c" * 64)


def write(path: Path, *records: dict[str, object], tail: str = "") -> Path:
    path.write_text("".join(f"{json.dumps(each)}\n" for each in records) + tail)
    return path


def test_verdicts_of_files_are_found_by_their_digest(tmp_path: Path) -> None:
    good: dict[str, object] = {"id": 1, "verdict": "reject", "digest": A, "message": "ä"}
    lost: dict[str, object] = {"id": 2, "verdict": "tutor-fault", "digest": B, "outcome": "lost"}
    bare: dict[str, object] = {"id": 3, "verdict": "accept"}
    cut = json.dumps({"id": 4, "verdict": "accept", "digest": C})
    path = write(tmp_path / "old", lost, bare, good, tail=f"no record\n{cut}")
    known = KnownVerdicts()
    assert known.add_file(path) == 1
    assert known.find(A) == good
    assert known.find(B) is known.find(C) is None
    assert known.find(A[:-1] + "b") is None
    known.close()
    assert known.find(A) is None


def test_what_was_judged_just_now_is_found_as_long_as_there_is_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known_verdicts, "_MOST_BYTES", 250)
    known = KnownVerdicts()
    for digest in (A, B):
        known.add(digest, {"id": 1, "verdict": "accept", "digest": digest})
    assert known.find(A)
    known.add(C, {"id": 1, "verdict": "accept", "digest": C})
    assert known.find(B) is None  # the one that was asked for last stays
    assert known.find(A)
    assert known.find(C)
    known.close()


def test_a_file_that_is_changed_meanwhile_gives_no_wrong_verdict(tmp_path: Path) -> None:
    path = write(tmp_path / "old", {"id": 1, "verdict": "accept", "digest": A})
    known = KnownVerdicts()
    known.add_file(path)
    write(path, {"id": 1, "verdict": "reject", "digest": B})
    assert known.find(A) is None
    known.close()
