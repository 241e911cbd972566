"""The command that reaches another machine, and the node that it starts there.

The command is srun, ssh or any other that runs a program elsewhere with its standard streams here.
It is started without a terminal, so that ssh can ask for no password across the screen. Its stderr
is reported as the reason: that a job is queued, or why it failed.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from tutor.client.frame_pipe import SILENT, FramePipe
from tutor.client.idleness import Clock
from tutor.client.own_code import with_own_code
from tutor.client.processes import has_exited
from tutor.text import one_line
from tutor.wire import node
from tutor.wire.node import MAX_BEFORE_MARKER, PROTOCOL, FromNode, Leaving, ToNode, find_marker

_MODULE = "tutor.node"
_CHUNK = 64 * 1024
_STDERR_BYTES = 16 * 1024
"""Bytes stored from the end of the command's stderr."""
_LINE = 200
"""Maximum characters of a reported line."""
_EXIT_S = 8.0
"""Seconds that the node has for ending its runs and itself, and the command for noticing."""
_TERM_S = 2.0
"""Seconds that the command has for ending after SIGTERM."""
_TICK = 0.005
"""Seconds between two looks at processes that were told to end."""
_GONE_S = 2.0
"""Seconds in which a command whose node is gone reports why."""

_WHY = (
    ("DUE TO TIME LIMIT", "time limit"),
    ("DUE TO PREEMPTION", "it was needed for another job"),
    ("CANCELLED", "the job was cancelled"),
)
"""Words on Slurm's stderr when a job has ended, with the reason."""


_OTHER_PROTOCOL = (
    "The nntutor on the other machine has an incompatible version. Install the same version on "
    "both."
)
_NO_NODE = (
    f"`{{name}}` printed {MAX_BEFORE_MARKER // 1024} KB, and nntutor did not answer. "
    "`nntutor doctor` shows what it was."
)
_NO_PYTHON = ("No such file", "not found", "No module named", "Permission denied: '")
_PYTHON_HINT = " `python` under [worker] in config.toml names the Python there that has nntutor."


class Gone(Struct, frozen=True):
    """The end of the command, or a node that cannot be used."""

    reason: str
    """Reason as a sentence."""
    may_come_back: bool = True
    """True if the same command may well succeed another time."""


def command_line(command: Sequence[str], python: str) -> list[str]:
    """Return the whole command that starts a node.

    srun gets one task, since two would be two nodes that speak at once, and `--unbuffered`: else it
    passes on whole lines only, which frames are not. ssh hands its words to a shell.
    """
    name = os.path.basename(command[0])
    words = [python, "-P", "-m", _MODULE]
    if name == "srun":
        return [command[0], "--ntasks=1", "--unbuffered", *command[1:], *words]
    if name == "ssh":
        words = [shlex.quote(word) for word in words]
    return [*command, *words]


