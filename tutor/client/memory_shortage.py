"""The memory that a worker needs, and how short of it this machine is: for client and doctor."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

MEMINFO = Path("/proc/meminfo")

NEEDED_MB = 400
"""Available memory that a worker takes, with its spares and one small run. `python -m bench memory`
measures it."""

_AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB$", re.MULTILINE)


class Shortage(Struct, frozen=True):
    """The available memory where that is less than a worker needs."""

    available_mb: int
    needed_mb: int = NEEDED_MB


def available_mb(meminfo: Path = MEMINFO) -> int | None:
    """Return the MB to be had without swapping, None if the kernel does not tell."""
    try:
        match = _AVAILABLE.search(meminfo.read_text("ascii", "replace"))
    except OSError:
        return None
    return int(match[1]) // 1024 if match else None


def shortage(meminfo: Path = MEMINFO) -> Shortage | None:
    """Return the shortage of memory, None if there is enough or the kernel does not tell."""
    available = available_mb(meminfo)
    return Shortage(available) if available is not None and available < NEEDED_MB else None
