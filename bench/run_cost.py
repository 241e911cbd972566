"""What one run without questions costs the processors, whoever pays: zygote, warden or learner."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from bench.measure import Row, processor_seconds
from bench.zygote import PAUSE_S, SIGMOID, started
from tutor.client import processes
from tutor.client.client import WorkerClient
from tutor.wire.commands import Execute

ROUNDS = 6
RUNS = 30
"""In a round: the kernel counts processor time in ticks of 10 ms."""


async def _measured() -> tuple[float, float]:
    client, _ = await started()
    await _runs(client, 3)
    before = _cost()
    await _runs(client, RUNS)
    after = _cost()
    await client.close()
    return (after[0] - before[0]) * 1000 / RUNS, (after[1] - before[1]) / RUNS


async def _runs(client: WorkerClient, number: int) -> None:
    for _ in range(number):
        async for _ in client.begin(Execute(SIGMOID)).events():
            pass
        await asyncio.sleep(PAUSE_S)  # what has ended is reaped by then, and counts with its parent


def _cost() -> tuple[float, int]:
    """Return the processor time and the page faults of all the worker's processes so far.

    Those that watch a run may watch others after it, so those that live count as well.
    """
    own = processes.with_descendants([os.getpid()]) - {os.getpid()}
    return processor_seconds(list(own)), sum(map(_faults, own))


def _faults(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return 0
    return int(fields[7]) + int(fields[8])


def measure() -> list[Row]:
    """Measure one round, and return its rows."""
    milliseconds, faults = asyncio.run(_measured())
    return [
        Row("CPU of one run", [milliseconds], "ms", means="Half of what a check costs a server."),
        Row("page faults of one run", [faults], "", means="Each is a page that a run copies."),
    ]
