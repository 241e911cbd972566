"""2,000 runs in one client, as in a long evening: the last beside the first, and what grew."""

from __future__ import annotations

import asyncio
import gc
import os
import time

from bench.measure import Row, resident_mb
from tutor.client import processes
from tutor.client.client import WorkerClient
from tutor.wire.commands import Execute, Limits, Program

ROUNDS = 1
RUNS = 2_000
COMPARED = 100
"""Runs at the beginning and at the end that are compared; as many warm-up runs go before."""

SOURCES = (
    "import torch\nx = torch.ones(2).sum()\nprint(x)",
    "1 / 0",
    "import os\nos._exit(0)",
    "import ctypes\nctypes.string_at(0)",
    "import os, time\nif os.fork() == 0:\n os.setsid()\n time.sleep(60)",
    "print('x' * 500_000)",
)


class Resources:
    """The descriptors, processes and memory that the app and its worker hold at present."""

    def __init__(self) -> None:
        gc.collect()
        below = sorted(processes.with_descendants([os.getpid()]) - {os.getpid()})
        self.descriptors = len(os.listdir("/proc/self/fd"))
        self.processes = len(below)
        self.app_mb = resident_mb(os.getpid())
        self.worker_mb = max(map(resident_mb, below))


async def _measured() -> tuple[list[float], Resources, Resources]:
    client = WorkerClient()
    await client.start()
    taken: list[float] = []
    try:
        for number in range(COMPARED + RUNS):
            if number == COMPARED:
                begin = await _at_rest(client)
            source = SOURCES[number % len(SOURCES)]
            started = time.perf_counter()
            await client.observe(Execute(Program(source=source), Limits(seconds=20)), ())
            taken.append((time.perf_counter() - started) * 1000)
        return taken[COMPARED:], begin, await _at_rest(client)
    finally:
        await client.close()


async def _at_rest(client: WorkerClient) -> Resources:
    await asyncio.sleep(2)
    assert client.describe().spares == 2
    return Resources()


def measure() -> list[Row]:
    """Measure one round, and return its rows."""
    taken, begin, end = asyncio.run(_measured())
    first, last = taken[:COMPARED], taken[-COMPARED:]
    return [
        Row(
            f"the last {COMPARED} of {RUNS} runs",
            last,
            "ms",
            f"the first {COMPARED}",
            first,
            means="A long evening does not make the runs slower.",
        ),
        *(
            Row(
                f"after {RUNS} runs: {what}",
                [now],
                unit,
                "at the start",
                [before],
                means="Nothing piles up in a long evening.",
            )
            for what, unit, before, now in (
                ("descriptors of the app", "files", begin.descriptors, end.descriptors),
                ("processes", "processes", begin.processes, end.processes),
                ("memory of the app", "MB", begin.app_mb, end.app_mb),
                ("memory of the worker", "MB", begin.worker_mb, end.worker_mb),
            )
        ),
    ]
