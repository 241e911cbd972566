"""The messages between the app and the zygote, and between the app and the warden of a run.

Each is one msgpack datagram on a SEQPACKET socket. No learner's code ever holds an end of these
sockets, so they are trusted where the run's channel (`tutor.wire.frames`) is not. Only
`tutor.client` and `tutor.worker` use them.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

Message = TypeVar("Message")

Protection = Literal["auto", "landlock-signals", "limits-only"]
"""Highest level to use: `auto` for the best that the probe finds, or the one named."""

ProtectionLevel = Literal["namespaces", "landlock-signals", "limits-only"]
"""Isolation of programs. `namespaces`: the worker and each run have their own.
`landlock-signals`: no namespaces, but Landlock keeps signals within a run. `limits-only`: neither.
"""

Decision = Literal[
    "none", "timeout", "memory", "processes", "output", "stopped", "unfinished", "app-gone"
]
"""Why a warden ended its run; `none` if the run ended by itself. The app asks for `unfinished` when
a learner process writes an invalid message."""

MAX_DATAGRAM = 64 * 1024
"""Maximum bytes of a message of this module."""


class GpuAccess(Struct, frozen=True):
    """Access to the graphics cards of this machine."""

    devices: tuple[str, ...]
    """Device files of the driver; the kernel gives programs no others."""
    visible: str | None = None
    """Value of CUDA_VISIBLE_DEVICES, by which a batch system selects cards; None if it is not set,
    which selects all."""


class Launch(Struct, frozen=True):
    """The settings of a zygote: its only argument besides the socket."""

    engine: str
    """Name of the module that has `load`, `warm` and `serve`."""
    scratch: str
    """Existing folder in which each run gets a folder of its own."""
    protection: Protection = "auto"
    shown: tuple[str, ...] = ()
    """Folders that programs may read, and import from, besides what Python needs."""
    hidden: tuple[str, ...] = ()
    """Files and folders that programs may not read, wherever they are: lessons and user data."""
    fonts: str = ""
    """Folder with matplotlib's list of fonts, which programs may read; empty if there is none."""
    gpu: GpuAccess | None = None
    """Graphics cards that runs may use; None if no run may see one."""


class ProbeStep(Struct, frozen=True):
    """One step of the probe; `error` is an errno, 0 if it worked, -1 if an earlier one failed."""

    name: str
    error: int = 0


class Protected(Struct, frozen=True, tag="protected"):
    """The zygote has chosen its level and entered it; it imports the engine next."""

    level: ProtectionLevel
    steps: tuple[ProbeStep, ...]
    landlock: int
    """Version of Landlock's ABI; 0 if the kernel has none."""
    mounts: bool
    """True if each run has its own /dev/shm and scratch file system."""
    proc: bool
    """True if each run has its own /proc."""
    nobody: bool
    """True if programs of root's worker run under another, more restricted account."""
    nproc: bool
    """True if the kernel enforces RLIMIT_NPROC here; it does not for root."""
    network: bool
    """True if each run has a network namespace of its own."""
    root: bool
    """True if runs have a root of their own, which contains only files that they may read."""


class Loaded(Struct, frozen=True, tag="loaded"):
    """The engine is imported."""

    torch_version: str
    milliseconds: float


class Warmed(Struct, frozen=True, tag="warmed"):
    """The zygote takes runs."""

    milliseconds: float
    tasks: int
    """Threads of the zygote; it must be 1, since a fork of a process with threads may hang."""


class Unusable(Struct, frozen=True, tag="unusable"):
    """The engine cannot be loaded, and another attempt would fail as well."""

    reason: str


class Forked(Struct, frozen=True, tag="forked"):
    """The warden of that run has started."""

    run: int


class NotForked(Struct, frozen=True, tag="not-forked"):
    """The run could not be forked, and will not be."""

    run: int
    reason: str


FromZygote: TypeAlias = Protected | Loaded | Warmed | Unusable | Forked | NotForked


class Fork(Struct, frozen=True, tag="fork"):
    """Fork a run. Four descriptors come along: stdout, stderr, channel, warden's control."""

    run: int
    network: bool = False
    """True if its program may reach the network of this machine."""
    gpu: bool = False
    """True if its program may use the worker's graphics cards."""
    rehearses_training: bool = False
    """True if it also prepares for a training that the learner watches, given the time."""


