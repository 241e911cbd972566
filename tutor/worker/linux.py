"""The few Linux calls that Python 3.11 does not offer. Each raises OSError if it fails.

The numbers are from the kernel's headers, and are the same on every architecture that torch runs
on.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

_MNT_DETACH = 2
_MOUNT_SETATTR = 442
_MOUNT_ATTR_RDONLY = 1
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000

_MADV_COLLAPSE = 25

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NAME = 15
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4

_CAPABILITY_VERSION_3 = 0x20080522
_CAPABILITIES = 64
"""More capabilities than any kernel has."""

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> int:
    result: int = getattr(_libc, name)(*arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return result


def syscall(number: int, *arguments: object) -> int:
    """Make a system call for which the C library may have no function; return its result."""
    return _call("syscall", ctypes.c_long(number), *arguments)


def unshare(flags: int) -> None:
    """Enter new namespaces; a new pid namespace holds only the next children."""
    _call("unshare", ctypes.c_int(flags))


def join_namespace(descriptor: int, kind: int) -> None:
    """Enter the namespace of an open descriptor; a pid namespace holds only the next children."""
    _call("setns", ctypes.c_int(descriptor), ctypes.c_int(kind))


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount a file system, or with MS_PRIVATE stop a mount's changes from spreading."""
    _call(
        "mount",
        source.encode(),
        os.fsencode(target),
        kind.encode(),
        ctypes.c_ulong(flags),
        data.encode(),
    )


def make_read_only(target: str) -> None:
    """Make a mount and all below it read-only; before Linux 5.12 only the mount itself."""
    attributes = struct.pack("=4Q", _MOUNT_ATTR_RDONLY, 0, 0, 0)
    try:
        syscall(
            _MOUNT_SETATTR,
            ctypes.c_int(_AT_FDCWD),
            os.fsencode(target),
            ctypes.c_uint32(_AT_RECURSIVE),
            attributes,
            ctypes.c_size_t(len(attributes)),
        )
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        mount("none", target, "", MS_REMOUNT | MS_BIND | MS_RDONLY)


def enter_root(folder: str) -> None:
    """Make the mount at `folder` the root of this mount namespace, and unmount the old one."""
    os.chdir(folder)
    # With "." twice, the old root is mounted on top of the new one, at the same place, so that no
    # folder is needed for it. See pivot_root(2).
    _call("pivot_root", b".", b".")
    _call("umount2", b".", ctypes.c_int(_MNT_DETACH))
    os.chdir("/")


def _prctl(option: int, value: int, *more: int) -> None:
    rest = [ctypes.c_ulong(number) for number in (value, *more)]
    rest += [ctypes.c_ulong(0)] * (4 - len(rest))
    _call("prctl", ctypes.c_int(option), *rest)


def die_with_parent() -> None:
    """Have this process killed when the thread that forked it ends.

    A change of user id undoes it.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent dies ("subreaper")."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def make_dumpable() -> None:
    """Give /proc/self back to its user, after a change of ids or capabilities made it root's."""
    _prctl(_PR_SET_DUMPABLE, 1)


def forbid_new_privileges() -> None:
    """Prevent every later exec from giving this process more rights."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def collapse_pages(address: int, length: int) -> None:
    """Copy a part of this process's memory into pages of 2 MB, whatever the system's setting is.

    Both numbers must be multiples of that size. Before Linux 6.1, it fails with EINVAL.
    """
    _call(
        "madvise", ctypes.c_void_p(address), ctypes.c_size_t(length), ctypes.c_int(_MADV_COLLAPSE)
    )


def name_process(name: str) -> None:
    """Set the name that ps and /proc/self/comm show; only the first 15 bytes are kept."""
    buffer = ctypes.create_string_buffer(name.encode()[:15])
    _call("prctl", ctypes.c_int(_PR_SET_NAME), buffer, *[ctypes.c_ulong(0)] * 3)


def drop_capabilities() -> None:
    """Give up all capabilities, so that no exec gives one back, where this process may do so."""
    try:
        for capability in range(_CAPABILITIES):
            _prctl(_PR_CAPBSET_DROP, capability)
    except OSError:
        pass  # EINVAL after the last one; EPERM for an ordinary user, who has none to lose
    try:
        _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    except OSError:
        pass  # kernels before 4.3 have no ambient set
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())
