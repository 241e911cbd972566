"""The descendants of a process, as /proc shows them, and how to end all of them.

The process ids are those of the /proc that is mounted. For a warden in a pid namespace that is
still the outer one, whose ids `os.kill` does not take there. So `kill_namespace`, for the pid 1 of
a namespace, does without them, and `sweep` is for a process outside of any.
"""

from __future__ import annotations

import os
import resource
import signal
import time
from typing import NamedTuple


class Reaped(NamedTuple):
    """A child process that has ended and was reaped."""

    pid: int
    exit_code: int
    """Its exit status, or the negative number of the signal that ended it."""
    usage: resource.struct_rusage


def pid_in_proc() -> int:
    """Return the id of this process in the mounted /proc, which may differ from os.getpid()."""
    return int(os.readlink("/proc/self"))


def children(pid: int) -> list[int]:
    """Return the children of all threads of the process, none if it is gone."""
    pids: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                pids += map(int, file.read().split())
    except OSError:
        pass  # it, or one of its threads, has ended meanwhile
    return pids


def descendants(pid: int) -> list[int]:
    """Return all descendants of the process."""
    pids: list[int] = []
    level = children(pid)
    while level:
        pids += level
        level = [child for parent in level for child in children(parent)]
    return pids


def tasks(pids: list[int]) -> int:
    """Return the number of threads of these processes; one that has ended counts as none."""
    return sum(map(_threads, pids))


def _threads(pid: int) -> int:
    fields = _stat_fields(pid)
    return 0 if not fields or fields[0] in (b"Z", b"X") else int(fields[17])


def cpu_seconds(pids: list[int]) -> float:
    """Return the CPU time that these processes have used so far, in user and kernel mode."""
    return sum(map(_ticks, pids)) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    fields = _stat_fields(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _stat_fields(pid: int) -> list[bytes]:
    """Return the fields of /proc/<pid>/stat from the state on; none if the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return []


def reap(wait: bool = False) -> tuple[list[Reaped], bool]:
    """Reap the children that have ended; return them, and True if no child is left at all.

    With `wait`, block until one has ended, unless there is no child.
    """
    reaped: list[Reaped] = []
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0 if wait and not reaped else os.WNOHANG)
        except ChildProcessError:
            return reaped, True
        if pid == 0:
            return reaped, False
        reaped.append(Reaped(pid, os.waitstatus_to_exitcode(status), usage))


def kill_namespace() -> list[Reaped]:
    """End and reap all other processes of a pid namespace, as its pid 1; return them."""
    reaped: list[Reaped] = []
    none_left = False
    while not none_left:
        _signal(-1, signal.SIGKILL)
        more, none_left = reap(wait=True)
        reaped += more
    return reaped


def stop_namespace() -> None:
    """Stop all other processes of a pid namespace, as its pid 1, in one call."""
    _signal(-1, signal.SIGSTOP)


def stop_below() -> None:
    """Stop all descendants, as a subreaper outside of a pid namespace, and those they forked."""
    _stop_all(frozenset())


def continue_namespace() -> None:
    """Continue the processes that `stop_namespace` stopped."""
    _signal(-1, signal.SIGCONT)


def continue_below() -> None:
    """Continue the processes that `stop_below` stopped."""
    for pid in _own_descendants(frozenset()):
        _signal(pid, signal.SIGCONT)


def sweep(keep: frozenset[int] = frozenset()) -> list[Reaped]:
    """End and reap all descendants, as a subreaper outside of a pid namespace; return them.

    Children in `keep` are spared, with all their descendants.
    """
    # All are stopped before the first is killed, so that none forks meanwhile. Orphans become
    # children of a subreaper, so that without a child there is no descendant either.
    reaped: list[Reaped] = []
    while True:
        doomed = _stop_all(keep)
        for pid in doomed:
            _signal(pid, signal.SIGKILL)
        more, none_left = reap()
        reaped += more
        if none_left or not doomed:
            return reaped
        time.sleep(0.001)


def _stop_all(keep: frozenset[int]) -> set[int]:
    stopped: set[int] = set()
    while fresh := _own_descendants(keep) - stopped:
        for pid in fresh:
            _signal(pid, signal.SIGSTOP)
        stopped |= fresh
    return stopped


def _own_descendants(keep: frozenset[int]) -> set[int]:
    own = [child for child in children(os.getpid()) if child not in keep]
    return {pid for child in own for pid in (child, *descendants(child))}


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        pass  # it has ended; or it is a set-user-id program, which only its user may end