class Begin(Struct, frozen=True, tag="begin"):
    """The command is on its way to the learner process: the clock starts, the limits hold."""

    seconds: float
    memory_mb: int
    tasks: int


class Interrupt(Struct, frozen=True, tag="interrupt"):
    """SIGINT for the program; if it has not ended 300 ms later, SIGKILL for the whole tree."""


class Kill(Struct, frozen=True, tag="kill"):
    """SIGKILL for the whole tree, now."""

    decision: Decision


class Freeze(Struct, frozen=True, tag="freeze"):
    """Stop the whole process tree, and the clock with it; `Frozen` answers.

    Memory is watched as before, and the run can be ended as before.
    """

    tell: bool = False
    """True to ask the program first for its current line."""


class Thaw(Struct, frozen=True, tag="thaw"):
    """Continue the process tree, and the clock with it."""


class Extend(Struct, frozen=True, tag="extend"):
    """Let the run last that many seconds longer."""

    seconds: float


ToWarden: TypeAlias = Begin | Interrupt | Kill | Freeze | Thaw | Extend


class Frozen(Struct, frozen=True, tag="frozen"):
    """The whole tree is stopped."""

    trace: str = ""
    """faulthandler's trace of the program's position; empty if it was not asked for."""


class TimeUp(Struct, frozen=True, tag="time-up"):
    """The time is up, and the whole process tree is stopped until the app ends or continues it.

    The app may have kept the program waiting, which the warden cannot know.
    """

    seconds: float
    """Time that it was given, with every `Extend` so far."""


class Used(Struct, frozen=True, tag="used"):
    """Resources in use by the whole process tree; reported once a second during the run."""

    memory_mb: float
    """Memory of the tree, above its initial use."""
    cpu_seconds: float
    """CPU time so far of the living processes; ended ones do not count."""


class Ended(Struct, frozen=True, tag="ended"):
    """The report of a warden after its run, of which nothing is left."""

    decision: Decision
    exit_code: int
    """Exit status of the learner process, or the negative number of the signal that ended it."""
    cpu_seconds: float
    trace: str = ""
    """faulthandler's trace of the program's position. The program can write here, too."""


_ENCODER = msgspec.msgpack.Encoder()
_FROM_ZYGOTE: msgspec.msgpack.Decoder[FromZygote] = msgspec.msgpack.Decoder(FromZygote)
_LAUNCH = msgspec.msgpack.Decoder(Launch)
_FORK = msgspec.msgpack.Decoder(Fork)
_TO_WARDEN: msgspec.msgpack.Decoder[ToWarden] = msgspec.msgpack.Decoder(ToWarden)
FromWarden: TypeAlias = Used | Frozen | TimeUp | Ended

_FROM_WARDEN: msgspec.msgpack.Decoder[FromWarden] = msgspec.msgpack.Decoder(FromWarden)


def encode(message: Launch | FromZygote | Fork | ToWarden | FromWarden) -> bytes:
    return _ENCODER.encode(message)


def read_launch(datagram: bytes) -> Launch:
    """Decode the settings of a zygote; raise msgspec.MsgspecError if they are invalid."""
    return _read(_LAUNCH, datagram)


def read_from_zygote(datagram: bytes) -> FromZygote:
    """Decode a message of the zygote; raise msgspec.MsgspecError if it is not one."""
    return _read(_FROM_ZYGOTE, datagram)


def read_fork(datagram: bytes) -> Fork:
    """Decode a request to fork; raise msgspec.MsgspecError if it is not one."""
    return _read(_FORK, datagram)


def read_to_warden(datagram: bytes) -> ToWarden:
    """Decode a message to a warden; raise msgspec.MsgspecError if it is not one."""
    return _read(_TO_WARDEN, datagram)


def read_from_warden(datagram: bytes) -> FromWarden:
    """Decode a message of a warden; raise msgspec.MsgspecError if it is not one."""
    return _read(_FROM_WARDEN, datagram)


def _read(decoder: msgspec.msgpack.Decoder[Message], datagram: bytes) -> Message:
    try:
        return decoder.decode(datagram)
    except (UnicodeDecodeError, RecursionError) as error:  # msgspec does not wrap these
        raise msgspec.DecodeError(str(error)) from error
