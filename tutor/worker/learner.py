"""The process that runs a learner's program: made ready, shut in, then given to the engine.

Child of a warden. The order of the steps is the point of this file: each needs what a later one
takes away.
"""

from __future__ import annotations

import faulthandler
import fcntl
import os
import random
import signal
import sys
import tempfile
from types import ModuleType
from typing import NamedTuple, NoReturn

from tutor.wire.commands import Execute, ObserveAll
from tutor.wire.control import Protected
from tutor.wire.events import Up
from tutor.worker import forks, landlock, limits, linux, namespaces, protection
from tutor.worker.channel import Channel
from tutor.worker.protection import Account

TELL_SIGNAL = signal.SIGRTMIN + 5
"""Makes faulthandler write to the trace pipe where the program stands, even inside C code."""

_STDIN, _STDOUT, _STDERR, _CHANNEL, _TRACE = range(5)
_FIRST_FREE = 5
_ABOVE_ALL = 20

_NICE = 5
_NICE_IN_BACKGROUND = 10
_LIKELY_TO_BE_KILLED = "900"

_WRITABLE = ("/dev/shm", "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class Descriptors(NamedTuple):
    """What a run's processes hold, as received; the trace pipe is the warden's own."""

    stdout: int
    stderr: int
    channel: int
    trace: int


class Surroundings(NamedTuple):
    """What does not depend on the program."""

    protected: Protected
    account: Account | None
    """Under which the program runs, if not under our own."""
    engine: ModuleType
    scratch: str
    """The run's own folder."""
    tasks: int
    """How many the user of the learner process had when the worker started."""


def live(descriptors: Descriptors, surroundings: Surroundings) -> NoReturn:
    """The whole life of a learner process."""
    try:
        _make_ready(descriptors, surroundings)
        channel = Channel(_CHANNEL)
        channel.send(Up())
        if not channel.is_waiting():
            surroundings.engine.rehearse()
        _serve(channel, surroundings)
    except KeyboardInterrupt:
        os._exit(1)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        _flush()
        os._exit(1)
    _flush()
    os._exit(0)


def _make_ready(descriptors: Descriptors, surroundings: Surroundings) -> None:
    os.setsid()
    linux.name_process("nnt-learner")
    _place_descriptors(descriptors)
    _reset_signals()
    _enter_folder(surroundings)
    _yield_to_others()
    _shut_in(surroundings)
    linux.die_with_parent()
    faulthandler.register(TELL_SIGNAL, file=_TRACE, all_threads=False)
    _open_streams()


def _serve(channel: Channel, surroundings: Surroundings) -> None:
    command = channel.receive()
    if not isinstance(command, (Execute, ObserveAll)):
        raise TypeError(f"a run cannot begin with {type(command).__name__}")
    if isinstance(command, ObserveAll):
        os.nice(_NICE_IN_BACKGROUND)
    limits.apply(command.limits, surroundings.tasks)
    forks.pace(command.limits.tasks)
    random.seed()
    surroundings.engine.serve(channel, command)


def _place_descriptors(descriptors: Descriptors) -> None:
    """Numbers 0 to 4 and no others; only 0 to 2 survive an exec."""
    null = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    given = (null, *descriptors)
    raised = [_raise_above(descriptor) for descriptor in given]
    for number, descriptor in enumerate(raised):
        os.dup2(descriptor, number, inheritable=number <= _STDERR)
    close_from(_FIRST_FREE)


def _raise_above(descriptor: int) -> int:
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _ABOVE_ALL)


def close_from(first: int, keep: frozenset[int] = frozenset()) -> None:
    """Closes every descriptor of this process from that number on, except those."""
    for name in os.listdir("/proc/self/fd"):
        descriptor = int(name)
        if descriptor >= first and descriptor not in keep:
            try:
                os.close(descriptor)
            except OSError:
                pass  # the one by which the folder was listed


def _reset_signals() -> None:
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            pass  # the C library keeps some for itself
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # "File too large" is an exception, no ending
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _enter_folder(surroundings: Surroundings) -> None:
    scratch, protected = surroundings.scratch, surroundings.protected
    os.environ["TMPDIR"] = scratch
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(scratch, "inductor")
    tempfile.tempdir = None  # the zygote has looked it up already
    if protected.mounts:
        namespaces.own_mounts()
        namespaces.mount_memory(scratch, namespaces.SCRATCH_MB)
        namespaces.mount_memory("/dev/shm", namespaces.SHARED_MEMORY_MB)
    if protected.proc:
        namespaces.mount_proc()
        namespaces.limit_tasks()
    os.chdir(scratch)  # after the mounts: before them it would be the hidden folder


def _yield_to_others() -> None:
    os.nice(_NICE)
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(_LIKELY_TO_BE_KILLED)
    except OSError:
        pass  # some containers do not let it be raised


def _shut_in(surroundings: Surroundings) -> None:
    protected = surroundings.protected
    if surroundings.account:
        protection.become(surroundings.account)
    if protected.landlock:
        landlock.restrict(protected.landlock, (surroundings.scratch, *_WRITABLE))
    linux.drop_capabilities()
    linux.allow_inspection()


def _open_streams() -> None:
    sys.stdin = open(_STDIN, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays open
    for name, descriptor in (("stdout", _STDOUT), ("stderr", _STDERR)):
        stream = open(  # noqa: SIM115 - it stays open
            descriptor,
            "w",
            encoding="utf-8",
            errors="backslashreplace",
            buffering=1,  # a line is seen when it is printed
            closefd=False,
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass  # the program may have put anything there
