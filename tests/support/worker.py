"""A real worker with the stub engine, and the proof that it leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.wait import DEADLINE, TICK, eventually
from tutor.client.client import WorkerClient
from tutor.client.idleness import Clock
from tutor.client.interface import DescribedClient
from tutor.client.kept_observations import KeptObservations
from tutor.client.processes import MARK
from tutor.client.remote import RemoteClient
from tutor.wire.commands import Execute, Limits, Program, Question
from tutor.wire.control import Protection
from tutor.wire.events import Observation, RunEvent, WorkerStateChanged
from tutor.wire.node import Hello

STUB = "tests.support.stub_engine"
HERE_BY_PIPE = ("env",)
"""A command that runs the node on this machine, with nothing between it and the client."""
TEST_MARK = f"{MARK}_TEST"
"""A variable of the environment by which a test finds the processes of its worker."""


class Worker:
    """A worker client, with the states that it has reported."""

    def __init__(
        self, mark: str, client: DescribedClient, states: list[WorkerStateChanged]
    ) -> None:
        self.client = client
        self.states = states
        self._mark = mark

    @property
    def phases(self) -> list[str]:
        """All phases of the worker so far, in order, but for the waiting for another machine."""
        return [state.phase for state in self.states if state.phase != "waiting"]

    def processes(self, name: str = "") -> list[int]:
        """Return the pids of the worker's living processes with that name; "" for any name."""
        return marked(self._mark, name)

    async def zygote(self) -> int:
        """Return the pid of the zygote, once no process just forked from it has its name."""
        await eventually(lambda: len(self.processes("nnt-zygote")) == 1, "one zygote")
        return self.processes("nnt-zygote")[0]

    async def observe(
        self, source: str, *questions: str, limits: Limits | None = None
    ) -> Observation:
        """Run a program of the learner and return the observation."""
        command = Execute(Program(source=source), limits or Limits(seconds=10, output_mb=1))
        return await self.client.observe(command, tuple(map(Question, questions)))

    async def until_printed(self) -> None:
        """Wait until the newest watched run has printed something."""
        async with asyncio.timeout(DEADLINE):
            while await self.client.printed() is None:
                await asyncio.sleep(TICK)

    async def until(self, phase: str) -> None:
        """Wait until the worker is in that phase."""
        await eventually(lambda: self.client.state.phase == phase, f"the worker to be {phase}")


@asynccontextmanager
async def worker(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    command: tuple[str, ...] | None = None,
    engine: str = STUB,
    protection: Protection = "auto",
    spares: int = 2,
    parallel: int = 4,
    idle_seconds: float | None = None,
    clock: Clock | None = None,
    kept: KeptObservations | None = None,
    rehearses_training: bool = False,
) -> AsyncIterator[Worker]:
    """Start a worker, yield it and close it; then no process, file or descriptor may be left.

    With a `command` its client is one for another machine, which that command reaches.
    """
    mark = secrets.token_hex(8)
    scratch = folder / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv(TEST_MARK, mark)
    before = descriptors()
    states: list[WorkerStateChanged] = []
    client: DescribedClient
    if command is not None:
        monkeypatch.setenv("TMPDIR", str(scratch))  # the node has no `tempfile` of the test
        client = RemoteClient(
            command,
            Hello(engine=engine, spares=spares, protection=protection, parallel=parallel),
            on_state=states.append,
            idle_seconds=idle_seconds,
            clock=clock,
        )
    else:
        client = WorkerClient(
            engine=engine,
            on_state=states.append,
            spares=spares,
            protection=protection,
            parallel=parallel,
            idle_seconds=idle_seconds,
            clock=clock,
            kept=kept,
            rehearses_training=rehearses_training,
        )
    await client.start()
    try:
        yield Worker(mark, client, states)
    finally:
        await client.close()
    assert client.describe().spare_failure == ""
    assert marked(mark) == []
    assert list(scratch.iterdir()) == []
    assert descriptors() == before


async def warden_of_the_spare(running: Worker) -> int:
    """Wait until one process waits for its command and no other is there; return its warden."""
    wardens: list[int] = []

    def is_alone() -> bool:
        wardens[:] = running.processes("nnt-warden")
        return len(wardens) == len(running.processes("nnt-learner")) == 1

    await eventually(is_alone, "one process that waits")
    return wardens[0]


def marked(mark: str, name: str = "") -> list[int]:
    """Return the living processes that were started with that mark in their environment.

    `name` restricts them to processes of that name; "" stands for any.
    """
    line = f"{TEST_MARK}={mark}".encode()
    return [pid for pid in _all() if _bears(pid, line) and name in (_name(pid), "")]


def texts(batches: Iterable[tuple[RunEvent, ...]]) -> str:
    """Return all output that these batches report."""
    events = (event for batch in batches for event in batch)
    return "".join(getattr(event, "text", "") for event in events)


def descriptors() -> int:
    """Return the number of descriptors that this process has open."""
    return len(os.listdir("/proc/self/fd"))


def _all() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _bears(pid: int, line: bytes) -> bool:
    try:
        return line in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
