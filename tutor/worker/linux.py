"""The few Linux calls that Python 3.11 does not offer, each raising OSError when it fails.

Only `tutor.worker` uses them. Numbers are from the kernel's headers; they are the same on every
architecture that torch runs on.
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
"""More than any kernel has."""

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> int:
    result: int = getattr(_libc, name)(*arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return result


def syscall(number: int, *arguments: object) -> int:
    """A call for which the C library may have no function."""
    return _call("syscall", ctypes.c_long(number), *arguments)


def unshare(flags: int) -> None:
    """New namespaces for this process; a pid namespace for its next children."""
    _call("unshare", ctypes.c_int(flags))


def join_namespace(descriptor: int, kind: int) -> None:
    """Puts this process, or its next children, into the namespace of an open descriptor."""
    _call("setns", ctypes.c_int(descriptor), ctypes.c_int(kind))


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mounts a file system, or with MS_PRIVATE changes how a mount spreads."""
    _call(
        "mount",
        source.encode(),
        os.fsencode(target),
        kind.encode(),
        ctypes.c_ulong(flags),
        data.encode(),
    )


def make_read_only(target: str) -> None:
    """Make a mount and all below it read-only; only the mount itself before Linux 5.12."""
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
    """Make the mount at `folder` the root of this mount namespace, and let go of the old one.

    Both stand at `/` for a moment, the old one on top: so no folder is needed to put it in.
    """
    os.chdir(folder)
    _call("pivot_root", b".", b".")
    _call("umount2", b".", ctypes.c_int(_MNT_DETACH))
    os.chdir("/")


def _prctl(option: int, value: int, *more: int) -> None:
    rest = [ctypes.c_ulong(number) for number in (value, *more)]
    rest += [ctypes.c_ulong(0)] * (4 - len(rest))
    _call("prctl", ctypes.c_int(option), *rest)


def die_with_parent() -> None:
    """SIGKILL when the thread that forked this process ends. Lost by a change of user id."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Descendants whose parent dies become children of this process."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def make_dumpable() -> None:
    """/proc/self belongs to its user again, after ids or capabilities changed."""
    _prctl(_PR_SET_DUMPABLE, 1)


def forbid_new_privileges() -> None:
    """From here on no exec gives this process more rights."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def name_process(name: str) -> None:
    """What ps and /proc/self/comm show; at most 15 bytes."""
    buffer = ctypes.create_string_buffer(name.encode()[:15])
    _call("prctl", ctypes.c_int(_PR_SET_NAME), buffer, *[ctypes.c_ulong(0)] * 3)


def drop_capabilities() -> None:
    """None is left, and none can come back by an exec (where this process may say so)."""
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
