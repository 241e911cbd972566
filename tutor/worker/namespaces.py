"""Namespaces: entering them for the worker as a whole, for each run, and private mounts for it.

Every function is for a process with a single thread: with two, the kernel says EINVAL. Who enters a
user namespace may do all that concerns what is made in it, until `linux.drop_capabilities`.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
import struct
from collections.abc import Callable

from tutor.worker import linux

SCRATCH_MB = 64
SHARED_MEMORY_MB = 256

_NOBODY_ID = 65534

_OWN_TASK_COUNT_SINCE = (5, 14)
"""Linux. Before that, RLIMIT_NPROC counted a user's processes wherever they were."""

_ROOT_INSIDE = 1000
"""Root is somebody else inside, so that an exec there gives no capabilities back."""

PROGRAMS_ID = 1001
"""The id inside, of user and of group, under which root's worker runs programs: nobody's outside.
The kernel bounds the number of nobody's processes, not that of root's."""

_SET_INTERFACE_FLAGS, _GET_INTERFACE_FLAGS = 0x8914, 0x8913
_INTERFACE_UP = 1
_INTERFACE_REQUEST = struct.Struct("16sH22x")


def enter_user_and_pid() -> bool:
    """Enter a user namespace in which this process may do all, with a pid namespace for its
    children; tell whether there is the id `PROGRAMS` in it, too.

    Only root can have two ids, which then somebody outside must write down.
    """
    user, group = os.getuid(), os.getgid()  # inside, before the maps are written, both are 65534
    writer = _MapWriter(os.getpid()) if user == 0 else None
    linux.unshare(linux.CLONE_NEWUSER | linux.CLONE_NEWPID)
    if writer and writer.write():
        return True
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user or _ROOT_INSIDE} {user} 1")
    _write("/proc/self/gid_map", f"{group or _ROOT_INSIDE} {group} 1")
    return False


class _MapWriter:
    """A child that stays outside, and as root there may give a process inside any ids."""

    def __init__(self, inside: int) -> None:
        reader, self._go = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._go)
            os._exit(_act_when_asked(reader, lambda: _write_maps(inside)))
        os.close(reader)

    def write(self) -> bool:
        """Whether it could. It is gone afterwards."""
        os.write(self._go, b"!")
        os.close(self._go)
        return os.waitpid(self._pid, 0)[1] == 0


def _act_when_asked(reader: int, work: Callable[[], None]) -> int:
    try:
        if os.read(reader, 1):
            work()
            return 0
    except OSError:
        pass
    return 1


def _write_maps(pid: int) -> None:
    for name in ("uid_map", "gid_map"):
        _write(f"/proc/{pid}/{name}", f"{_ROOT_INSIDE} 0 1\n{PROGRAMS_ID} {_NOBODY_ID} 1\n")


def enter_own_user() -> None:
    """Enter a user namespace that holds this process and its children alone, under the same id:
    the kernel counts their number by itself, whatever else this user runs."""
    user, group = os.getuid(), os.getgid()
    linux.unshare(linux.CLONE_NEWUSER)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")


def tasks_are_counted_apart() -> bool:
    """Tell whether RLIMIT_NPROC counts only the processes of the own user namespace."""
    return _kernel_version() >= _OWN_TASK_COUNT_SINCE


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def enter_own_ipc() -> None:
    """Leave the System V shared memory, semaphores and queues of others; one's own end with it."""
    linux.unshare(linux.CLONE_NEWIPC)


def enter_own_network() -> None:
    """Enter a network with nothing but a loopback of its own, which works."""
    linux.unshare(linux.CLONE_NEWNET)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = fcntl.ioctl(any_socket, _GET_INTERFACE_FLAGS, _INTERFACE_REQUEST.pack(b"lo", 0))
        flags = _INTERFACE_REQUEST.unpack(request)[1]
        fcntl.ioctl(
            any_socket, _SET_INTERFACE_FLAGS, _INTERFACE_REQUEST.pack(b"lo", flags | _INTERFACE_UP)
        )


def open_own_pid_namespace() -> int:
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


def enter_own_mounts() -> None:
    """A copy of the mounts, from which no change reaches anybody else."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", "", linux.MS_REC | linux.MS_PRIVATE)


def mount_tmpfs(folder: str, megabytes: int, mode: int = 0o700) -> None:
    """An empty file system in memory over the folder. The current directory is not moved in."""
    flags = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("tmpfs", folder, "tmpfs", flags, f"size={megabytes}m,mode={mode:o}")


def mount_proc(folder: str = "/proc") -> None:
    """A /proc of this pid namespace: without it, /proc/<own pid> is another process."""
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    linux.mount("proc", folder, "proc", flags)


def _kernel_version() -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", os.uname().release)[:2])
