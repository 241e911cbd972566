"""What a program may have of the machine, read from copies of /proc and /dev/shm."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from tutor.client.gpu_access import VISIBLE
from tutor.client.memory_shortage import NEEDED_MB
from tutor.doctor.findings import Finding
from tutor.doctor.machine import examine_machine


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    folder = tmp_path / "proc"
    (folder / "100" / "task" / "100").mkdir(parents=True)
    (folder / "100" / "task" / "101").mkdir()
    (folder / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:    4096000 kB\n")
    return folder


@pytest.fixture
def shm(tmp_path: Path) -> Path:
    folder = tmp_path / "shm"
    folder.mkdir()
    return folder


def about(proc: Path, shm: Path, word: str) -> list[Finding]:
    return [found for found in examine_machine(proc, shm) if word in found.text]


def test_enough_memory_is_good_and_little_is_noted(proc: Path, shm: Path) -> None:
    (found,) = about(proc, shm, "MB of memory available")
    assert (found.state, found.text.split()[0]) == ("good", "4000")
    (proc / "meminfo").write_text("MemAvailable:    204800 kB\n")
    (found,) = about(proc, shm, "MB of memory available")
    assert (found.state, found.text.split()[0]) == ("note", "200")
    assert f"PyTorch needs about {NEEDED_MB} MB" in found.text
    (proc / "meminfo").write_text(f"MemAvailable: {(NEEDED_MB + 1) * 1024} kB\n")
    (found,) = about(proc, shm, "MB of memory available")
    assert (found.state, "a program may use" in found.text) == ("note", True)


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    findings = tuple(examine_machine(tmp_path / "none", tmp_path / "no-shm"))
    assert [found.text for found in findings if "memory available" in found.text] == []
    assert [found.state for found in findings if "There is no" in found.text] == ["note"]


@pytest.mark.parametrize(("megabytes", "state"), [(64, "note"), (65, "good")])
def test_a_small_shared_memory_is_noted(
    proc: Path, shm: Path, megabytes: int, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = os.statvfs_result((4096, 4096, megabytes * 256, 0, 0, 0, 0, 0, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda path: room)
    (found,) = about(proc, shm, f"has{' only' if state == 'note' else ''} {megabytes} MB")
    assert found.state == state


@pytest.mark.parametrize(("limit", "state"), [(100, "note"), (10_000, "good")])
def test_room_for_processes_is_told_to_ordinary_users(
    proc: Path, shm: Path, limit: int, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda which: (limit, limit))
    owner = (proc / "100").stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert about(proc, shm, "processes and threads") == []
    user = 1 if owner == 0 else owner
    os.chown(proc / "100", user, -1)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    (found,) = about(proc, shm, "processes and threads")
    assert found.state == state
    assert found.text.startswith(f"2 of your {limit} ")


def test_files_of_torch_whose_process_is_gone_are_noted(proc: Path, shm: Path) -> None:
    for name in ("torch_100_1_0", "torch_200_1_0", "torch_300_2_1", "other"):
        (shm / name).write_text("")
    (found,) = about(proc, shm, "of torch")
    assert found.state == "note"
    assert "2 files of torch" in found.text


@pytest.mark.parametrize("device", ["nvidiactl", "kfd"])
def test_a_graphics_card_is_told_to_be_left_alone(tmp_path: Path, device: str) -> None:
    def told() -> list[str]:
        found = examine_machine(tmp_path / "none", tmp_path / "no-shm", tmp_path)
        return [each.text for each in found if "graphics card" in each.text]

    assert told() == []
    (tmp_path / device).touch()
    (text,) = told()
    assert text.startswith(
        "There is a graphics card, but programs do not see it and run on the CPU."
    )
    assert ("`gpu = true` under [limits]" in text) is (device == "nvidiactl")


@pytest.mark.parametrize(
    ("device", "visible", "state", "said"),
    [
        ("nvidiactl", "0", "good", "Programs of steps that ask for one can use it"),
        ("nvidiactl", "", "note", "or all are hidden"),
        ("kfd", "0", "note", "no NVIDIA card"),
    ],
)
def test_where_the_settings_allow_a_graphics_card_it_is_told_whether_programs_get_one(
    tmp_path: Path,
    device: str,
    visible: str,
    state: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VISIBLE, visible)
    (tmp_path / device).touch()
    found = examine_machine(tmp_path / "none", tmp_path / "no-shm", tmp_path, gpu=True)
    (text,) = [each for each in found if "card" in each.text]
    assert (text.state, said in text.text) == (state, True)
