"""Handing in where others do: they cannot list, read or remove it; the folder's owner reads it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ordinary import run_as_ordinary
from tutor.classroom import drop_folder
from tutor.classroom.drop_folder import CannotDeliver, deliver
from tutor.classroom.hand_in_file import SUFFIX

TEACHER, ANNA, BEN = 54_301, 54_302, 54_303
"""Accounts that need not exist: only their numbers count."""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as several accounts")


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_in_a_folder_of_ones_own_it_is_for_oneself_alone(tmp_path: Path, umask: None) -> None:
    files = [deliver(b"one", tmp_path), deliver(b"two", tmp_path)]
    assert [file.read_bytes() for file in files] == [b"one", b"two"]
    assert all(file.name.endswith(SUFFIX) and file.parent == tmp_path for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_file_that_is_named_must_be_a_new_one(tmp_path: Path) -> None:
    assert deliver(b"one", tmp_path / "mine.jsonl").read_bytes() == b"one"
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("mine.jsonl", "link"):
        with pytest.raises(CannotDeliver, match="already exists"):
            deliver(b"two", tmp_path / name)
    assert (tmp_path / "mine.jsonl").read_bytes() == b"one"
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotDeliver, match="No such file or directory"):
        deliver(b"one", tmp_path / "none" / "mine.jsonl")


def test_where_the_disk_is_full_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(drop_folder, "sync_file", full)
    with pytest.raises(CannotDeliver, match="No space left on device"):
        deliver(b"one", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("mode", "problem"),
    [
        (0o3733, ""),
        (0o3773, ""),  # the group is not the learner's
        (0o3777, "Others can list"),
        (0o3737, "Others can list"),
        (0o2733, "Others could remove your file"),
        (0o1733, "could not read your file"),
        (0o0777, "Others can list"),
    ],
)
def test_a_folder_of_somebody_else_must_keep_hand_ins_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, problem: str
) -> None:
    tmp_path.chmod(mode)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    monkeypatch.setattr(os, "getegid", lambda: os.getgid() + 1)
    monkeypatch.setattr(os, "getgroups", lambda: [os.getgid() + 2])
    if problem:
        with pytest.raises(CannotDeliver, match=problem) as refused:
            deliver(b"one", tmp_path)
        assert f"chmod 3733 {tmp_path}" in str(refused.value)
        assert list(tmp_path.iterdir()) == []
    else:
        assert stat.S_IMODE(deliver(b"one", tmp_path).stat().st_mode) == 0o640


def test_a_group_that_lists_the_folder_and_is_ones_own_is_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o3773)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(CannotDeliver, match="Others can list"):
        deliver(b"one", tmp_path)


DELIVER = """
import os, sys
from pathlib import Path
from tutor.classroom.drop_folder import CannotDeliver, deliver
os.umask(0o077)
try:
    print(deliver(sys.argv[2].encode(), Path(sys.argv[1])))
except CannotDeliver as problem:
    sys.exit(str(problem))
"""
REACH = """
import os, sys
_, drop, file = sys.argv
for reach in (lambda: os.listdir(drop), lambda: open(file).read(), lambda: os.unlink(file)):
    try:
        print("reached", reach())
    except PermissionError:
        print("refused")
"""
READ = "import sys; print(open(sys.argv[1]).read())"
REMOVE = "import os, sys; os.unlink(sys.argv[1])"


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that all accounts reach, unlike those of pytest, which it keeps to itself."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def run_as(account: int, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a program as that account, in a folder of its own."""
    with tempfile.TemporaryDirectory() as home:
        words = [sys.executable, "-c", program, *map(str, arguments)]
        return run_as_ordinary(words, Path(home), account=account)


@as_root
def test_of_two_learners_each_hands_in_and_only_the_teacher_reads(open_place: Path) -> None:
    drop = open_place / "drop"
    drop.mkdir()
    os.chown(drop, TEACHER, TEACHER)
    drop.chmod(0o3733)
    delivered = [run_as(user, DELIVER, drop, f"of {user}") for user in (ANNA, BEN)]
    assert [each.stderr for each in delivered] == ["", ""]
    of_anna, of_ben = (Path(each.stdout.strip()) for each in delivered)
    assert (of_anna.stat().st_uid, of_anna.stat().st_gid) == (ANNA, TEACHER)
    assert run_as(BEN, REACH, drop, of_anna).stdout.split() == ["refused"] * 3
    assert run_as(TEACHER, READ, of_anna).stdout.strip() == f"of {ANNA}"
    assert run_as(TEACHER, REMOVE, of_anna).returncode == 0
    assert of_ben.exists()
    drop.chmod(0o3777)
    refused = run_as(ANNA, DELIVER, drop, "again")
    assert "Others can list" in refused.stderr
