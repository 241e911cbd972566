"""Scratch folders of killed apps are removed; those of living ones never, seen or not seen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.wait import wait_until
from tutor.client import scratch_folder

OWNER = """
import subprocess, sys, tempfile
from tutor.client import scratch_folder
tempfile.tempdir = sys.argv[1]
print(scratch_folder.make(), flush=True)
sys.stdin.read()
"""
LEAVES_A_CHILD = OWNER.replace(
    "sys.stdin",
    'subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL, start_new_session=True)\n'
    "print('started', flush=True)\nsys.stdin",
)
NAMESPACES = (
    ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"],
    ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc"],
)

Process = subprocess.Popen[str]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def owner(folder: Path, *around: str, program: str = OWNER) -> Iterator[tuple[Process, Path]]:
    """A process that owns a scratch folder, and that folder."""
    command = [*around, sys.executable, "-c", program, str(folder)]
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def elsewhere() -> list[str]:
    """What runs a program where its process ids are its own."""
    for command in NAMESPACES:
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("this kernel gives us no pid namespace")


def make_and_remove() -> None:
    """What another app does at its start and end."""
    scratch_folder.remove(scratch_folder.make())


def test_a_folder_is_gone_with_all_in_it_and_its_lock(temporary: Path) -> None:
    before = os.listdir("/proc/self/fd")
    folder = scratch_folder.make()
    (folder / "run-1").mkdir(mode=0o000)
    scratch_folder.remove(folder)
    assert list(temporary.iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) == len(before)


def test_it_is_private_and_its_path_is_short(temporary: Path) -> None:
    folder = scratch_folder.make()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(folder.name) <= 32
    scratch_folder.remove(folder)


def test_a_folder_of_this_process_stays(temporary: Path) -> None:
    folder = scratch_folder.make()
    make_and_remove()
    assert folder.exists()
    scratch_folder.remove(folder)


def test_the_folder_of_a_living_app_stays_and_that_of_a_killed_one_goes(temporary: Path) -> None:
    with owner(temporary) as (process, folder):
        (folder / "run-1").mkdir(mode=0o000)
        make_and_remove()
        assert folder.exists()
        process.kill()
        process.wait()
        make_and_remove()
        assert not folder.exists()


def test_one_that_is_not_seen_from_here_keeps_its_folder(
    temporary: Path, elsewhere: list[str]
) -> None:
    with owner(temporary, *elsewhere) as (process, folder):
        make_and_remove()
        assert folder.exists()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        wait_until(lambda: _is_swept(folder), "the folder of the killed one to be removed")


def test_one_that_does_not_see_us_leaves_our_folder(temporary: Path, elsewhere: list[str]) -> None:
    folder = scratch_folder.make()
    with owner(temporary, *elsewhere) as (_, other):
        assert other.exists()
        assert folder.exists()
    scratch_folder.remove(folder)


def test_the_programs_of_a_killed_app_do_not_hold_its_folder(temporary: Path) -> None:
    """Its worker, and what learners start, may outlive it for a while."""
    with owner(temporary, program=LEAVES_A_CHILD) as (process, folder):
        assert process.stdout is not None
        process.stdout.readline()
        child = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text())
        process.kill()
        process.wait()
        make_and_remove()
        assert Path(f"/proc/{child}").exists()
        assert not folder.exists()
        os.kill(child, signal.SIGKILL)


def test_many_that_start_at_once_leave_each_other_alone(temporary: Path) -> None:
    with owner(temporary) as (_, a), owner(temporary) as (_, b), owner(temporary) as (_, c):
        assert all(folder.is_dir() for folder in (a, b, c))


@pytest.mark.parametrize("name", [lambda pid: f"{pid}-abcdefgh", lambda pid: "new-abcdefgh"])
def test_one_without_a_lock_stays_until_the_machine_was_started_again(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, name: Callable[[int], str]
) -> None:
    """Made by an older version, or just now: its owner may live where we do not see it."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    host = scratch_folder.make()
    folder = temporary / f"{host.name[:16]}-{name(ended.pid)}"
    folder.mkdir()
    make_and_remove()
    assert folder.exists()
    monkeypatch.setattr(scratch_folder, "_boot_time", lambda: folder.stat().st_ctime + 1)
    make_and_remove()
    assert not folder.exists()
    assert host.exists()
    scratch_folder.remove(host)


def test_when_this_machine_was_started_is_known() -> None:
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    assert abs(time.time() - uptime - scratch_folder._boot_time()) < 60


def test_a_file_system_without_locks_is_no_hindrance(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch_folder, "_lock", lambda folder: None)
    folder = scratch_folder.make()
    make_and_remove()
    assert folder.exists()
    scratch_folder.remove(folder)
    assert not folder.exists()


def _is_swept(folder: Path) -> bool:
    make_and_remove()
    return not folder.exists()
