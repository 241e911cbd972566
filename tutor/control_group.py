"""The limits of this process's control group: memory, and processor time.

A job of a cluster or a container may use less than the machine has. For client and worker; a value
that cannot be read sets no limit.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")

_MOUNT = re.compile(r"^\d+ \d+ \S+ (\S+) (\S+) .* - (cgroup2?) \S+ (\S+)$", re.MULTILINE)
"""Root, folder, version and options of a mounted hierarchy in `mountinfo`."""
_EVICTED = re.compile(rb"^(?:in)?active_file (\d+)$", re.MULTILINE)
"""Lines of `memory.stat` with file cache, which the kernel frees on demand."""
_EVICTED_BELOW = re.compile(rb"^total_(?:in)?active_file (\d+)$", re.MULTILINE)
"""File cache of a version 1 group including the groups below it."""
_MOST_BYTES = 16 * 1024


class _Names(NamedTuple):
    """The names of the files in one version of control groups."""

    limit: str
    used: str


_NAMES = {
    "cgroup2": _Names("memory.max", "memory.current"),
    "cgroup": _Names("memory.limit_in_bytes", "memory.usage_in_bytes"),
}


class MemoryLimit:
    """A memory limit on this process's group or on one of its ancestors.

    Its files stay open, for a process that loses its access to their folders.
    """

    def __init__(self, total_kb: int, used: int, statistics: int) -> None:
        self.total_kb = total_kb
        self.descriptors = (used, statistics)

    def left_kb(self) -> int:
        """Return the memory left to the group, in kB, counting cache that can be freed."""
        try:
            used, statistics = (os.pread(each, _MOST_BYTES, 0) for each in self.descriptors)
            held = int(used)
        except (OSError, ValueError):
            return self.total_kb  # the group is gone: its usage is unknown
        evicted = _EVICTED_BELOW.findall(statistics) or _EVICTED.findall(statistics)
        return max(0, self.total_kb - max(0, held - sum(map(int, evicted))) // 1024)

    def close(self) -> None:
        for each in self.descriptors:
            os.close(each)


def memory_limits(proc: Path = PROC) -> tuple[MemoryLimit, ...]:
    """Return the limits below the machine's memory, with their files open."""
    try:
        (total,) = re.findall(r"^MemTotal:\s+(\d+) kB$", _text(proc / "meminfo"), re.MULTILINE)
    except (OSError, ValueError):
        return ()
    found = []
    for folder, version in _groups(proc, "memory"):
        names = _NAMES[version]
        try:
            limit_kb = int(_text(folder / names.limit)) // 1024  # "max" is no number
            if limit_kb < int(total):
                found.append(_opened(limit_kb, folder / names.used, folder / "memory.stat"))
        except (OSError, ValueError):
            continue
    return tuple(found)


def memory_left_kb(proc: Path = PROC) -> int | None:
    """Return the memory left to this process's group, in kB; None without a limit."""
    limits = memory_limits(proc)
    try:
        return min((each.left_kb() for each in limits), default=None)
    finally:
        for each in limits:
            each.close()


def cores(proc: Path = PROC) -> int:
    """Return the number of cores for this process, by its CPU affinity and its quota."""
    quotas = (_quota(folder, version) for folder, version in _groups(proc, "cpu"))
    most = min((quota for quota in quotas if quota is not None), default=math.inf)
    return max(1, min(len(os.sched_getaffinity(0)), math.ceil(min(most, 1 << 20))))


def _quota(folder: Path, version: str) -> float | None:
    """Return the quota in cores; None if there is none."""
    try:
        if version == "cgroup2":
            quota, period = _text(folder / "cpu.max").split()
        else:
            quota, period = (_text(folder / f"cpu.cfs_{each}_us") for each in ("quota", "period"))
        return int(quota) / int(period) if int(quota) > 0 else None
    except (OSError, ValueError, ZeroDivisionError):
        return None


def _groups(proc: Path, controller: str) -> Iterator[tuple[Path, str]]:
    """Yield the folders of this process's group and of its ancestors, each with its version."""
    try:
        paths = [line.split(":", 2) for line in _text(proc / "self/cgroup").splitlines()]
        mounts = _MOUNT.findall(_text(proc / "self/mountinfo"))
    except OSError:
        return
    for number, controllers, path in (each for each in paths if len(each) == 3):
        version = "cgroup2" if number == "0" else "cgroup"
        if version == "cgroup" and controller not in controllers.split(","):
            continue
        for root, folder, mounted, options in mounts:
            if mounted == version and (number == "0" or controller in options.split(",")):
                yield from ((each, version) for each in _upwards(Path(folder), root, path))
                break


def _upwards(mounted: Path, root: str, path: str) -> Iterator[Path]:
    """Yield the folder of a group and of its ancestors, as far as they are mounted."""
    below = os.path.relpath(path, root)
    folder = mounted if below.startswith("..") else mounted / below
    yield folder
    while folder != mounted:
        folder = folder.parent
        yield folder


def _opened(limit_kb: int, used: Path, statistics: Path) -> MemoryLimit:
    first = os.open(used, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return MemoryLimit(limit_kb, first, os.open(statistics, os.O_RDONLY | os.O_CLOEXEC))
    except OSError:
        os.close(first)
        raise


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(256 * 1024).decode(errors="replace")
