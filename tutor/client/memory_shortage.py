"""The memory that a worker needs, and its shortage on a machine or in a job."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from tutor.control_group import memory_left_kb

MEMINFO = Path("/proc/meminfo")

NEEDED_MB = 400
"""Available memory that a worker takes, with its spares and one small run. `python -m bench memory`
measures it."""

_AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB$", re.MULTILINE)


class Shortage(Struct, frozen=True):
    """Available memory that is less than a worker needs."""

    available_mb: int
    needed_mb: int = NEEDED_MB


def available_mb(meminfo: Path = MEMINFO) -> int | None:
    """Return the MB available without swapping; None if the kernel does not report them.

    The folder of `meminfo` may also have the files of the control group, as /proc does.
    """
    try:
        match = _AVAILABLE.search(meminfo.read_text("ascii", "replace"))
    except OSError:
        return None
    if match is None:
        return None
    left = memory_left_kb(meminfo.parent)
    return min(int(match[1]), left if left is not None else int(match[1])) // 1024


def shortage(meminfo: Path = MEMINFO) -> Shortage | None:
    """Return the shortage of memory; None if there is enough or it is unknown."""
    available = available_mb(meminfo)
    return Shortage(available) if available is not None and available < NEEDED_MB else None
