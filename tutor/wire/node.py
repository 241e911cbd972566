"""The messages between the app and a node: the tutor on another machine, where programs run.

A node writes `marker()` first, since a login shell may print before it, and `Welcome` after that.
The app answers with `Hello`; then both send freely. Frames are as in `tutor.wire.frames`, but
larger, since the values of all questions of a step come at once. A learner's program can write to
neither side. A node with another `PROTOCOL` is refused.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from tutor.wire import frames
from tutor.wire.commands import (
    Execute,
    ObserveAll,
    Question,
    RunControl,
)
from tutor.wire.control import Protection
from tutor.wire.events import Evaluation, Observation, RunEvent, WorkerStateChanged
from tutor.wire.frames import FrameReader

PROTOCOL = 4
"""Incremented whenever a message of this module changes."""

MAX_NODE_FRAME = 256 * 1024 * 1024
"""Maximum bytes of a payload: a value has up to 3 MB, and a step dozens of questions."""

MAX_BEFORE_MARKER = 64 * 1024
"""Maximum bytes that a login shell may print before the node's marker."""

CREDIT = 4
"""Batches of a run that may be in flight, not `Taken` yet: a slow line must not fill memory."""

PART = 1024 * 1024
"""Bytes of the printed text that are sent at once."""

_MARKER = re.compile(rb"\0nntutor-node-(\d{1,9})\n")


def marker(protocol: int = PROTOCOL) -> bytes:
    """Return the first bytes of a node's output."""
    return b"\0nntutor-node-%d\n" % protocol


def find_marker(data: bytes | bytearray) -> re.Match[bytes] | None:
    """Return the position of the marker in the data so far; group 1 is the protocol."""
    return _MARKER.search(data)


class Welcome(Struct, frozen=True, tag="welcome"):
    """The first message of a node, about itself. Any version of the app can read it."""

    version: str = ""
    """Version of nntutor there."""
    python: str = ""
    host: str = ""
    job: str = ""
    """Number of its job in a batch system; empty if there is none."""
    root: bool = False
    """True if it runs as root."""


class Hello(Struct, frozen=True, tag="hello"):
    """The first message of the app: the settings for programs."""

    engine: str = "tutor.worker.engine"
    spares: int = 2
    parallel: int | None = None
    parallel_batches: int = 1
    protection: Protection = "auto"
    shown: tuple[str, ...] = ()
    """Folders that programs may read, if the other machine has them."""
    hidden: tuple[str, ...] = ()
    """Folders that they may not read, besides those of the node's own installation."""
    network: bool = False
    gpu: bool = False
    """True if programs that ask for a graphics card may use one of that machine."""
    learner_present: bool = False
    """True if observations are stored there for the next start, and plots are prepared for."""
    silence_s: float = 60.0
    """Seconds without a heartbeat after which either side counts as gone."""


class StartWorker(Struct, frozen=True, tag="start"):
    """Start the worker, unless it runs or is starting."""


class BeginRun(Struct, frozen=True, tag="begin"):
    """Begin a watched run; `Batch` messages with its number follow."""

    run: int
    command: Execute
    questions: tuple[Question, ...]


class ObserveRun(Struct, frozen=True, tag="observe"):
    """Run an unwatched program; `Observed` with its number answers."""

    run: int
    command: Execute
    questions: tuple[Question, ...]
    ahead: bool = False
    """True if nobody has asked for it yet."""


class ObserveBatch(Struct, frozen=True, tag="observe-batch"):
    """Run the programs of a lesson's author; `Observed` with its number answers."""

    run: int
    command: ObserveAll


class Abandon(Struct, frozen=True, tag="abandon"):
    """End a run or evaluation for which nobody waits any more. An answer may still come."""

    run: int


class Taken(Struct, frozen=True, tag="taken"):
    """A batch of the run was taken from the app's queue, so that another may be sent."""

    run: int


