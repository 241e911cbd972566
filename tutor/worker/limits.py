"""Limits that the kernel holds for each process of a run. The warden holds those of the tree."""

from __future__ import annotations

import math
import resource

from tutor.wire.commands import Limits
from tutor.worker import memory

_OPEN_FILES = 128
"""With `_FILE_BYTES` it bounds what memfd_create can hide from the memory watch."""
_FILE_BYTES = 512 * 1024 * 1024
_REPORTING_BYTES = 256 * 1024 * 1024
"""What the engine may use above the limit, to tell of a MemoryError."""
_CPU_SLACK = 5
_TASKS_SLACK = 16
"""So that the warden, who says what happened, sees the excess: at this limit a fork only fails."""
_OTHERS_SLACK = 48
"""What the user may start elsewhere meanwhile, where that is counted, too."""


def apply(limits: Limits, tasks_of_others: int | None) -> None:
    """Set them for this process and all it starts.

    `tasks_of_others`: how many tasks of its user are counted with those of the run; None if the
    kernel counts those of the run by themselves.
    """
    data = memory.data_kb() * 1024
    allowed = limits.memory_mb * 1024 * 1024
    # A little below the warden's limit: an exception tells the learner more than an ending.
    _set(resource.RLIMIT_DATA, data + allowed * 9 // 10, data + allowed + _REPORTING_BYTES)
    seconds = math.ceil(limits.max_seconds * 2) + _CPU_SLACK
    _set(resource.RLIMIT_CPU, seconds, seconds + 2)
    _set(resource.RLIMIT_FSIZE, _FILE_BYTES)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_NOFILE, _OPEN_FILES)
    others = 0 if tasks_of_others is None else tasks_of_others + _OTHERS_SLACK
    _set(resource.RLIMIT_NPROC, limits.tasks + _TASKS_SLACK + others)


def lift_memory_limit() -> None:
    """After a MemoryError: room to tell of it."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _set(kind: int, soft: int, hard: int | None = None) -> None:
    _, highest = resource.getrlimit(kind)
    wanted = soft if hard is None else hard
    if highest != resource.RLIM_INFINITY:
        wanted = min(wanted, highest)
        soft = min(soft, highest)
    resource.setrlimit(kind, (soft, wanted))
