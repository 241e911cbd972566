"""Waiting for children, and finding and ending processes whose parent may be gone.

The latter is for runs without a pid namespace, with which the kernel would end them all at once.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import time
from contextlib import suppress

MARK = "NNTUTOR_WORKER"
"""Name of an environment variable that all processes of a worker inherit."""

_PR_SET_CHILD_SUBREAPER = 36
"""From <linux/prctl.h>."""

_adopters = 0
"""Number of workers that need orphans adopted, which is one setting for the whole process."""


def adopt_orphans() -> None:
    """Make descendants whose parent dies children of this process, not of init."""
    global _adopters
    _adopters += 1
    _set_subreaper(1)


def stop_adopting() -> None:
    """Withdraw one call of `adopt_orphans`, since the worker that needed it has ended."""
    global _adopters
    _adopters -= 1
    if _adopters == 0:
        _set_subreaper(0)


def _set_subreaper(value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, value, 0, 0, 0)


def children(pid: int) -> list[int]:
    """Return the children of all threads of the process; none if it is gone."""
    pids: list[int] = []
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                pids += map(int, file.read().split())
    return pids


def with_descendants(pids: list[int]) -> set[int]:
    """Return these processes and all below them."""
    tree: set[int] = set()
    level = pids
    while level:
        tree.update(level)
        level = [child for pid in level for child in children(pid)]
    return tree


def kill_trees(pids: list[int]) -> set[int]:
    """Kill these processes and all below them, and return their ids; they may die later.

    All are stopped before the first is killed, in rounds until no new one is found: else one could
    fork in between, and its child would be missed.
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
    """Return True if there is such a process, and it is no zombie."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # the name in brackets may hold spaces and brackets; the state follows the last one
            return file.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except OSError:
        return False


async def has_exited(popen: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for the exit of a child; return False after a timeout of that many seconds.

    A pidfd needs neither a thread nor the child watcher of asyncio.
    """
    if popen.poll() is not None:
        return True
    exited = asyncio.Event()
    loop = asyncio.get_running_loop()
    descriptor = os.pidfd_open(popen.pid)
    loop.add_reader(descriptor, exited.set)
    try:
        await asyncio.wait_for(exited.wait(), seconds)
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    return popen.poll() is not None


def orphans(mark: str) -> list[int]:
    """Return the children of this process that have the mark in their environment."""
    return [pid for pid in children(os.getpid()) if _has_mark(pid, mark)]


def end_orphans(mark: str, deadline: float) -> None:
    """Kill and reap the orphans of a dead worker, which itself must have been reaped.

    Give up after `deadline` seconds: one in an uninterruptible call of the kernel cannot be killed.
    """
    end = time.monotonic() + deadline
    doomed: set[int] = set()
    while time.monotonic() < end:
        pids = orphans(mark)
        kill_trees(pids)
        doomed.update(pids)
        doomed = {pid for pid in doomed if not _try_reap(pid)}
        if not pids and not doomed:
            return
        time.sleep(0.001)


def _has_mark(pid: int, mark: str) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return f"{MARK}={mark}".encode() in file.read().split(b"\0")
    except OSError:
        return False


def _try_reap(pid: int) -> bool:
    """Reap the child if it has ended; return True if it is no child any more."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
