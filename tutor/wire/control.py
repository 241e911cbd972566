"""What the app says to the zygote and to a run's warden, and what they say back.

Each message is one msgpack datagram on a SEQPACKET socket. No learner code ever holds an end of
these sockets, so they are trusted where the run's channel (`tutor.wire.frames`) is not.
Used by `tutor.client` and by `tutor.worker`, by nobody else.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

Message = TypeVar("Message")

Protection = Literal["auto", "landlock-signals", "limits-only"]
"""Which level may be used: the best that the probe finds, or at most the one named."""

ProtectionLevel = Literal["namespaces", "landlock-signals", "limits-only"]
"""C: own namespaces for the worker and for each run. D: none, but Landlock that scopes signals.
E: neither."""

Decision = Literal[
    "none", "timeout", "memory", "processes", "output", "stopped", "unfinished", "app-gone"
]
"""Why a warden ended its run; `none` if the run ended by itself. `unfinished` is asked for by the
app when a learner process does not leave, or says what is no message."""

MAX_DATAGRAM = 64 * 1024
"""Bytes of the largest message here."""


class Launch(Struct, frozen=True):
    """How a zygote is to start: its only argument beside the socket."""

    engine: str
    """Name of the module with `load`, `warm` and `serve`."""
    scratch: str
    """Folder for the runs' own folders; it exists."""
    protection: Protection = "auto"
    shown: tuple[str, ...] = ()
    """Folders that programs may read beside what Python needs; also found by `import`."""
    hidden: tuple[str, ...] = ()
    """Files and folders that they may not read, wherever they lie: lessons, and what is kept."""


class ProbeStep(Struct, frozen=True):
    """One thing that was tried at the start. `error` is an errno, 0 if it worked."""

    name: str
    error: int = 0


class Protected(Struct, frozen=True, tag="protected"):
    """The zygote has chosen its level and entered it; it imports the engine next."""

    level: ProtectionLevel
    steps: tuple[ProbeStep, ...]
    landlock: int
    """ABI of Landlock; 0 if the kernel has none."""
    mounts: bool
    """Whether each run has its own /dev/shm and scratch file system."""
    proc: bool
    """Whether each run has its own /proc."""
    nobody: bool
    """Whether programs of root's worker run under another account, which the kernel binds more."""
    nproc: bool
    """Whether the kernel enforces RLIMIT_NPROC here; it does not for root."""
    network: bool
    """Whether each run has a network of its own, with nobody else in it."""
    root: bool
    """Whether runs have a root of their own, in which there is only what they may read."""


class Loaded(Struct, frozen=True, tag="loaded"):
    """The engine is imported."""

    torch_version: str
    milliseconds: float


class Warmed(Struct, frozen=True, tag="warmed"):
    """Runs may be asked for."""

    milliseconds: float
    tasks: int
    """Threads of the zygote, which must be 1 for a fork to be safe."""


class Unusable(Struct, frozen=True, tag="unusable"):
    """The engine cannot be used, and trying again will not help."""

    reason: str


class Forked(Struct, frozen=True, tag="forked"):
    """The warden of that run has started."""

    run: int


class NotForked(Struct, frozen=True, tag="not-forked"):
    """There is no such run."""

    run: int
    reason: str


FromZygote: TypeAlias = Protected | Loaded | Warmed | Unusable | Forked | NotForked


class Fork(Struct, frozen=True, tag="fork"):
    """Start a run. Four descriptors come with it: stdout, stderr, channel, warden's control."""

    run: int
    network: bool = False
    """Whether its program may reach the network of this machine."""


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
    """Stop the whole tree where it stands, and the clock with it; `Frozen` answers. While the tree
    is stopped memory is watched as before, and it can be ended as before."""

    tell: bool = False
    """Whether to ask the program first where it stands."""


class Thaw(Struct, frozen=True, tag="thaw"):
    """The tree goes on, and so does the clock."""


class Extend(Struct, frozen=True, tag="extend"):
    """The run may last so many seconds longer."""

    seconds: float


ToWarden: TypeAlias = Begin | Interrupt | Kill | Freeze | Thaw | Extend


class Frozen(Struct, frozen=True, tag="frozen"):
    """The whole tree is stopped."""

    trace: str = ""
    """What faulthandler said of where the program stood, if that was asked."""


class Used(Struct, frozen=True, tag="used"):
    """What the whole tree holds and has used so far. Told once a second while a run lasts."""

    memory_mb: float
    """Above what it started with."""
    cpu_seconds: float
    """Of the processes that are there; one that has ended counts no more."""


class Ended(Struct, frozen=True, tag="ended"):
    """Nothing of the run is left. What the warden knows of it."""

    decision: Decision
    exit_code: int
    """Of the learner process: its exit status, or the negative number of the signal."""
    cpu_seconds: float
    trace: str = ""
    """What faulthandler said of where the program stood. The program can write here too."""


_ENCODER = msgspec.msgpack.Encoder()
_FROM_ZYGOTE: msgspec.msgpack.Decoder[FromZygote] = msgspec.msgpack.Decoder(FromZygote)
_FORK = msgspec.msgpack.Decoder(Fork)
_TO_WARDEN: msgspec.msgpack.Decoder[ToWarden] = msgspec.msgpack.Decoder(ToWarden)
FromWarden: TypeAlias = Used | Frozen | Ended

_FROM_WARDEN: msgspec.msgpack.Decoder[FromWarden] = msgspec.msgpack.Decoder(FromWarden)


def encode(message: FromZygote | Fork | ToWarden | FromWarden) -> bytes:
    """One datagram."""
    return _ENCODER.encode(message)


def read_from_zygote(datagram: bytes) -> FromZygote:
    """Raises msgspec.MsgspecError if it is none."""
    return _read(_FROM_ZYGOTE, datagram)


def read_fork(datagram: bytes) -> Fork:
    """Raises msgspec.MsgspecError if it is none."""
    return _read(_FORK, datagram)


def read_to_warden(datagram: bytes) -> ToWarden:
    """Raises msgspec.MsgspecError if it is none."""
    return _read(_TO_WARDEN, datagram)


def read_from_warden(datagram: bytes) -> FromWarden:
    """Raises msgspec.MsgspecError if it is none."""
    return _read(_FROM_WARDEN, datagram)


def _read(decoder: msgspec.msgpack.Decoder[Message], datagram: bytes) -> Message:
    try:
        return decoder.decode(datagram)
    except (UnicodeDecodeError, RecursionError) as error:  # they pass through msgspec as they are
        raise msgspec.DecodeError(str(error)) from error
