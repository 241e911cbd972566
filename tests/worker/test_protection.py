"""The level follows from what the probe could do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutor.wire.control import Launch, ProbeStep, Protected
from tutor.worker import landlock, protection

ALL = (
    *("user namespace", "pid namespace", "nested pid namespace"),
    *("own mounts", "memory file systems", "own /proc", "own network", "own root folder"),
)
EPERM = 1


def _choose(
    monkeypatch: pytest.MonkeyPatch, failing: tuple[str, ...] = (), abi: int = 7, root: bool = False
) -> Protected:
    steps = tuple(ProbeStep(name, EPERM if name in failing else 0) for name in ALL)
    monkeypatch.setattr(protection, "_probe", lambda scratch: steps)
    monkeypatch.setattr(landlock, "abi", lambda: abi)
    monkeypatch.setattr(os, "getuid", lambda: 0 if root else 1000)
    monkeypatch.setattr(protection, "nobody_account", lambda: protection.Account(65534, 65534))
    return protection.choose(Launch("engine", "scratch"))


def test_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = _choose(monkeypatch)
    assert (chosen.level, chosen.mounts, chosen.proc, chosen.nproc) == (
        "namespaces",
        True,
        True,
        True,
    )
    assert (chosen.network, chosen.root) == (True, True)


def test_each_part_falls_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = _choose(monkeypatch, ("own /proc",))
    assert (chosen.level, chosen.mounts, chosen.proc) == ("namespaces", True, False)
    chosen = _choose(monkeypatch, ("memory file systems",))
    assert (chosen.level, chosen.mounts, chosen.proc) == ("namespaces", False, False)
    assert (chosen.network, chosen.root) == (True, False), "a root needs mounts"
    chosen = _choose(monkeypatch, ("own network",))
    assert (chosen.level, chosen.network, chosen.root) == ("namespaces", False, True)


@pytest.mark.parametrize("step", ["user namespace", "pid namespace", "nested pid namespace"])
def test_without_namespaces(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    assert _choose(monkeypatch, (step,)).level == "landlock-signals"
    old = _choose(monkeypatch, (step,), abi=5)
    assert (old.level, old.landlock) == ("limits-only", 5), "an old Landlock still guards the files"
    assert _choose(monkeypatch, (step,), abi=0).level == "limits-only"


def test_root_without_protection_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = _choose(monkeypatch, ("user namespace",), abi=0, root=True)
    assert (chosen.level, chosen.nobody, chosen.nproc) == ("limits-only", True, True)
    assert not _choose(monkeypatch, root=True).nobody


@pytest.mark.process
@pytest.mark.xdist_group("process")
def test_the_probe_tells_of_every_step(tmp_path: Path) -> None:
    steps = protection._probe(str(tmp_path))
    assert [step.name for step in steps] == list(ALL)
    assert list(tmp_path.iterdir()) == []
