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

TRACE_SIGNAL = signal.SIGRTMIN + 5
"""Makes faulthandler write to the trace pipe where the program stands, even inside C code."""

_STDIN, _STDOUT, _STDERR, _CHANNEL, _TRACE = range(5)
_FIRST_FREE = 5
_MIN_TEMPORARY = 20

_NICE = 5
_NICE_IN_BACKGROUND = 10
_OOM_SCORE = "900"

_WRITABLE = (
    *("/dev/shm", "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"),
    "/proc/self/task",  # a thread may name itself, as those of CUDA do
)
_MAX_LINKS = 500


class Descriptors(NamedTuple):
    """What a run's processes hold, as received; the trace pipe is the warden's own."""

    stdout: int
    stderr: int
    channel: int
    trace: int


class RunEnvironment(NamedTuple):
    """What does not depend on the program."""

    protected: Protected
    account: Account | None
    """Under which the program runs, if not under our own."""
    engine: ModuleType
    scratch: str
    """The run's own folder."""
    tasks: int
    """How many the user of the learner process had when the worker started."""
    network: bool
    """Whether the program may reach the network of this machine."""
    shown: tuple[str, ...]
    """Folders whose files it finds in its own folder, too."""
    readable: tuple[str, ...] | None
    """What Landlock lets it read; None where it sees nothing else anyway, or for want of
    Landlock."""


def main(descriptors: Descriptors, environment: RunEnvironment) -> NoReturn:
    """The whole life of a learner process."""
    try:
        tasks = _prepare_process(descriptors, environment)
        channel = Channel(_CHANNEL)
        channel.send(Up())
        if not channel.is_waiting():
            environment.engine.rehearse()
        _serve(channel, environment, tasks)
    except KeyboardInterrupt:
        os._exit(1)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        _flush()
        os._exit(1)
    _flush()
    os._exit(0)


def _prepare_process(descriptors: Descriptors, environment: RunEnvironment) -> int | None:
    """Return how many tasks the kernel counts beside those of this run; None if it does not say."""
    os.setsid()
    linux.name_process("nnt-learner")
    _place_descriptors(descriptors)
    _reset_signals()
    _enter_folder(environment)
    _lower_priority()
    counted_apart = _apply_sandbox(environment)
    linux.die_with_parent()
    faulthandler.register(TRACE_SIGNAL, file=_TRACE, all_threads=False)
    _open_streams()
    return None if counted_apart else environment.tasks


def _serve(channel: Channel, environment: RunEnvironment, tasks: int | None) -> None:
    command = channel.receive()
    if not isinstance(command, (Execute, ObserveAll)):
        raise TypeError(f"a run cannot begin with {type(command).__name__}")
    if isinstance(command, ObserveAll):
        os.nice(_NICE_IN_BACKGROUND)
    _link_files(environment.shown)
    limits.apply(command.limits, tasks)
    forks.limit_rate(command.limits.tasks)
    random.seed()
    environment.engine.serve(channel, command)


def _place_descriptors(descriptors: Descriptors) -> None:
    """Numbers 0 to 4 and no others; only 0 to 2 survive an exec."""
    null = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    sources = (null, *descriptors)
    copies = [_duplicate_high(descriptor) for descriptor in sources]
    for number, descriptor in enumerate(copies):
        os.dup2(descriptor, number, inheritable=number <= _STDERR)
    close_from(_FIRST_FREE)


def _duplicate_high(descriptor: int) -> int:
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _MIN_TEMPORARY)


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


def _enter_folder(environment: RunEnvironment) -> None:
    scratch, protected = environment.scratch, environment.protected
    os.environ["TMPDIR"] = os.environ["HOME"] = scratch
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(scratch, "inductor")
    tempfile.tempdir = None  # the zygote has looked it up already
    if protected.network:
        namespaces.enter_own_ipc()
        if not environment.network:
            namespaces.enter_own_network()
    if protected.mounts:
        namespaces.enter_own_mounts()
        _mount_private_memory(environment)
    if protected.proc:
        namespaces.mount_proc()
    os.chdir(scratch)  # after the mounts: before them it would be the hidden folder


def _mount_private_memory(environment: RunEnvironment) -> None:
    """Over the folder that holds those of all runs: no other run's is seen."""
    scratch, account = environment.scratch, environment.account
    namespaces.mount_tmpfs(os.path.dirname(scratch), namespaces.SCRATCH_MB, mode=0o755)
    os.mkdir(scratch, 0o700)
    if account:
        os.chown(scratch, account.user, account.group)
    namespaces.mount_tmpfs("/dev/shm", namespaces.SHARED_MEMORY_MB, mode=0o1777)


def _link_files(folders: tuple[str, ...]) -> None:
    """A program finds a file of these folders by its name alone, as where it is usually run. What
    it writes there stands in its own folder, if it takes another name."""
    for folder in folders:
        try:
            entries = sorted(os.listdir(folder))
        except OSError:
            continue  # it has gone, or is somebody else's
        for name in [name for name in entries if not name.startswith(".")][:_MAX_LINKS]:
            try:
                os.symlink(os.path.join(folder, name), name)
            except OSError:
                pass  # a file of that name is there from the folder before


def _lower_priority() -> None:
    os.nice(_NICE)
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(_OOM_SCORE)
    except OSError:
        pass  # some containers do not let it be raised


def _apply_sandbox(environment: RunEnvironment) -> bool:
    """Return whether the kernel counts the processes of this run apart from all others."""
    protected = environment.protected
    if environment.account:
        protection.become_account(environment.account)
        linux.make_dumpable()  # else /proc/self is root's, and the next step needs it
    counted_apart = protected.level == "namespaces" and _enter_own_user_namespace()
    if protected.landlock:
        own_folder_and_devices = (environment.scratch, *_WRITABLE)
        tcp = protected.network or environment.network
        rules = landlock.Rules(own_folder_and_devices, environment.readable, tcp)
        landlock.restrict(protected.landlock, rules)
    linux.drop_capabilities()
    linux.make_dumpable()
    return counted_apart


def _enter_own_user_namespace() -> bool:
    if not namespaces.tasks_are_counted_apart():
        return False
    try:
        namespaces.enter_own_user()
    except OSError:
        return False  # there may be a limit to their number, or to their depth
    return True


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
