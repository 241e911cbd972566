"""Namespaces: entering them for the worker as a whole, for each run, and private mounts for it.

Every function is for a process with a single thread: with two, the kernel says EINVAL.
"""

from __future__ import annotations

import os
import re

from tutor.worker import linux

SCRATCH_MB = 64
SHARED_MEMORY_MB = 256

_TASKS = 128
"""More than a run may have, so that the warden, who says what happened, sees the excess."""
_RESERVED_IDS = 300
"""Ids that the kernel gives only once."""
_OWN_PID_MAX_SINCE = (6, 14)
"""Linux. Before that, the number was the whole machine's."""

_INSIDE_FOR_ROOT = 1000
"""Root is somebody else inside, so that an exec there gives no capabilities back."""


def enter_user_and_pid() -> None:
    """A user namespace in which this process may do all, and a pid namespace for its children."""
    user, group = os.getuid(), os.getgid()  # inside, before the maps are written, both are 65534
    linux.unshare(linux.CLONE_NEWUSER | linux.CLONE_NEWPID)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user or _INSIDE_FOR_ROOT} {user} 1")
    _write("/proc/self/gid_map", f"{group or _INSIDE_FOR_ROOT} {group} 1")


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def keep_own_pid_namespace() -> int:
    """A descriptor by which `fork_into_new` finds back."""
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def fork_into_new(own: int) -> int:
    """Like os.fork, but the child is pid 1 of a new pid namespace.

    Without going back afterwards, the next call would be EINVAL.
    """
    linux.unshare(linux.CLONE_NEWPID)
    try:
        pid = os.fork()
    except OSError:
        linux.join_namespace(own, linux.CLONE_NEWPID)
        raise
    if pid:
        linux.join_namespace(own, linux.CLONE_NEWPID)
    return pid


def own_mounts() -> None:
    """A copy of the mounts, from which no change reaches anybody else."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", "", linux.MS_REC | linux.MS_PRIVATE)


def mount_memory(folder: str, megabytes: int) -> None:
    """An empty file system in memory over the folder. The current directory is not moved in."""
    flags = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("tmpfs", folder, "tmpfs", flags, f"size={megabytes}m,mode=700")


def mount_proc() -> None:
    """A /proc of this pid namespace: without it, /proc/<own pid> is another process."""
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    linux.mount("proc", "/proc", "proc", flags)


def limit_tasks() -> None:
    """So many tasks at a time in this pid namespace, where the kernel can do that.

    RLIMIT_NPROC does not bind root, and a program that forks without end is faster than the warden
    can look. Needs a /proc of this namespace.
    """
    if _kernel() < _OWN_PID_MAX_SINCE:
        return
    try:
        _write("/proc/sys/kernel/pid_max", str(_RESERVED_IDS + _TASKS))
        _write("/proc/sys/kernel/ns_last_pid", str(_RESERVED_IDS))
    except OSError:
        pass  # not every kernel has the second; the warden counts, too


def _kernel() -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", os.uname().release)[:2])