class StopRun(Struct, frozen=True, tag="stop-run"):
    """Interrupt the program; called again, kill it."""


class ExtendRun(Struct, frozen=True, tag="extend-run"):
    """Raise the time limit by that many seconds."""

    seconds: float


class ForgetRun(Struct, frozen=True, tag="forget-run"):
    """Release the values that the program left."""


Wish: TypeAlias = RunControl | StopRun | ExtendRun | ForgetRun


class AskOfRun(Struct, frozen=True, tag="of-run"):
    """A request to a watched run."""

    run: int
    wish: Wish


class EvaluateIn(Struct, frozen=True, tag="evaluate-in"):
    """Evaluate an expression in the names that the run left; `EvaluatedIn` answers."""

    run: int
    request: int
    expression: str
    columns: int = 0


class StopAll(Struct, frozen=True, tag="stop-all"):
    """Interrupt all programs of the learner; called again, kill them."""


class ForgetAhead(Struct, frozen=True, tag="forget-ahead"):
    """End all programs that nobody has asked for."""


class WantSpares(Struct, frozen=True, tag="spares"):
    """Keep that many spare processes for the next programs."""

    count: int


class ReadPrinted(Struct, frozen=True, tag="read-printed"):
    """Send the output of the newest watched run, from that byte on; `PrintedPart` answers."""

    request: int
    offset: int


class Ping(Struct, frozen=True, tag="ping"):
    """A heartbeat."""


ToNode: TypeAlias = (
    Hello
    | StartWorker
    | BeginRun
    | ObserveRun
    | ObserveBatch
    | Abandon
    | Taken
    | AskOfRun
    | EvaluateIn
    | StopAll
    | ForgetAhead
    | WantSpares
    | ReadPrinted
    | Ping
)


class PresentFacts(Struct, frozen=True, tag="facts"):
    """The present facts of the worker, and the machine's shortage of memory."""

    facts: msgspec.Raw
    """A `tutor.client.worker_facts.WorkerFacts`."""
    shortage: tuple[int, int] | None = None
    """Available and needed MB; None if there is enough or it is unknown."""


class Batch(Struct, frozen=True, tag="events"):
    """Events of a watched run; the last batch ends with `RunEnded`."""

    run: int
    events: tuple[RunEvent, ...]


class Observed(Struct, frozen=True, tag="observed"):
    """The observations of an `ObserveRun`, or of each program of an `ObserveBatch`."""

    run: int
    observations: tuple[Observation, ...]


class EvaluatedIn(Struct, frozen=True, tag="evaluated-in"):
    """The result of an `EvaluateIn`."""

    request: int
    evaluation: Evaluation


class PrintedPart(Struct, frozen=True, tag="printed"):
    """A part of the printed text; an empty one is the end."""

    request: int
    data: bytes = b""
    size: int = 0
    """Bytes of the whole."""
    left_out: int = 0
    problem: str = ""


class Leaving(Struct, frozen=True, tag="leaving"):
    """The node ends because of a signal, such as at the end of its job's time."""

    why: Literal["time limit", "signal"]


FromNode: TypeAlias = (
    Welcome
    | WorkerStateChanged
    | PresentFacts
    | Batch
    | Observed
    | EvaluatedIn
    | PrintedPart
    | Leaving
    | Ping
)


def encode(message: ToNode | FromNode) -> bytes:
    """Return the message as one frame; raise FrameError if it cannot be sent."""
    return frames.encode(message, MAX_NODE_FRAME)


def to_node_reader() -> FrameReader[ToNode]:
    """Return a reader for the node's end."""
    return FrameReader(msgspec.msgpack.Decoder(ToNode), MAX_NODE_FRAME)


def from_node_reader() -> FrameReader[FromNode]:
    """Return a reader for the app's end."""
    return FrameReader(msgspec.msgpack.Decoder(FromNode), MAX_NODE_FRAME)
