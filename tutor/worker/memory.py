"""The memory that a run holds, for its warden. Limits of a single process are in `limits`.

RssAnon alone is wrong in two ways: pages shared with the zygote count in every process, and shared
memory does not count at all. The exact numbers in smaps_rollup take the kernel 2 ms for each
process. So a cheap sum decides if they are read.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from tutor.control_group import MemoryLimit, memory_limits

_FLOOR_KB = 500 * 1024
_FLOOR_SHARE = 0.05
"""Share of the machine's memory; the floor is the larger of the two."""

_EXACT_ABOVE = 0.75
"""Share of the limit above which the exact numbers are read."""
_NEAR_ABOVE = 0.5
"""Share of the limit above which the memory is checked more often."""
_FULL_ABOVE = 0.8
"""Share of the limit above which a process gets almost no more: RLIMIT_DATA is at nine tenths."""
_EXACT_PAUSE = 4
"""Time between two exact readings, in multiples of what the last one took."""


_limits: tuple[MemoryLimit, ...] = ()
"""The limits of memory on the worker's own control group, once they were read."""


def open_limits() -> None:
    """Open the limits of the worker's control group; wardens cannot see its files any more."""
    global _limits
    _limits = memory_limits()


def limit_descriptors() -> frozenset[int]:
    """Return the descriptors by which `available_kb` reads those limits."""
    return frozenset(each for limit in _limits for each in limit.descriptors)


def _read_fields(path: str, names: Iterable[bytes]) -> dict[bytes, int]:
    """Return the values in kB of those names that the file has; none if it cannot be read."""
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
    """Return the anonymous and shared memory of one process, in kB.

    Pages that it shares with its parent since the fork are included.
    """
    return sum(_read_fields(f"/proc/{pid}/status", (b"RssAnon", b"RssShmem")).values())


def data_kb() -> int:
    """Return the memory of this process that RLIMIT_DATA counts, in kB."""
    return _read_fields("/proc/self/status", (b"VmData",)).get(b"VmData", 0)


def own_kb(pid: int) -> int:
    """Return the private memory of one process and its share of shared memory, in kB.

    A process that has made itself unreadable for others counts with all that it may share.
    """
    names = (b"Private_Dirty", b"Anonymous", b"Pss_Shmem")
    values = _read_fields(f"/proc/{pid}/smaps_rollup", names)
    if not values:
        return resident_kb(pid)
    private = min(values.get(b"Private_Dirty", 0), values.get(b"Anonymous", 0))
    return private + values.get(b"Pss_Shmem", 0)


def available_kb() -> int:
    """Return the memory that machine and control group can still give without swapping, in kB."""
    machine = _read_fields("/proc/meminfo", (b"MemAvailable",)).get(b"MemAvailable", 0)
    return min([machine, *(limit.left_kb() for limit in _limits)])


def floor_kb() -> int:
    """Return the memory, in kB, that a run must leave to machine and control group.

    If little is available at the beginning, it is half of that.
    """
    machine = _read_fields("/proc/meminfo", (b"MemTotal",)).get(b"MemTotal", 0)
    total = min([machine, *(limit.total_kb for limit in _limits)])
    return min(max(_FLOOR_KB, int(total * _FLOOR_SHARE)), available_kb() // 2)


class MemoryWatch:
    """The memory of one run's whole tree against its limit."""

    def __init__(self, base_kb: int, limit_kb: int) -> None:
        """Watch against `limit_kb`; `base_kb` is the memory that a new process has inherited."""
        self._base_kb = base_kb
        self._limit_kb = limit_kb
        self._floor_kb = floor_kb()
        self._next_exact = 0.0
        self._last_exact = 0
        self.held_kb = 0
        """The memory of the run above its base, at the last check."""
        self.is_near_limit = False
        """True if the memory should be checked more often."""
        self.is_full = False
        """True if the run can get almost no more memory: its requests fail with a MemoryError."""

    def is_over_limit(self, pids: list[int]) -> bool:
        """Return True if the run must be ended, for its own limit or the machine's floor."""
        screen = sum(map(resident_kb, pids)) - self._base_kb
        held = screen if screen <= self._limit_kb * _EXACT_ABOVE else self._exact(pids)
        self.is_near_limit = screen > self._limit_kb * _NEAR_ABOVE
        self.is_full = held > self._limit_kb * _FULL_ABOVE
        self.held_kb = max(held, 0)
        return held > self._limit_kb or available_kb() < self._floor_kb

    def _exact(self, pids: list[int]) -> int:
        """Return the exact memory of these processes, or the last reading if that is recent."""
        started = time.monotonic()
        if started >= self._next_exact:
            self._last_exact = sum(map(own_kb, pids))
            ended = time.monotonic()
            self._next_exact = ended + _EXACT_PAUSE * (ended - started)
        return self._last_exact
