"""How much memory a run holds. The warden asks; bounds of a single process are in `limits`.

RssAnon alone is wrong both ways: pages shared with the zygote count in every process, and shared
memory counts not at all. So a cheap sum decides when to ask the exact and slow question.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

_FLOOR_KB = 500 * 1024
_FLOOR_SHARE = 0.05

_EXACT_ABOVE = 0.75
_NEAR_ABOVE = 0.5
_FULL_ABOVE = 0.8
_EXACT_PAUSE = 4
"""How many times its own duration passes between two exact looks."""


def _read_fields(path: str, names: Iterable[bytes]) -> dict[bytes, int]:
    """Values in kB; without those that the file does not name, or all if it cannot be read."""
    wanted = set(names)
    values: dict[bytes, int] = {}
    try:
        with open(path, "rb") as file:
            for line in file:
                name, _, rest = line.partition(b":")
                if name in wanted:
                    values[name] = int(rest.split()[0])
    except OSError:
        pass  # the process has ended
    return values


def resident_kb(pid: int | str) -> int:
    """Anonymous and shared memory of one process, pages it shares with its parent included."""
    return sum(_read_fields(f"/proc/{pid}/status", (b"RssAnon", b"RssShmem")).values())


def data_kb() -> int:
    """What RLIMIT_DATA counts of this process."""
    return _read_fields("/proc/self/status", (b"VmData",)).get(b"VmData", 0)


def own_kb(pid: int) -> int:
    """What is this process's alone: its private pages, and its share of shared memory."""
    names = (b"Private_Dirty", b"Anonymous", b"Pss_Shmem")
    values = _read_fields(f"/proc/{pid}/smaps_rollup", names)
    private = min(values.get(b"Private_Dirty", 0), values.get(b"Anonymous", 0))
    return private + values.get(b"Pss_Shmem", 0)


def available_kb() -> int:
    """What the machine can still give before it swaps."""
    return _read_fields("/proc/meminfo", (b"MemAvailable",)).get(b"MemAvailable", 0)


def floor_kb() -> int:
    """Of available memory, which no run may go below: half, where little is left to begin with."""
    total = _read_fields("/proc/meminfo", (b"MemTotal",)).get(b"MemTotal", 0)
    return min(max(_FLOOR_KB, int(total * _FLOOR_SHARE)), available_kb() // 2)


class MemoryWatch:
    """The memory of one run's whole tree against its limit."""

    def __init__(self, base_kb: int, limit_kb: int) -> None:
        """`base_kb` is what a process that has done nothing yet has inherited."""
        self._base_kb = base_kb
        self._limit_kb = limit_kb
        self._floor_kb = floor_kb()
        self._next_exact = 0.0
        self._last_exact = 0
        self.held_kb = 0
        """At the last look."""
        self.is_near_limit = False
        """Whether to look more often."""
        self.is_full = False
        """Whether a process can hardly get more: what fails then is told it by a MemoryError."""

    def is_over_limit(self, pids: list[int]) -> bool:
        """Whether the run must be ended."""
        screen = sum(map(resident_kb, pids)) - self._base_kb
        held = screen if screen <= self._limit_kb * _EXACT_ABOVE else self._exact(pids)
        self.is_near_limit = screen > self._limit_kb * _NEAR_ABOVE
        self.is_full = held > self._limit_kb * _FULL_ABOVE
        self.held_kb = max(held, 0)
        return held > self._limit_kb or available_kb() < self._floor_kb

    def _exact(self, pids: list[int]) -> int:
        started = time.monotonic()
        if started >= self._next_exact:
            self._last_exact = sum(map(own_kb, pids))
            ended = time.monotonic()
            self._next_exact = ended + _EXACT_PAUSE * (ended - started)
        return self._last_exact
