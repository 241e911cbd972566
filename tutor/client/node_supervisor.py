"""The supervisor of the node: it starts the command, and reports the state of the machine.

The client sends requests to the node, and gets the answers by callback.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace

import msgspec

from tutor import __version__
from tutor.client.connection import Connection
from tutor.client.idleness import Clock
from tutor.client.memory_shortage import Shortage
from tutor.client.node_pipe import Gone, NodePipe, command_line, overlap_hint
from tutor.client.worker_facts import WorkerFacts
from tutor.wire.events import WorkerPhase, WorkerStateChanged
from tutor.wire.node import FromNode, Hello, PresentFacts, StartWorker, ToNode, Welcome

USABLE: tuple[WorkerPhase, ...] = ("absent", "waiting", "starting", "restarting", "ready", "asleep")
"""Phases in which requests are handled now or later."""


class NodeSupervisor:
    """The node as a whole: the worker's state there, its facts, and the connection."""

    def __init__(
        self,
        command: tuple[str, ...],
        python: str,
        hello: Hello,
        *,
        on_state: Callable[[WorkerStateChanged], None],
        on_open: Callable[[], None],
        on_message: Callable[[FromNode], None],
        on_gone: Callable[[str], None],
        clock: Clock | None = None,
    ) -> None:
        """Prepare a node; `start` starts it.

        `on_open` is called when messages can be sent, `on_message` with those that are not about
        the worker as a whole, `on_gone` with the reason when requests will not be answered any
        more.
        """
        self.state = WorkerStateChanged("absent")
        self.facts = WorkerFacts()
        self.shortage: Shortage | None = None
        self.connection = Connection(command)
        self._command = command
        self._python = python
        self._hello = hello
        self._on_state = on_state
        self._on_open = on_open
        self._on_message = on_message
        self._on_gone = on_gone
        self._clock = clock
        self._node: NodePipe | None = None
        self._is_open = False
        self._started = 0.0
        self._settled = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        """Return True if messages can be sent."""
        return self._is_open

    def start(self) -> None:
        """Start the node or its worker; do nothing if it runs or is starting."""
        if self._is_open:
            self.send(StartWorker())
        elif self._node is None and self.state.phase != "waiting":
            self._set_phase("waiting", f"Waiting for `{self._name}`.")
            if self._tasks:
                self._keep_task(self._connect_after(tuple(self._tasks)))
            else:
                self._connect()

    def send(self, message: ToNode) -> None:
        """Send a message to an open node; raise FrameError if it cannot be encoded."""
        if self._node is not None and self._is_open:
            self._node.send(message)

    def sleep(self) -> None:
        """Release the machine until `start` is called. No run may be active."""
        self._set_phase("asleep", "Nothing was run for a while: the machine was given back.")
        self._discard_node()

    async def settle(self) -> None:
        """Wait until the worker is ready, or has failed."""
        await self._settled.wait()

    async def close(self) -> None:
        """End the node, and wait until nothing of it is left here."""
        self._set_phase("closed", "The worker was closed.")
        self._discard_node()
        for task in tuple(self._tasks):
            await task

    def describe(self) -> WorkerFacts:
        """Return the known facts of the worker."""
        return replace(self.facts, phase=self.state.phase, reason=self.state.reason)

    @property
    def _name(self) -> str:
        return os.path.basename(self._command[0])

    def _connect(self) -> None:
        self._started = time.monotonic()
        hint = overlap_hint(self._command, os.environ)
        found = shutil.which(self._command[0])
        self.connection = Connection(self._command, found, hint=hint)
        try:
            self._node = NodePipe(
                command_line(self._command, self._python),
                self._take,
                self._wait,
                self._lose,
                silence_s=self._hello.silence_s,
                clock=self._clock,
            )
        except OSError as error:
            self._fail(f"`{self._command[0]}` cannot be started: {error.strerror or error}.")
            return
        if hint:
            self._set_phase("waiting", f"{self.state.reason} {hint}")

    async def _connect_after(self, old_tasks: tuple[asyncio.Task[None], ...]) -> None:
        """Connect once the old command has ended: nobody needs two machines at once."""
        await asyncio.wait(old_tasks)
        if self.state.phase == "waiting":
            self._connect()

    def _wait(self, words: str) -> None:
        """Report the command's line while it waits, such as that its job is queued."""
        self.connection = msgspec.structs.replace(self.connection, waiting=words)
        hint = self.connection.hint
        self._set_phase("waiting", f"{words} {hint}" if hint else words)

    def _take(self, message: FromNode) -> None:
        match message:
            case Welcome():
                self._greet(message)
            case PresentFacts(facts=facts, shortage=shortage):
                self.facts = msgspec.msgpack.decode(facts, type=WorkerFacts)
                self.shortage = Shortage(*shortage) if shortage else None
            case WorkerStateChanged(phase=phase, reason=reason) if phase != "closed":
                self._set_phase(phase, reason)
            case _:
                self._on_message(message)

    def _greet(self, welcome: Welcome) -> None:
        assert self._node
        self.connection = msgspec.structs.replace(
            self.connection,
            seconds=time.monotonic() - self._started,
            before_marker=self._node.before_marker,
            welcome=welcome,
        )
        if welcome.version != __version__:
            self._fail(
                f"On {welcome.host} there is nntutor {welcome.version}, but this machine has "
                f"{__version__}. Install {__version__} there, too."
            )
            self._discard_node()
            return
        self._is_open = True
        self.send(self._hello)
        self.send(StartWorker())
        self._on_open()

    def _lose(self, gone: Gone) -> None:
        node, self._node, self._is_open = self._node, None, False
        if node is not None:
            self._note_end(node)
        if gone.may_come_back:
            self._set_phase("unreachable", gone.reason)
            self._on_gone(gone.reason)
        else:
            self._fail(gone.reason)

    def _fail(self, reason: str) -> None:
        self._set_phase("failed", reason)
        self._on_gone(reason)

    def _discard_node(self) -> None:
        node, self._node, self._is_open = self._node, None, False
        if node is not None:
            self._keep_task(self._end(node))

    async def _end(self, node: NodePipe) -> None:
        await node.end()
        self._note_end(node)

    def _note_end(self, node: NodePipe) -> None:
        self.connection = msgspec.structs.replace(
            self.connection, exit_status=node.exit_status, before_marker=node.before_marker
        )

    def _keep_task(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _set_phase(self, phase: WorkerPhase, reason: str = "") -> None:
        self.state = WorkerStateChanged(phase, reason, self.facts.torch_version)
        if phase in ("ready", "failed", "unreachable", "closed"):
            self._settled.set()
        else:
            self._settled.clear()
        if phase in ("asleep", "unreachable", "closed"):
            self.facts, self.shortage = replace(self.facts, spares=0), None
        self._on_state(self.state)
