"""Little memory is noticed before a worker is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.control_groups import write_group
from tutor.client.client import WorkerClient
from tutor.client.memory_shortage import NEEDED_MB, Shortage, available_mb


@pytest.fixture
def meminfo(tmp_path: Path) -> Path:
    return tmp_path / "meminfo"


@pytest.mark.parametrize(
    ("available", "short"),
    [(NEEDED_MB * 1024, None), (NEEDED_MB * 1024 - 1, Shortage(NEEDED_MB - 1)), (0, Shortage(0))],
)
def test_too_little_is_told_with_both_numbers(
    meminfo: Path, available: int, short: Shortage | None
) -> None:
    meminfo.write_text(f"MemTotal:  8000000 kB\nMemAvailable:   {available} kB\nCached: 1 kB\n")
    assert WorkerClient(meminfo=meminfo).shortage() == short


@pytest.mark.parametrize("text", [None, "", "MemAvailable: much\n", "MemFree: 1 kB\n"])
def test_where_nobody_knows_there_is_no_shortage(meminfo: Path, text: str | None) -> None:
    if text is not None:
        meminfo.write_text(text)
    assert WorkerClient(meminfo=meminfo).shortage() is None


def test_a_job_may_use_less_than_the_machine_has(tmp_path: Path) -> None:
    proc = tmp_path / "proc"
    write_group(proc, "/job", limit_mb=NEEDED_MB, used_mb=100)
    assert WorkerClient(meminfo=proc / "meminfo").shortage() == Shortage(NEEDED_MB - 100)


def test_this_machine_tells_it() -> None:
    found = available_mb()
    assert found is not None
    assert found > 0
