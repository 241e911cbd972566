"""The limits that the kernel enforces for each process of a run.

Those for the whole tree are enforced by the warden, since the kernel has none.
"""

from __future__ import annotations

import math
import resource

from tutor.wire.commands import Limits
from tutor.worker import memory

_OPEN_FILES = 128
"""Together with `_FILE_BYTES` this bounds the memory in files of memfd_create: as long as these are
not mapped, the warden's watch does not see them."""
_OPEN_FILES_WITH_GPU = 512
"""The driver of a graphics card opens its devices many times."""
_OPEN_FILES_OF_ENGINE = 8
"""Files that the engine may open beyond those of the program, which may have left all open."""
_FILE_BYTES = 512 * 1024 * 1024
"""Size of one file. Tensors that processes share are files, too."""
_REPORTING_BYTES = 256 * 1024 * 1024
"""Memory that the engine may use above the program's limit, to report a MemoryError."""
_CPU_SLACK = 5
"""Seconds."""
_TASKS_SLACK = 16
"""Tasks above the warden's limit: at the kernel's a fork only fails, so that the warden would see
no excess, and could not say what happened."""
_OTHERS_SLACK = 48
"""Tasks that the user may start elsewhere meanwhile, where they are counted with those of a run."""

_getrlimit, _setrlimit = resource.getrlimit, resource.setrlimit


def apply(limits: Limits, tasks_of_others: int | None, *, gpu: bool = False) -> None:
    """Set the limits for this process and all that it starts.

    `tasks_of_others` is the number of tasks of its user that are counted with those of the run,
    None if the kernel counts those of the run alone. There is none of the address space, of which
    CUDA reserves more than a machine has memory; RLIMIT_DATA does not count what is only reserved.
    """
    data = memory.data_kb() * 1024
    allowed = limits.memory_mb * 1024 * 1024
    # A little below the warden's limit: an exception tells the learner more than an ending.
    _set(resource.RLIMIT_DATA, data + allowed * 9 // 10, data + allowed + _REPORTING_BYTES)
    seconds = math.ceil(limits.max_seconds * 2 * limits.threads) + _CPU_SLACK
    _set(resource.RLIMIT_CPU, seconds, seconds + 2)
    _set(resource.RLIMIT_FSIZE, _FILE_BYTES)
    _set(resource.RLIMIT_CORE, 0)
    files = _OPEN_FILES_WITH_GPU if gpu else _OPEN_FILES
    _set(resource.RLIMIT_NOFILE, files, files + _OPEN_FILES_OF_ENGINE)
    others = 0 if tasks_of_others is None else tasks_of_others + _OTHERS_SLACK
    _set(resource.RLIMIT_NPROC, limits.tasks + _TASKS_SLACK + others)


def lift_memory_limit() -> None:
    """Raise the soft limit to the hard one, so that there is memory to report a MemoryError."""
    _, hard = _getrlimit(resource.RLIMIT_DATA)
    _setrlimit(resource.RLIMIT_DATA, (hard, hard))


def lift_file_limit() -> None:
    """Raise the soft limit to the hard one, for the engine once the program is over."""
    _, hard = _getrlimit(resource.RLIMIT_NOFILE)
    _setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _set(kind: int, soft: int, hard: int | None = None) -> None:
    """Set a limit as far as the hard limit in force allows; None makes `hard` equal to `soft`."""
    _, highest = _getrlimit(kind)
    wanted = soft if hard is None else hard
    if highest != resource.RLIM_INFINITY:
        wanted = min(wanted, highest)
        soft = min(soft, highest)
    _setrlimit(kind, (soft, wanted))
