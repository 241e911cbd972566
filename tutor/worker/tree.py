"""The processes below a process, as /proc shows them; and ending all of them.

Process ids here are those of the /proc that is mounted. In a pid namespace they are not those that
`os.kill` takes, so `kill_namespace`, for its pid 1, does without; `sweep` is for all others.
"""

from __future__ import annotations

import os
import resource
import signal
import time
from typing import NamedTuple


class Reaped(NamedTuple):
    """A child that is gone for good."""

    pid: int
    exit_code: int
    """Exit status, or the negative number of the signal."""
    usage: resource.struct_rusage


def pid_in_proc() -> int:
    """This process as /proc shows it."""
    return int(os.readlink("/proc/self"))


def children(pid: int) -> list[int]:
    """Of all threads of the process; empty if it is gone."""
    pids: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                pids += map(int, file.read().split())
    except OSError:
        pass  # it, or one of its threads, has ended meanwhile
    return pids


def descendants(pid: int) -> list[int]:
    """All below the process, without itself."""
    pids: list[int] = []
    level = children(pid)
    while level:
        pids += level
        level = [child for parent in level for child in children(parent)]
    return pids


def tasks(pids: list[int]) -> int:
    """Processes and threads; one that has ended counts nothing, even while nobody reaps it."""
    return sum(map(_threads, pids))


def _threads(pid: int) -> int:
    fields = _stat_fields(pid)
    return 0 if not fields or fields[0] in (b"Z", b"X") else int(fields[17])


def cpu_seconds(pids: list[int]) -> float:
    """What these processes have used so far, in user and kernel."""
    return sum(map(_ticks, pids)) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    fields = _stat_fields(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _stat_fields(pid: int) -> list[bytes]:
    """The fields after the name, the first of which is the state; none if it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return []


def reap(wait: bool = False) -> tuple[list[Reaped], bool]:
    """The children that have ended, and whether there is no child left at all.

    With `wait`, at least one of them, unless there is none.
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
    """For pid 1 of a pid namespace: ends and reaps all other processes in it."""
    reaped: list[Reaped] = []
    none_left = False
    while not none_left:
        _signal(-1, signal.SIGKILL)
        more, none_left = reap(wait=True)
        reaped += more
    return reaped


def stop_namespace() -> None:
    """For pid 1 of a pid namespace: stops all other processes in it, in one go."""
    _signal(-1, signal.SIGSTOP)


def stop_below() -> None:
    """For a subreaper outside of a pid namespace: stops all below it, until there is none new."""
    _stop_all(frozenset())


def continue_namespace() -> None:
    """Takes back `stop_namespace`."""
    _signal(-1, signal.SIGCONT)


def continue_below() -> None:
    """Takes back `stop_below`."""
    for pid in _own_descendants(frozenset()):
        _signal(pid, signal.SIGCONT)


def sweep(keep: frozenset[int] = frozenset()) -> list[Reaped]:
    """For a subreaper outside of a pid namespace: ends and reaps all below it.

    Children in `keep` stay, with all below them. All are stopped before the first is killed, so
    that none forks meanwhile; that no child is left proves that no descendant is.
    """
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
        pass  # gone already; or it is no longer ours to end (a set-user-id program)
