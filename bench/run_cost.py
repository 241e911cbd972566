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
    zygote = _zygote()
    before = processor_seconds([zygote]), _faults(zygote)
    await _runs(client, RUNS)
    after = processor_seconds([zygote]), _faults(zygote)
    await client.close()
    return (after[0] - before[0]) * 1000 / RUNS, (after[1] - before[1]) / RUNS


async def _runs(client: WorkerClient, number: int) -> None:
    for _ in range(number):
        async for _ in client.begin(Execute(SIGMOID)).events():
            pass
        await asyncio.sleep(PAUSE_S)  # the warden has ended then, and counts with the zygote


def _zygote() -> int:
    """Return the process that forks: of those with its name the first, which forked the others."""
    own = [pid for pid in processes.with_descendants([os.getpid()]) if _name(pid) == "nnt-zygote"]
    return min(own)


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def _faults(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[7]) + int(fields[8])


def measure() -> list[Row]:
    """Measure one round, and return its rows."""
    milliseconds, faults = asyncio.run(_measured())
    return [
        Row("CPU of one run", [milliseconds], "ms", means="Half of what a check costs a server."),
        Row("page faults of one run", [faults], "", means="Each is a page that a run copies."),
    ]
