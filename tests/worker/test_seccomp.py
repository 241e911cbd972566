"""The filter of system calls, in a child that is forked to be behind it."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import platform
import resource
import signal
import socket
from collections.abc import Callable

import pytest

from tutor.worker import seccomp

pytestmark = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "aarch64"), reason="there is no filter here"
)
PRLIMIT = {"x86_64": 302, "aarch64": 261}
SECOND_ABI = 0x40000000
GETPID_OF_32_BITS = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"
"""mov eax, 20; int 0x80; ret."""


def _error_behind_filter(action: Callable[[], object], guarded: int) -> int:
    """Return the errno with which the action failed in a child; 0 if it did not."""
    child = os.fork()
    if child == 0:
        seccomp.protect([guarded])
        try:
            action()
        except OSError as error:
            os._exit(error.errno or 255)
        except BaseException:
            os._exit(255)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _look_up_limit(pid: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_NOFILE)


def _limit_a_child() -> None:
    child = os.fork()
    if child == 0:
        signal.pause()
    try:
        _look_up_limit(child)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_limit_of_the_guarded_process_alone_is_refused() -> None:
    guarded = os.getpid()
    assert _error_behind_filter(lambda: _look_up_limit(guarded), guarded) == errno.EPERM
    for own in (lambda: _look_up_limit(0), lambda: _look_up_limit(os.getpid()), _limit_a_child):
        assert _error_behind_filter(own, guarded) == 0


def test_so_are_priorities_of_it_and_of_all_that_its_user_runs() -> None:
    guarded = os.getpid()

    def nicer(kind: int, who: int) -> Callable[[], object]:
        return lambda: os.setpriority(kind, who, os.getpriority(os.PRIO_PROCESS, 0))

    for refused in (nicer(os.PRIO_PROCESS, guarded), nicer(os.PRIO_USER, os.getuid())):
        assert _error_behind_filter(refused, guarded) == errno.EPERM
    for own in (nicer(os.PRIO_PROCESS, 0), nicer(os.PRIO_PGRP, 0)):
        assert _error_behind_filter(own, guarded) == 0


def test_memory_that_is_mapped_nowhere_is_refused() -> None:
    libc = ctypes.CDLL(None, use_errno=True)

    def made(identifier: int) -> None:
        if identifier < 0:
            raise OSError(ctypes.get_errno(), "refused")

    private = 0  # IPC_PRIVATE
    for refused in (
        lambda: os.memfd_create("kept"),
        lambda: made(libc.shmget(private, 4096, 0o600)),
        lambda: made(libc.msgget(private, 0o600)),
    ):
        assert _error_behind_filter(refused, os.getpid()) == errno.EPERM


@pytest.mark.parametrize(
    ("family", "error"),
    [
        (socket.AF_UNIX, 0),
        (socket.AF_INET, 0),
        (socket.AF_INET6, 0),
        (socket.AF_VSOCK, errno.EPERM),
        (socket.AF_ALG, errno.EPERM),
    ],
    ids=lambda value: str(value),
)
def test_sockets_that_nothing_confines_are_refused(family: int, error: int) -> None:
    assert _error_behind_filter(lambda: socket.socket(family).close(), os.getpid()) == error


def test_the_same_call_by_another_number_is_refused() -> None:
    def call() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        number = SECOND_ABI | PRLIMIT[platform.machine()]
        if libc.syscall(ctypes.c_long(number), os.getpid(), resource.RLIMIT_NOFILE, None, None):
            raise OSError(ctypes.get_errno(), "refused")

    assert _error_behind_filter(call, os.getpid()) == errno.EPERM


@pytest.mark.skipif(platform.machine() != "x86_64", reason="it has no 32-bit calls")
def test_calls_of_another_architecture_are_refused() -> None:
    def call() -> None:
        code = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(GETPID_OF_32_BITS)
        address = ctypes.addressof(ctypes.c_char.from_buffer(code))
        result = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
        if result < 0:
            raise OSError(-result, "refused")

    # a kernel without such calls ends the process
    assert _error_behind_filter(call, os.getpid()) in (errno.EPERM, -11)
