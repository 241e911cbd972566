"""Serving an app over two descriptors: its requests go to a client here, whose answers go back.

The node ends when the app is gone, which it detects by the end of its input, by silence or by a
signal; it must leave nothing behind then.
"""

from __future__ import annotations

import asyncio
import os
import platform
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress

import msgspec

from tutor import __version__
from tutor.client.frame_pipe import FramePipe
from tutor.client.interface import DescribedClient
from tutor.node.own_client import make_own_client
from tutor.node.served_runs import ServedRuns
from tutor.wire import node
from tutor.wire.events import WorkerStateChanged
from tutor.wire.node import (
    ForgetAhead,
    Hello,
    Leaving,
    PresentFacts,
    StartWorker,
    StopAll,
    ToNode,
    WantSpares,
    Welcome,
)

_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_FACTS_S = 0.25
"""Seconds between two queries of worker facts that raise no event, such as its spares."""
_GREETING_S = 60.0
"""Seconds in which the app must send the settings for programs."""
_END_OF_JOB = 120.0
"""Seconds before the end of a job in which a signal is taken as its warning."""


def serve(streams: tuple[int, int]) -> int:
    """Serve the app at the other end of these descriptors until it is gone; return 0."""
    folder = os.environ.get("TMPDIR")
    if folder and not os.path.isdir(folder):  # of the machine from which it was started
        del os.environ["TMPDIR"]
    return asyncio.run(_serve(streams))


async def _serve(streams: tuple[int, int]) -> int:
    server = NodeServer(streams)
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, server.leave, why_signalled(os.environ))
    await server.run()
    return 0


def why_signalled(environment: Mapping[str, str]) -> Leaving:
    """Return the meaning of a signal received now: in a job that ends soon, its end."""
    with suppress(KeyError, ValueError):
        if 0 <= int(environment["SLURM_JOB_END_TIME"]) - time.time() <= _END_OF_JOB:
            return Leaving("time limit")
    return Leaving("signal")


class NodeServer:
    """One app that is served, from its first message to its end."""

    def __init__(self, streams: tuple[int, int]) -> None:
        """Start reading; `run` waits for the end."""
        self._gone = asyncio.Event()
        self._client: DescribedClient | None = None
        self._sent_facts: PresentFacts | None = None
        self._facts_timer: asyncio.TimerHandle | None = None
        self._frames: FramePipe[ToNode] = FramePipe(
            streams, node.to_node_reader(), self._take, self._on_end, silence_s=_GREETING_S
        )
        self._runs = ServedRuns(self._frames.send)

    async def run(self) -> None:
        """Serve until the app is gone; return when no process and no file is left."""
        self._frames.send(
            Welcome(
                version=__version__,
                python=platform.python_version(),
                host=socket.gethostname(),
                job=os.environ.get("SLURM_JOB_ID", ""),
                root=os.geteuid() == 0,
            )
        )
        await self._gone.wait()
        if self._facts_timer is not None:
            self._facts_timer.cancel()
        self._frames.close()
        client, self._client = self._client, None
        if client is not None:
            client.on_state = None
            await client.close()
        await self._runs.close()

    def leave(self, why: Leaving) -> None:
        """Tell the app why the node ends, and end it."""
        self._frames.send(why)
        self._gone.set()

    def _take(self, message: ToNode) -> None:
        if isinstance(message, Hello):
            self._greet(message)
        elif self._client is not None:
            self._act(self._client, message)

    def _greet(self, hello: Hello) -> None:
        self._frames.expect(hello.silence_s)
        self._client = make_own_client(hello, self._tell_state)
        self._watch_facts()

    def _act(self, client: DescribedClient, message: ToNode) -> None:
        match message:
            case StartWorker():
                self._runs.start(client)
            case StopAll():
                client.stop()
            case ForgetAhead():
                client.forget_ahead()
            case WantSpares(count=count):
                client.want_spares(count)
            case _:
                self._runs.take(client, message)

    def _on_end(self, _reason: str) -> None:
        self._gone.set()

    def _tell_state(self, state: WorkerStateChanged) -> None:
        self._send_facts()  # first: the app needs them once the worker is ready
        self._frames.send(state)

    def _watch_facts(self) -> None:
        self._send_facts()
        loop = asyncio.get_running_loop()
        self._facts_timer = loop.call_later(_FACTS_S, self._watch_facts)

    def _send_facts(self) -> None:
        if self._client is None:
            return
        short = self._client.shortage()
        facts = PresentFacts(
            msgspec.Raw(msgspec.msgpack.encode(self._client.describe())),
            (short.available_mb, short.needed_mb) if short else None,
        )
        if facts != self._sent_facts:
            self._sent_facts = facts
            self._frames.send(facts)