def overlap_hint(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return a sentence if srun may wait for ever, as a step beside another one; else ""."""
    job = environment.get("SLURM_JOB_ID", "")
    is_srun = os.path.basename(command[0]) == "srun"
    if not job or not is_srun or {"--overlap", "-O"} & set(command):
        return ""
    return (
        f"This is inside job {job}, whose processors may all be in use: write `--overlap` after "
        "`srun` in config.toml to share them."
    )


class NodePipe:
    """One run of the command, from its start until nothing of it is left here."""

    def __init__(
        self,
        command: Sequence[str],
        on_message: Callable[[FromNode], None],
        on_waiting: Callable[[str], None],
        on_gone: Callable[[Gone], None],
        *,
        silence_s: float,
        clock: Clock | None = None,
    ) -> None:
        """Start the command; raise OSError if that fails.

        `on_waiting` is called with each line on stderr until the node has answered, `on_message`
        from its `Welcome` on. `on_gone` is called once when it has ended by itself, not after
        `end`.
        """
        self._on_message = on_message
        self._on_waiting = on_waiting
        self._on_gone: Callable[[Gone], None] | None = on_gone
        self._silence_s = silence_s
        self._clock = clock
        self._name = os.path.basename(command[0])
        self._loop = asyncio.get_running_loop()
        self.before_marker = b""
        """Output before the node's marker, such as the greeting of a login shell."""
        self._received = bytearray()
        self._errors = b""
        self._leaving: Leaving | None = None
        self._frames: FramePipe[FromNode] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._popen = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=with_own_code(os.environ),  # srun passes it on, ssh does not
            start_new_session=True,
        )
        self._in, self._out, self._err = _descriptors(self._popen)
        for descriptor in (self._out, self._err):
            os.set_blocking(descriptor, False)
        self._loop.add_reader(self._out, self._read_until_marker)
        self._loop.add_reader(self._err, self._read_errors)

    @property
    def is_there(self) -> bool:
        """Return True if the node has answered."""
        return self._frames is not None

    @property
    def exit_status(self) -> int | None:
        """Exit status of the command; None while it runs."""
        return self._popen.returncode

    def send(self, message: ToNode) -> None:
        """Send a message to a node that has answered; raise FrameError if it cannot be encoded."""
        if self._frames is not None:
            self._frames.send(message)

    def last_words(self) -> str:
        """Return the last line on stderr as a sentence without its full stop; "" if none."""
        lines = self._errors.decode(errors="replace").splitlines()
        words = (one_line(line).strip().rstrip(".")[:_LINE] for line in reversed(lines))
        return next((line for line in words if line), "")

    async def end(self) -> None:
        """End the node and the command, and wait until nothing of them is left here.

        A node ends once its input does; a command that still waits is told to.
        """
        self._on_gone = None
        if self._ending is None:
            self._ending = asyncio.create_task(self._end(_EXIT_S if self.is_there else 0.0))
        await self._ending

    def _read_until_marker(self) -> None:
        data = _read(self._out)
        if data is None:
            return
        self._received += data
        if found := find_marker(self._received):
            self._loop.remove_reader(self._out)
            self.before_marker = bytes(self._received[: found.start()])
            if int(found[1]) == PROTOCOL:
                self._begin_frames(bytes(self._received[found.end() :]))
            else:
                self._give_up(Gone(_OTHER_PROTOCOL, may_come_back=False), 0.0)
        elif not data:
            self._give_up(None, _GONE_S)
        elif len(self._received) > MAX_BEFORE_MARKER:
            self.before_marker = bytes(self._received)
            self._give_up(Gone(_NO_NODE.format(name=self._name), may_come_back=False), 0.0)

    def _begin_frames(self, begun: bytes) -> None:
        self._frames = FramePipe(
            (self._out, self._in),
            node.from_node_reader(),
            self._take,
            self._on_end,
            silence_s=self._silence_s,
            clock=self._clock,
        )
        self._frames.feed(begun)

    def _take(self, message: FromNode) -> None:
        if isinstance(message, Leaving):
            self._leaving = message
        else:
            self._on_message(message)

    def _on_end(self, reason: str) -> None:
        """Find out why the line has ended: the command reports it when it ends, unless it hangs."""
        words = f"The connection to the machine was lost: {reason}." if reason else ""
        self._give_up(Gone(words) if words else None, 0.0 if reason == SILENT else _GONE_S)

    def _read_errors(self) -> None:
        data = _read(self._err)
        if data is None:
            return
        if not data:
            self._loop.remove_reader(self._err)
            return
        self._errors = (self._errors + data)[-_STDERR_BYTES:]
        if not self.is_there and self._ending is None and (words := self.last_words()):
            self._on_waiting(f"{words}.")

    def _give_up(self, gone: Gone | None, patience: float) -> None:
        """End the rest of the command, and report why; with None, by the command's own words."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._tell_end(gone, patience))

    async def _tell_end(self, gone: Gone | None, patience: float) -> None:
        await self._end(patience)
        on_gone, self._on_gone = self._on_gone, None
        if on_gone is not None:
            on_gone(gone or self._explained())

    def _explained(self) -> Gone:
        words = self.last_words()
        if not self.is_there:
            said = f": {words}" if words else f", with status {self.exit_status} and no output"
            hint = _PYTHON_HINT if any(sign in words for sign in _NO_PYTHON) else ""
            return Gone(f"`{self._name}` ended before nntutor answered{said}.{hint}")
        text = self._errors.decode(errors="replace")
        why = next((why for sign, why in _WHY if sign in text), "")
        if self._leaving is not None and self._leaving.why == "time limit":
            why = "time limit"
        if why or self._leaving is not None:
            return Gone(f"The machine was given back{f' ({why})' if why else ''}.")
        return Gone(f"The connection to the machine was lost{f': {words}' if words else ''}.")

    async def _end(self, patience: float) -> None:
        """Close the input, wait that long, and end the command with all its processes."""
        if self._frames is not None:
            self._frames.close()
        self._loop.add_reader(self._out, self._discard)  # unread, it would keep ssh from ending
        assert self._popen.stdin
        self._popen.stdin.close()
        await self._end_command(patience)
        self._read_errors()
        for descriptor in (self._out, self._err):
            self._loop.remove_reader(descriptor)
        for stream in (self._popen.stdout, self._popen.stderr):
            assert stream
            stream.close()

    async def _end_command(self, patience: float) -> None:
        """Wait that long for the exit of the command, and end the rest of it and its helpers."""
        await has_exited(self._popen, patience)
        for number in (signal.SIGTERM, signal.SIGKILL):
            self._signal(number)
            if await self._is_group_gone(_TERM_S):
                return

    async def _is_group_gone(self, seconds: float) -> bool:
        end = self._loop.time() + seconds
        while self._loop.time() < end:
            self._popen.poll()  # else it would stay in its group as a zombie
            try:
                os.killpg(self._popen.pid, 0)
            except ProcessLookupError:
                return True
            await asyncio.sleep(_TICK)
        return False

    def _discard(self) -> None:
        if _read(self._out) == b"":
            self._loop.remove_reader(self._out)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, number)


def _descriptors(popen: subprocess.Popen[bytes]) -> tuple[int, int, int]:
    assert popen.stdin
    assert popen.stdout
    assert popen.stderr
    return popen.stdin.fileno(), popen.stdout.fileno(), popen.stderr.fileno()


def _read(descriptor: int) -> bytes | None:
    """Return the bytes that can be read now; None if there are none, b"" at the end."""
    try:
        return os.read(descriptor, _CHUNK)
    except BlockingIOError:
        return None
    except OSError:
        return b""
