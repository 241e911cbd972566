"""Times from Stop to the end of a run, by kind of program; and the cost of a flood of output."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bench.measure import Row
from tutor.client.client import WorkerClient
from tutor.wire.commands import Execute, Limits, Program
from tutor.wire.events import OutputWritten, RunEnded, RunEvent

ROUNDS = 6
STOPS = 4
LIMITS = Limits(seconds=60, memory_mb=2048, output_mb=2000)

BEGUN = "begun"
KINDS = {
    "a Python loop": "while True: pass",
    "a loop in C": "sum(iter(int, 1))",
    "sleeping": "import time\ntime.sleep(60)",
    "20 forked children": (
        "import os, time\nfor n in range(20):\n if os.fork() == 0: time.sleep(60)\ntime.sleep(60)"
    ),
    "filling memory": "x = []\nwhile len(x) < 150: x.append(bytearray(10**7))\nwhile True: pass",
    "a flood of output": "while True: print('x' * 70)",
}
"""The code of each kind of program, which follows a line that prints that it has begun."""

FLOOD_MB = 20
FLOODS = {
    "lines printed": "while True: print('x' * 70)",
    "blocks of 1 MB": "import os\nwhile True: os.write(1, b'x' * 2**20)",
    "escape codes": "while True: print('\\x1b[31m\\x1b]0;title\\x07' * 10)",
}
TICK_S = 0.005


@asynccontextmanager
async def _client() -> AsyncIterator[WorkerClient]:
    client = WorkerClient()
    await client.start()
    try:
        await _ended(client.begin(Execute(Program(source="import torch"))).events())
        yield client
    finally:
        await client.close()


async def _ended(batches: AsyncIterator[tuple[RunEvent, ...]]) -> str:
    async for batch in batches:
        if isinstance(batch[-1], RunEnded):
            outcome = batch[-1].observation.outcome
    return outcome


async def _stop(client: WorkerClient, source: str) -> float:
    """Return the milliseconds from Stop to the last event of the run."""
    program = Program(source=f"print({BEGUN!r})\n{source}")
    batches = client.begin(Execute(program, LIMITS, live=True)).events()
    async for batch in batches:
        if any(isinstance(event, OutputWritten) and BEGUN in event.text for event in batch):
            break
    await asyncio.sleep(0.3)  # so that it is stopped in the middle of its work
    start = time.perf_counter()
    client.stop()
    outcome = await _ended(batches)
    assert outcome == "stopped", outcome
    return (time.perf_counter() - start) * 1000


async def _flood(client: WorkerClient, source: str) -> tuple[float, list[float]]:
    """Return the MB read a second, and by how many ms turns of the app's loop came late."""
    lags: list[float] = []
    ticking = asyncio.create_task(_tick(lags))
    limits = Limits(seconds=60, output_mb=FLOOD_MB)
    start = time.perf_counter()
    outcome = await _ended(
        client.begin(Execute(Program(source=source), limits, live=True)).events()
    )
    seconds = time.perf_counter() - start
    assert outcome == "output", outcome
    ticking.cancel()
    with suppress(asyncio.CancelledError):
        await ticking
    return FLOOD_MB / seconds, lags


async def _tick(lags: list[float]) -> None:
    while True:
        due = time.perf_counter() + TICK_S
        await asyncio.sleep(TICK_S)
        lags.append((time.perf_counter() - due) * 1000)


def _killed(source: str) -> float:
    """Return the milliseconds from the signal to the end of a program without the tutor."""
    process = subprocess.Popen([sys.executable, "-c", source])
    time.sleep(0.3)
    start = time.perf_counter()
    process.kill()
    process.wait()
    return (time.perf_counter() - start) * 1000


async def _measured() -> list[Row]:
    rows = []
    killed = [_killed(KINDS["a Python loop"]) for _ in range(STOPS)]
    async with _client() as client:
        stops: dict[str, list[float]] = {name: [] for name in KINDS}
        for _ in range(STOPS):
            for name, source in KINDS.items():
                stops[name].append(await _stop(client, source))
        for name, values in stops.items():
            rows.append(
                Row(
                    f"Stop: {name}",
                    values,
                    "ms",
                    "kill -9 of a Python",
                    killed,
                    "≤ 400 ms",
                    means="So long from Stop until nothing of the program is left.",
                )
            )
        for name, source in FLOODS.items():
            rate, lags = await _flood(client, source)
            rows.append(
                Row(
                    f"flood of {name}, read",
                    [rate],
                    "MB/s",
                    means="So fast the app takes what a program prints without end.",
                    more_is_better=True,
                )
            )
            rows.append(
                Row(
                    f"flood of {name}, the app is late by",
                    lags,
                    means="Meanwhile the app does anything else so much later.",
                )
            )
    return rows


def measure() -> list[Row]:
    """Measure one round, and return its rows."""
    return asyncio.run(_measured())
