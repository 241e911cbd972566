"""What a job or a container may use, from files as the kernel shows them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.control_groups import MB, write_group
from tutor.control_group import cores, memory_left_kb, memory_limits


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    return tmp_path / "proc"


@pytest.mark.parametrize("version", [1, 2])
class TestMemory:
    def test_what_is_left_counts_files_that_can_be_given_back(
        self, proc: Path, version: int
    ) -> None:
        write_group(proc, "/job", version=version, limit_mb=1000, used_mb=700, files_mb=300)
        assert memory_left_kb(proc) == 600 * 1024

    def test_the_nearest_limit_above_counts_too(self, proc: Path, version: int) -> None:
        write_group(proc, "/job", version=version, limit_mb=500, used_mb=450)
        write_group(proc, "/job/step", version=version, limit_mb=None, used_mb=10)
        assert memory_left_kb(proc) == 50 * 1024

    def test_no_limit_is_none(self, proc: Path, version: int) -> None:
        write_group(proc, "/job", version=version, limit_mb=None, used_mb=450)
        assert memory_left_kb(proc) is None

    def test_more_than_the_machine_has_is_no_limit(self, proc: Path, version: int) -> None:
        write_group(proc, "/job", version=version, limit_mb=1_000_000, used_mb=450)
        assert memory_left_kb(proc) is None

    def test_a_group_that_has_used_more_than_it_may_has_nothing_left(
        self, proc: Path, version: int
    ) -> None:
        write_group(proc, "/job", version=version, limit_mb=100, used_mb=450)
        assert memory_left_kb(proc) == 0

    def test_a_limit_goes_on_telling_when_its_files_cannot_be_found(
        self, proc: Path, version: int
    ) -> None:
        folder = write_group(proc, "/job", version=version, limit_mb=100, used_mb=20)
        (limit,) = memory_limits(proc)
        folder.rename(folder.with_name("elsewhere"))
        assert limit.left_kb() == 80 * 1024
        limit.close()


class TestCores:
    ALL = len(os.sched_getaffinity(0))

    @pytest.mark.parametrize("version", [1, 2])
    @pytest.mark.parametrize(("quota", "most"), [(100_000, 1), (1, 1), (None, ALL), (10**9, ALL)])
    def test_a_quota_is_rounded_up(
        self, proc: Path, version: int, quota: int | None, most: int
    ) -> None:
        write_group(proc, "/job", version=version, quota_us=quota)
        assert cores(proc) == most

    def test_only_those_it_may_run_on_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3})
        assert cores() == 1


@pytest.mark.parametrize(
    ("groups", "mounts"),
    [
        (None, None),
        ("", ""),
        ("0::/job\n", ""),
        ("nonsense\n4:memory\n", "nonsense"),
        ("0::/../../job\n", "31 23 0:28 / /nowhere rw - cgroup2 cgroup2 rw\n"),
    ],
)
def test_where_nobody_knows_there_is_no_limit(
    proc: Path, groups: str | None, mounts: str | None
) -> None:
    (proc / "self").mkdir(parents=True)
    (proc / "meminfo").write_text(f"MemTotal: {64_000 * MB // 1024} kB\n")
    for name, text in (("cgroup", groups), ("mountinfo", mounts)):
        if text is not None:
            (proc / "self" / name).write_text(text)
    assert memory_left_kb(proc) is None
    assert cores(proc) == len(os.sched_getaffinity(0))


def test_a_container_is_shown_its_own_group_as_the_root(proc: Path) -> None:
    write_group(proc, "/docker/ab", version=1, limit_mb=100, used_mb=20, root="/docker/ab")
    assert memory_left_kb(proc) == 80 * 1024


def test_this_machine_can_be_asked() -> None:
    left = memory_left_kb()
    assert left is None or left > 0
    assert cores() >= 1
