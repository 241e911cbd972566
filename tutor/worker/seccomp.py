"""A filter of system calls that protects the processes that watch a program.

The kernel lets a process set limits and priorities of all others of its user. In a pid namespace
the warden is the only one of them that a program can name. Without one there are also the zygote
and the app, and processes that the filter does not know. What belongs to no process is refused to
all: keys, memory that no warden would count, and sockets that are in no network namespace. Signals,
tracing and /proc are not filtered: the capabilities of the warden and Landlock refuse them. See
seccomp(2).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tutor.worker import linux

_SET_MODE_FILTER = 1
_SPEC_ALLOW = 1 << 2
"""Leaves the processor's speculation as it is; kernels before 5.16 else restrict it."""
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_INSTRUCTION = struct.Struct("=HBBI")
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
"""Offsets in the kernel's `struct seccomp_data`."""
_SECOND_ABI = 0x40000000
"""Bit in the numbers of x32, by which x86_64 has the same calls once more."""
_PRIORITY_OF_USER, _IO_PRIORITY_OF_USER = 2, 3


class _Machine(NamedTuple):
    """The numbers of system calls on one architecture."""

    name: int
    seccomp: int
    of_pid: tuple[int, ...]
    """prlimit64, sched_setparam, sched_setscheduler, sched_setaffinity, sched_setattr: the first
    argument is a pid."""
    setpriority: int
    """The first argument says what the second is: a pid, a process group or a user."""
    ioprio_set: int
    socket: int
    """The first argument is an address family."""
    keys: tuple[int, ...]
    """add_key, request_key, keyctl: what they name belongs to a user or a login, not to a run."""
    unseen_memory: tuple[int, ...]
    """memfd_create, memfd_secret, shmget, msgget: what they make is held by no mapping."""


_MACHINES = {
    "x86_64": _Machine(
        name=0xC000003E,
        seccomp=317,
        of_pid=(302, 142, 144, 203, 314),
        setpriority=141,
        ioprio_set=251,
        socket=41,
        keys=(248, 249, 250),
        unseen_memory=(319, 447, 29, 68),
    ),
    "aarch64": _Machine(
        name=0xC00000B7,
        seccomp=277,
        of_pid=(261, 118, 119, 122, 274),
        setpriority=140,
        ioprio_set=30,
        socket=198,
        keys=(217, 218, 219),
        unseen_memory=(279, 447, 194, 186),
    ),
}
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
"""Families of sockets that a network namespace or Landlock confines, as AF_VSOCK is not."""


def protect(pids: Sequence[int]) -> None:
    """Refuse calls that name these processes, for ever, here and in all that this process starts.

    It sets NO_NEW_PRIVS. Where the kernel has no such filters, nothing changes.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return
    program = b"".join(_instructions(machine, pids))
    code = ctypes.create_string_buffer(program)
    header = struct.pack("@HP", len(program) // _INSTRUCTION.size, ctypes.addressof(code))
    try:
        linux.forbid_new_privileges()
        linux.syscall(
            machine.seccomp, ctypes.c_ulong(_SET_MODE_FILTER), ctypes.c_ulong(_SPEC_ALLOW), header
        )
    except OSError:
        pass


def _instructions(machine: _Machine, pids: Sequence[int]) -> Iterator[bytes]:
    """Yield the filter; a jump is given by the instructions that it leaves out, if true or not."""
    refuse = _INSTRUCTION.pack(_RETURN, 0, 0, _REFUSE)
    load_number = _INSTRUCTION.pack(_LOAD, 0, 0, _NUMBER)
    yield _INSTRUCTION.pack(_LOAD, 0, 0, _ARCHITECTURE)
    yield _INSTRUCTION.pack(_IF_EQUAL, 1, 0, machine.name) + refuse
    yield load_number
    yield _INSTRUCTION.pack(_IF_AT_LEAST, 0, 1, _SECOND_ABI) + refuse
    for number in (*machine.keys, *machine.unseen_memory):
        yield _INSTRUCTION.pack(_IF_EQUAL, 0, 1, number) + refuse
    yield _INSTRUCTION.pack(_IF_EQUAL, 0, len(_FAMILIES) + 2, machine.socket)
    yield _INSTRUCTION.pack(_LOAD, 0, 0, _ARGUMENTS)
    for place, family in enumerate(_FAMILIES):
        yield _INSTRUCTION.pack(_IF_EQUAL, len(_FAMILIES) - place, 0, family)
    yield refuse
    for number, argument, value in _refused(machine, pids):
        yield load_number + _INSTRUCTION.pack(_IF_EQUAL, 0, 3, number)
        yield _INSTRUCTION.pack(_LOAD, 0, 0, _ARGUMENTS + 8 * argument)
        yield _INSTRUCTION.pack(_IF_EQUAL, 0, 1, value) + refuse
    yield _INSTRUCTION.pack(_RETURN, 0, 0, _ALLOW)


def _refused(machine: _Machine, pids: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the calls, each with the number of an argument and the value for which it is refused.

    The kernel takes the lower half of these arguments, which is what the filter looks at.
    """
    yield machine.setpriority, 0, _PRIORITY_OF_USER
    yield machine.ioprio_set, 0, _IO_PRIORITY_OF_USER
    for pid in pids:
        yield from ((number, 0, pid) for number in machine.of_pid)
        yield machine.setpriority, 1, pid
        yield machine.ioprio_set, 1, pid
