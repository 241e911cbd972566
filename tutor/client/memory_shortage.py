"""Whether this machine has the memory that a worker needs. For the client, and for the doctor."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

MEMINFO = Path("/proc/meminfo")

NEEDED_MB = 400
"""What starting a worker with its waiting processes and running a small program takes away from
what is available; `python -m bench memory` measures it."""

_AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB$", re.MULTILINE)


class Shortage(Struct, frozen=True):
    """There is less memory than a worker needs."""

    available_mb: int
    needed_mb: int = NEEDED_MB


def available_mb(meminfo: Path = MEMINFO) -> int | None:
    """What the machine can still give before it swaps; None where that is not told."""
    try:
        found = _AVAILABLE.search(meminfo.read_text("ascii", "replace"))
    except OSError:
        return None
    return int(found[1]) // 1024 if found else None


def shortage(meminfo: Path = MEMINFO) -> Shortage | None:
    """None if there is enough, or if nobody knows."""
    available = available_mb(meminfo)
    return Shortage(available) if available is not None and available < NEEDED_MB else None
