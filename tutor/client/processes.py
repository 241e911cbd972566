"""Ending processes whose parent may be gone. Used where the kernel does not do it for us."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from contextlib import suppress

MARK = "NNTUTOR_WORKER"
"""Name of an environment variable that all processes of a worker inherit."""

_PR_SET_CHILD_SUBREAPER = 36


_adopters = 0
"""How many workers need it: the setting is one for the whole process."""


def adopt_orphans() -> None:
    """Descendants whose parent dies become children of this process, instead of init's."""
    global _adopters
    _adopters += 1
    _set_subreaper(1)


def stop_adopting() -> None:
    """The worker for which `adopt_orphans` was called has ended."""
    global _adopters
    _adopters -= 1
    if _adopters == 0:
        _set_subreaper(0)


def _set_subreaper(value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, value, 0, 0, 0)


def children(pid: int) -> list[int]:
    """Of all threads of the process; empty if it is gone."""
    found: list[int] = []
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                found += map(int, file.read().split())
    return found


def with_descendants(pids: list[int]) -> set[int]:
    """They and all below them."""
    found: set[int] = set()
    level = pids
    while level:
        found.update(level)
        level = [child for pid in level for child in children(pid)]
    return found


def kill_trees(pids: list[int]) -> set[int]:
    """Ends these processes and all below: all are stopped before the first is killed.

    Returns whom; they may take a moment to die.
    """
    stopped: set[int] = set()
    while fresh := with_descendants(pids) - stopped:
        for pid in fresh:
            _signal(pid, signal.SIGSTOP)
        stopped |= fresh
    for pid in stopped:
        _signal(pid, signal.SIGKILL)
    return stopped


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except OSError:
        return False


def orphans(mark: str) -> list[int]:
    """Children of this process that bear the mark, living ones."""
    return [pid for pid in children(os.getpid()) if _has_mark(pid, mark)]


def end_orphans(mark: str, deadline: float) -> None:
    """Ends and reaps what a dead worker, itself reaped already, left to this process.

    Gives up after `deadline` seconds: a process in the kernel's own hands cannot be hurried.
    """
    end = time.monotonic() + deadline
    doomed: set[int] = set()
    while time.monotonic() < end:
        found = orphans(mark)
        kill_trees(found)
        doomed.update(found)
        doomed = {pid for pid in doomed if not _try_reap(pid)}
        if not found and not doomed:
            return
        time.sleep(0.001)


def _has_mark(pid: int, mark: str) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return f"{MARK}={mark}".encode() in file.read().split(b"\0")
    except OSError:
        return False


def _try_reap(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
