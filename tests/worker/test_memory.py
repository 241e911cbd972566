"""When a run holds too much, from what /proc would say of its processes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.control_groups import write_group
from tutor.control_group import memory_limits
from tutor.worker import memory
from tutor.worker.memory import MemoryWatch

BASE = 300


def _watch(
    monkeypatch: pytest.MonkeyPatch, resident: dict[int, int], own: dict[int, int], limit: int
) -> tuple[MemoryWatch, list[int]]:
    asked: list[int] = []

    def exact(pid: int) -> int:
        asked.append(pid)
        return own[pid]

    monkeypatch.setattr(memory, "resident_kb", resident.__getitem__)
    monkeypatch.setattr(memory, "own_kb", exact)
    return MemoryWatch(BASE, limit), asked


def test_little_memory_needs_no_exact_look(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, asked = _watch(monkeypatch, {1: BASE + 100}, {}, limit=1000)
    assert not watch.is_over_limit([1])
    assert (watch.held_kb, watch.is_near_limit, asked) == (100, False, [])


def test_near_the_limit_it_is_looked_at_more_often(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, asked = _watch(monkeypatch, {1: BASE + 600}, {}, limit=1000)
    assert not watch.is_over_limit([1])
    assert (watch.is_near_limit, asked) == (True, [])


def test_idle_forks_are_no_offence(monkeypatch: pytest.MonkeyPatch) -> None:
    pids = list(range(30))
    watch, asked = _watch(monkeypatch, dict.fromkeys(pids, BASE), dict.fromkeys(pids, 2), 1000)
    assert not watch.is_over_limit(pids)
    assert asked == pids
    assert watch.held_kb == 60


def test_memory_that_is_its_own_is(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, _ = _watch(monkeypatch, {1: BASE + 1200}, {1: 1190}, limit=1000)
    assert watch.is_over_limit([1])
    assert watch.held_kb == 1190


def test_a_program_that_catches_every_memory_error_stays_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resident = {1: BASE + 890}
    watch, _ = _watch(monkeypatch, resident, {1: 880}, limit=1000)
    assert not watch.is_over_limit([1])
    assert watch.is_full
    resident[1] = BASE + 300
    assert not watch.is_over_limit([1])
    assert not watch.is_full


def test_when_the_machine_has_nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, _ = _watch(monkeypatch, {1: BASE}, {}, limit=1000)
    assert not watch.is_over_limit([1])
    monkeypatch.setattr(memory, "available_kb", lambda: 10)
    assert watch.is_over_limit([1])


def test_a_machine_with_little_memory_can_still_run_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "available_kb", lambda: 400_000)
    assert memory.floor_kb() == 200_000


def test_a_job_has_what_its_control_group_leaves(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proc = tmp_path / "proc"
    write_group(proc, "/job", limit_mb=300, used_mb=100)
    limits = memory_limits(proc)
    monkeypatch.setattr(memory, "_limits", limits)
    assert len(memory.limit_descriptors()) == 2
    assert memory.available_kb() == 200 * 1024
    assert memory.floor_kb() == 100 * 1024
    watch, _ = _watch(monkeypatch, {1: BASE}, {}, limit=1000)
    assert not watch.is_over_limit([1])
    write_group(proc, "/job", limit_mb=300, used_mb=250)
    assert watch.is_over_limit([1])
    for each in limits:
        each.close()


def test_this_process_can_be_read() -> None:
    assert memory.resident_kb("self") > 1000
    assert memory.own_kb(os.getpid()) > 1000
    assert memory.data_kb() > 1000
    assert memory.available_kb() > 1000


def test_a_process_that_has_ended_holds_nothing() -> None:
    assert memory.resident_kb(2**22 + 1) == 0
    assert memory.own_kb(2**22 + 1) == 0
