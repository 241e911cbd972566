"""The process that runs a learner's program: prepared, sandboxed, then handed to the engine.

It is a child of a warden. The order of the steps matters: each needs something that a later one
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
from tutor.wire.control import Fork, GpuAccess, Protected
from tutor.wire.events import Up
from tutor.worker import forks, landlock, limits, linux, namespaces, protection
from tutor.worker.channel import Channel
from tutor.worker.plain_signals import DEFAULT, SIGNALS, set_handler
from tutor.worker.program_folder import bring_files, put_files
from tutor.worker.protection import Account

TRACE_SIGNAL = signal.SIGRTMIN + 5
"""Makes faulthandler write to the trace pipe where the program stands, also inside C code, where
Python's own handlers are not run."""

_STDIN, _STDOUT, _STDERR, _CHANNEL, _TRACE = range(5)
_FIRST_FREE = 5
_MIN_TEMPORARY = 20
"""Number from which descriptors are duplicated before they are moved to 0 to 4."""

_NICE = 5
_NICE_IN_BACKGROUND = 10
_OOM_SCORE = "900"
"""Of at most 1000: when memory runs out, the kernel is to end programs rather than the app."""

_WRITABLE = (
    *("/dev/shm", "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"),
    "/proc/self/task",  # a thread may name itself, as those of CUDA do
)
_VISIBLE_CARDS = "CUDA_VISIBLE_DEVICES"
"""Empty in the zygote's environment, by which torch finds no card."""


class Descriptors(NamedTuple):
    """The descriptors that a warden hands to its learner process.

    The first three come with the app's request, and the trace pipe is made by the warden.
    """

    stdout: int
    stderr: int
    channel: int
    trace: int


class RunEnvironment(NamedTuple):
    """The surroundings of a run, which do not depend on the program."""

    protected: Protected
    account: Account | None
    """The account under which the program runs; None for that of the worker."""
    engine: ModuleType
    scratch: str
    """The run's own folder, or in the zygote the folder of all runs."""
    tasks: int
    """The number of tasks that the program's user had when the worker started."""
    network: bool
    """True if the program may reach the network of this machine."""
    shown: tuple[str, ...]
    """Folders whose files are linked in the run's own folder."""
    readable: tuple[str, ...] | None
    """The paths that Landlock lets the program read; None without Landlock, and where the worker's
    root contains nothing else."""
    gpu: GpuAccess | None
    """The graphics cards that runs may use; None if there are none."""
    has_gpu: bool = False
    """True if this run may use the graphics cards."""
    rehearses_training: bool = False
    """True if the program may be a training that the learner watches."""

    def of_run(self, request: Fork) -> RunEnvironment:
        """Return the environment of one run, which has its own folder."""
        folder = os.path.join(self.scratch, f"run-{request.run}")
        has_gpu = request.gpu and self.gpu is not None
        return self._replace(
            scratch=folder,
            network=request.network,
            has_gpu=has_gpu,
            rehearses_training=request.rehearses_training,
        )

    @property
    def devices(self) -> tuple[str, ...]:
        """The device files of graphics cards, which this run may use or may not."""
        return self.gpu.devices if self.gpu is not None else ()


def main(descriptors: Descriptors, environment: RunEnvironment) -> NoReturn:
    """Run a learner process in a process just forked from its warden, and exit."""
    try:
        tasks = _prepare_process(descriptors, environment)
        channel = Channel(_CHANNEL)
        channel.send(Up())
        if not channel.is_waiting():
            environment.engine.rehearse()
        if environment.rehearses_training and not channel.is_waiting():
            environment.engine.rehearse_training()
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
    """Prepare the process, and return the number of tasks of others that RLIMIT_NPROC counts.

    None means that the kernel counts those of this run alone.
    """
    os.setsid()  # so that the warden can interrupt the program's whole process group
    linux.name_process("nnt-learner")
    _place_descriptors(descriptors)
    _reset_signals()
    _enter_folder(environment)
    _lower_priority()
    counted_apart = _apply_sandbox(environment)
    linux.die_with_parent()  # not before the sandbox: a change of user id undoes it
    faulthandler.register(TRACE_SIGNAL, file=_TRACE, all_threads=False)
    _open_streams()
    return None if counted_apart else environment.tasks


def _serve(channel: Channel, environment: RunEnvironment, tasks: int | None) -> None:
    command = channel.receive()
    if not isinstance(command, (Execute, ObserveAll)):
        raise TypeError(f"a run cannot begin with {type(command).__name__}")
    if isinstance(command, ObserveAll):
        os.nice(_NICE_IN_BACKGROUND)
    else:  # each program of an author has a folder of its own
        for folder in environment.shown:
            bring_files(folder)
    put_files(command.files)
    limits.apply(command.limits, tasks, gpu=environment.has_gpu)
    forks.limit_rate(command.limits.tasks)
    random.seed()
    environment.engine.serve(channel, command)


