"""Namespaces of Linux for the worker as a whole and for each run, and private mounts in them.

Every function needs a process with a single thread: with two, the kernel answers EINVAL. A process
that enters a user namespace has all capabilities in it, and may make other namespaces and mount
until `linux.drop_capabilities`.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
import struct
from collections.abc import Callable, Iterable

from tutor.worker import linux

SCRATCH_MB = 64
SHARED_MEMORY_MB = 256
"""Size of a run's own /dev/shm."""

_NOBODY_ID = 65534

_OWN_TASK_COUNT_SINCE = (5, 14)
"""Version of Linux. Before it, RLIMIT_NPROC counted a user's processes in all namespaces."""

_ROOT_INSIDE = 1000
"""Root's id in a user namespace. It is not 0, so that an exec there gives no capabilities back."""

PROGRAMS_ID = 1001
"""User and group id in a user namespace under which root's worker runs programs. Outside it is that
of nobody: the kernel limits the number of nobody's processes, but not that of root's."""

_SET_INTERFACE_FLAGS, _GET_INTERFACE_FLAGS = 0x8914, 0x8913
_INTERFACE_UP = 1
_INTERFACE_REQUEST = struct.Struct("16sH22x")


def enter_user_and_pid() -> bool:
    """Enter a user namespace, and a pid namespace for the children of this process.

    Return True if the user namespace has the id `PROGRAMS_ID`, too. Only root can have two ids in
    it, which a process outside must write.
    """
    user, group = os.getuid(), os.getgid()  # afterwards both are 65534 until the maps are written
    writer = _MapWriter(os.getpid()) if user == 0 else None
    linux.unshare(linux.CLONE_NEWUSER | linux.CLONE_NEWPID)
    if writer and writer.write():
        return True
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user or _ROOT_INSIDE} {user} 1")
    _write("/proc/self/gid_map", f"{group or _ROOT_INSIDE} {group} 1")
    return False


class _MapWriter:
    """A child that stays outside a user namespace, where root may write any ids to its maps.

    It is forked before `inside`, the process that enters, has done so.
    """

    def __init__(self, inside: int) -> None:
        reader, self._go = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._go)
            os._exit(_act_when_asked(reader, lambda: _write_maps(inside)))
        os.close(reader)

    def write(self) -> bool:
        """Write the maps and end the child; return True if it could write them."""
        os.write(self._go, b"!")
        os.close(self._go)
        return os.waitpid(self._pid, 0)[1] == 0


def _act_when_asked(reader: int, work: Callable[[], None]) -> int:
    """Do the work when a byte comes; return an exit status: 1 if it failed or none came."""
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
    """Enter a user namespace for this process and its children alone, under the same ids.

    The kernel then counts their number apart from all else that this user runs.
    """
    user, group = os.getuid(), os.getgid()
    linux.unshare(linux.CLONE_NEWUSER)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")


def tasks_are_counted_apart() -> bool:
    """Return True if RLIMIT_NPROC counts only the processes in one's own user namespace."""
    return _kernel_version() >= _OWN_TASK_COUNT_SINCE


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def enter_own_ipc() -> None:
    """Enter an IPC namespace: System V shared memory of others is unreachable, one's own ends."""
    linux.unshare(linux.CLONE_NEWIPC)


def enter_own_network() -> None:
    """Enter a network namespace with nothing but a loopback interface, and switch that on."""
    linux.unshare(linux.CLONE_NEWNET)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = fcntl.ioctl(any_socket, _GET_INTERFACE_FLAGS, _INTERFACE_REQUEST.pack(b"lo", 0))
        flags = _INTERFACE_REQUEST.unpack(request)[1]
        fcntl.ioctl(
            any_socket, _SET_INTERFACE_FLAGS, _INTERFACE_REQUEST.pack(b"lo", flags | _INTERFACE_UP)
        )


def open_own_pid_namespace() -> int:
    """Return a descriptor of this process's pid namespace, to which `fork_into_new` returns."""
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def fork_into_new(own: int) -> int:
    """Fork as `os.fork` does, with a child that is pid 1 of a new pid namespace.

    `own` is what `open_own_pid_namespace` returned. The parent's next children are in its own pid
    namespace again: otherwise the next call would fail with EINVAL.
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
    """Enter a mount namespace with a copy of all mounts, whose changes reach nobody else."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", "", linux.MS_REC | linux.MS_PRIVATE)


def mount_tmpfs(folder: str, megabytes: int, mode: int = 0o700) -> None:
    """Mount an empty file system in memory over the folder.

    A process that is in the folder stays in the covered one, and must change its directory.
    """
    flags = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("tmpfs", folder, "tmpfs", flags, f"size={megabytes}m,mode={mode:o}")


def cover_devices(paths: Iterable[str]) -> None:
    """Mount /dev/null over each of these device files that exists."""
    for path in paths:
        if os.path.exists(path):
            linux.mount("/dev/null", path, "", linux.MS_BIND)


def mount_proc(folder: str = "/proc") -> None:
    """Mount a /proc of this pid namespace: in the old one, /proc/<own pid> is another process."""
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    linux.mount("proc", folder, "proc", flags)


def _kernel_version() -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", os.uname().release)[:2])
