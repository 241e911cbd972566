"""What one run takes where the worker is on this machine, behind a pipe, behind ssh and in a job.

All four are on this machine, so that it is the way there that is measured. Where sshd or Slurm is
not installed, its row is left out.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.measure import Row
from bench.zygote import PAUSE_S, SIGMOID
from tests.support.servers import slurm_cluster, ssh_server
from tutor.client.client import WorkerClient
from tutor.client.interface import DescribedClient
from tutor.client.remote import RemoteClient
from tutor.wire.commands import Execute, Question
from tutor.wire.node import Hello

ROUNDS = 3
RUNS = 20
DIRECT = "on this machine"
COMMAND = Execute(SIGMOID)
ASKED = (Question("probability"),)


def _commands(stack: ExitStack) -> dict[str, tuple[str, ...]]:
    """Start what can be started, and return the commands that lead to this machine again."""
    commands: dict[str, tuple[str, ...]] = {"by a pipe": ("env",)}
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nnt-")))
    for name in ("ssh", "slurm"):
        (folder / name).mkdir()
    try:
        commands["by ssh"] = stack.enter_context(ssh_server(folder / "ssh"))
    except pytest.skip.Exception:
        pass
    try:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        stack.enter_context(slurm_cluster(folder / "slurm", patch))
        commands["by srun"] = ("srun",)
    except pytest.skip.Exception:
        pass
    return commands


async def _measured(commands: dict[str, tuple[str, ...]]) -> dict[str, list[float]]:
    """Return the times of runs by each way, in turn, in milliseconds."""
    clients: dict[str, DescribedClient] = {DIRECT: WorkerClient()}
    clients |= {name: RemoteClient(command, Hello()) for name, command in commands.items()}
    runs: dict[str, list[float]] = {name: [] for name in clients}
    try:
        for name, client in clients.items():
            await client.start()
            assert (await client.settle()).phase == "ready", (name, client.state)
        for _ in range(RUNS):
            await asyncio.sleep(PAUSE_S)  # meanwhile a process is made ready for each
            for name, client in clients.items():
                begin = time.perf_counter()
                await client.observe(COMMAND, ASKED)
                runs[name].append((time.perf_counter() - begin) * 1000)
    finally:
        for client in clients.values():
            await client.close()
    return runs


def measure() -> list[Row]:
    """Measure one round, and return its rows."""
    with ExitStack() as stack:
        runs = asyncio.run(_measured(_commands(stack)))
    direct = runs.pop(DIRECT)
    return [
        Row(
            f"one observation {way}",
            values,
            "ms",
            DIRECT,
            direct,
            means="The screen is elsewhere: what each Run and Check waits for the way there.",
        )
        for way, values in runs.items()
    ]