def _place_descriptors(descriptors: Descriptors) -> None:
    """Move the descriptors to 0 to 4, and close all others; only 0 to 2 survive an exec."""
    # They are duplicated above all of these numbers first: one that is already among them would be
    # overwritten before it was moved.
    null = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    sources = (null, *descriptors)
    copies = [_duplicate_high(descriptor) for descriptor in sources]
    for number, descriptor in enumerate(copies):
        os.dup2(descriptor, number, inheritable=number <= _STDERR)
    close_from(_FIRST_FREE)


def _duplicate_high(descriptor: int) -> int:
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _MIN_TEMPORARY)


def close_from(first: int, keep: frozenset[int] = frozenset()) -> None:
    """Close every descriptor of this process from the number `first` on, except those in `keep`."""
    for name in os.listdir("/proc/self/fd"):
        descriptor = int(name)
        if descriptor >= first and descriptor not in keep:
            try:
                os.close(descriptor)
            except OSError:
                pass  # the one by which listdir read the folder is closed already


def _reset_signals() -> None:
    for number in SIGNALS:
        try:
            set_handler(number, DEFAULT)
        except (OSError, ValueError):
            pass  # two cannot be handled, and the C library reserves some for itself
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    # Ignored, so that a write beyond RLIMIT_FSIZE raises "File too large" and does not end the run.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _enter_folder(environment: RunEnvironment) -> None:
    """Enter the run's own folder, with mounts and a network of its own where that is possible."""
    scratch, protected = environment.scratch, environment.protected
    os.environ["TMPDIR"] = os.environ["HOME"] = scratch
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(scratch, "inductor")
    tempfile.tempdir = None  # the zygote's own folder may be cached there
    if environment.gpu is not None and environment.has_gpu:
        _show_cards(environment.gpu, scratch)
    if protected.network:
        namespaces.enter_own_ipc()
        if not environment.network:
            namespaces.enter_own_network()
    if protected.mounts:
        namespaces.enter_own_mounts()
        _mount_private_memory(environment)
        if not environment.has_gpu:
            namespaces.cover_devices(environment.devices)
    if protected.proc:
        namespaces.mount_proc()
    os.chdir(scratch)  # after the mounts: else it would be the folder that they cover


def _show_cards(gpu: GpuAccess, scratch: str) -> None:
    """Tell CUDA which graphics cards it may use, and where it may keep what it compiles."""
    if gpu.visible is None:
        os.environ.pop(_VISIBLE_CARDS, None)
    else:
        os.environ[_VISIBLE_CARDS] = gpu.visible
    os.environ["CUDA_CACHE_PATH"] = os.path.join(scratch, "cuda")
    os.environ["TRITON_CACHE_DIR"] = os.path.join(scratch, "triton")


def _mount_private_memory(environment: RunEnvironment) -> None:
    """Mount file systems in memory over the folder of all runs and over /dev/shm.

    So a run sees no other's folder, its size is bounded, and it leaves nothing behind: files in the
    machine's /dev/shm would outlive it.
    """
    scratch, account = environment.scratch, environment.account
    namespaces.mount_tmpfs(os.path.dirname(scratch), namespaces.SCRATCH_MB, mode=0o755)
    os.mkdir(scratch, 0o700)
    if account:
        os.chown(scratch, account.user, account.group)
    namespaces.mount_tmpfs("/dev/shm", namespaces.SHARED_MEMORY_MB, mode=0o1777)


def _lower_priority() -> None:
    os.nice(_NICE)
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(_OOM_SCORE)
    except OSError:
        pass  # some containers do not let it be raised


def _apply_sandbox(environment: RunEnvironment) -> bool:
    """Give up all rights that the program does not need.

    Return True if the kernel counts the processes of this run apart from all others.
    """
    protected = environment.protected
    if environment.account:
        protection.become_account(environment.account)
        # A change of user id makes /proc/self root's, in which the next step has to write.
        linux.make_dumpable()
    counted_apart = protected.level == "namespaces" and _enter_own_user_namespace()
    if protected.landlock:
        cards = environment.devices if environment.has_gpu else ()
        own_folder_and_devices = (environment.scratch, *_WRITABLE, *cards)
        tcp = protected.network or environment.network
        rules = landlock.Rules(own_folder_and_devices, environment.readable, tcp)
        landlock.restrict(protected.landlock, rules)
    linux.drop_capabilities()
    linux.make_dumpable()
    return counted_apart


def _enter_own_user_namespace() -> bool:
    """Enter a user namespace for this run; return False if that cannot be, or is of no use."""
    if not namespaces.tasks_are_counted_apart():
        return False
    try:
        namespaces.enter_own_user()
    except OSError:
        return False  # the kernel may limit their number or depth
    return True


def _open_streams() -> None:
    sys.stdin = open(_STDIN, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays open
    for name, descriptor in (("stdout", _STDOUT), ("stderr", _STDERR)):
        stream = open(  # noqa: SIM115 - it stays open
            descriptor,
            "w",
            encoding="utf-8",
            errors="backslashreplace",
            buffering=1,  # by line, so that each is seen when it is printed
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
