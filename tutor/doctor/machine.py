"""The examination of memory, shared memory, process limits, and files left behind by torch.

Everything is read from /proc and /dev/shm; tests pass other folders in their place.
"""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Iterator
from pathlib import Path

from tutor.client.gpu_access import find_gpu_access
from tutor.client.memory_shortage import NEEDED_MB, available_mb
from tutor.doctor.findings import Finding, good, note
from tutor.grading.wording import counted
from tutor.wire.commands import Limits

SECTION = "Machine"

_MEGABYTE = 1024 * 1024
_CARD_DEVICE, _OTHER_CARD_DEVICE = "nvidiactl", "kfd"
"""Files of the drivers that PyTorch uses: CUDA, which programs may use, and ROCm."""
_SMALL_SHM_MB = 64
"""Docker's default size, which a DataLoader with workers can fill."""


def examine_machine(
    proc: Path = Path("/proc"),
    shm: Path = Path("/dev/shm"),
    devices: Path = Path("/dev"),
    *,
    gpu: bool = False,
) -> Iterator[Finding]:
    """Yield findings on the machine's resources for programs; unreadable ones are skipped.

    `gpu` is True if the settings allow a graphics card.
    """
    yield from _memory(proc)
    yield from _graphics_cards(devices, gpu=gpu)
    yield from _shared_memory(shm)
    yield from _processes(proc)
    yield from _leftovers(proc, shm)


def _memory(proc: Path) -> Iterator[Finding]:
    available = available_mb(proc / "meminfo")
    if available is None:
        return
    limit = Limits().memory_mb
    text = f"{available} MB of memory available; a program may use {limit} MB."
    if available < NEEDED_MB:
        text = f"{available} MB of memory available, but PyTorch needs about {NEEDED_MB} MB."
        yield note(
            SECTION,
            text,
            "Close other programs; until then PyTorch starts with the first run.",
        )
    elif available < NEEDED_MB + limit // 4:
        yield note(SECTION, text, "Close other programs, or lower `memory_mb` in config.toml.")
    else:
        yield good(SECTION, text)


def _graphics_cards(devices: Path, *, gpu: bool) -> Iterator[Finding]:
    is_there = (devices / _CARD_DEVICE).exists()
    if gpu and find_gpu_access(devices) is not None:
        yield good(
            SECTION, "There is a graphics card. Programs of steps that ask for one can use it."
        )
    elif gpu:
        yield note(
            SECTION,
            "The settings allow a graphics card, but no NVIDIA card was found, or all are hidden: "
            "programs run on the CPU.",
        )
    elif is_there or (devices / _OTHER_CARD_DEVICE).exists():
        text = "There is a graphics card, but programs do not see it and run on the CPU."
        remark = " `gpu = true` under [limits] in config.toml gives it to steps that ask for one."
        yield good(SECTION, text + (remark if is_there else ""))


def _shared_memory(shm: Path) -> Iterator[Finding]:
    try:
        volume = os.statvfs(shm)
    except OSError:
        yield note(SECTION, f"There is no {shm}: a DataLoader with workers cannot run.")
        return
    size = volume.f_blocks * volume.f_frsize // _MEGABYTE
    if size <= _SMALL_SHM_MB:
        yield note(
            SECTION,
            f"{shm} has only {size} MB: a DataLoader with workers may fill it.",
            "In Docker, start the container with --shm-size=1g.",
        )
    else:
        yield good(SECTION, f"{shm} has {size} MB.")


def _processes(proc: Path) -> Iterator[Finding]:
    limit, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    if limit == resource.RLIM_INFINITY or os.geteuid() == 0:
        return
    used = _own_tasks(proc)
    text = f"{used} of your {limit} processes and threads are in use."
    if limit - used < 2 * Limits().tasks:
        yield note(SECTION, text, "Close other programs, or ask for a higher `ulimit -u`.")
    else:
        yield good(SECTION, text)


def _own_tasks(proc: Path) -> int:
    """Count the threads of all processes of this user, as the kernel does for RLIMIT_NPROC."""
    tasks = 0
    for folder in proc.glob("[0-9]*"):
        try:
            if folder.stat().st_uid == os.geteuid():
                tasks += len(os.listdir(folder / "task"))
        except OSError:  # it has ended meanwhile
            continue
    return tasks


def _leftovers(proc: Path, shm: Path) -> Iterator[Finding]:
    """Yield a finding if torch left files in shared memory whose process is gone.

    They are named after the process that made them: torch_<pid>_…
    """
    left = [
        path
        for path in shm.glob("torch_*")
        if (match := re.match(r"torch_(\d+)_", path.name)) and not (proc / match[1]).exists()
    ]
    if left:
        yield note(
            SECTION,
            f"In {shm}: {counted(len(left), 'file')} of torch. The program that made them "
            "was killed, or runs in a container.",
            f"Free the memory with `rm {shm}/torch_*` when no program of yours uses torch.",
        )
