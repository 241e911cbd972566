"""Times from the worker's start until it is ready, and of one run after that."""

from __future__ import annotations

import asyncio
import time

from bench.measure import Row, python, timed
from tutor.client.client import WorkerClient
from tutor.wire.commands import Execute, Program, Question
from tutor.wire.events import WorkerStateChanged

ROUNDS = 6
STARTS = 1
RUNS = 10
PAUSE_S = 0.3
"""Seconds before each run; meanwhile a process is made ready for it."""

SIGMOID = Program(
    prelude="import torch\nimport torch.nn as nn",
    given="input_tensor = torch.tensor([[2.4]])",
    source="sigmoid = nn.Sigmoid()\nprobability = sigmoid(input_tensor)",
)


async def started() -> tuple[WorkerClient, float]:
    ready = asyncio.Event()

    def on_state(state: WorkerStateChanged) -> None:
        if state.phase in ("ready", "failed"):
            ready.set()

    begin = time.perf_counter()
    client = WorkerClient(on_state=on_state)
    await client.start()
    await ready.wait()
    return client, (time.perf_counter() - begin) * 1000


async def _measured() -> tuple[list[float], list[float]]:
    starts, runs = [], []
    for _ in range(STARTS):
        client, milliseconds = await started()
        starts.append(milliseconds)
        for _ in range(RUNS // STARTS):
            await asyncio.sleep(PAUSE_S)
            begin = time.perf_counter()
            await client.observe(Execute(SIGMOID), (Question("probability"),))
            runs.append((time.perf_counter() - begin) * 1000)
        await client.close()
    return starts, runs


def measure() -> list[Row]:
    """Measure one round, and return its rows."""
    imports = [timed(python("import torch")) for _ in range(STARTS)]
    starts, runs = asyncio.run(_measured())
    return [
        Row(
            "worker start to ready, warmed",
            starts,
            "ms",
            "import torch",
            imports,
            means="From the app's start on, the first Run waits at most so long for PyTorch.",
        ),
        Row(
            "one observation of `sigmoid`",
            runs,
            "ms",
            "import torch",
            imports,
            means="The part of a Run that is neither drawing nor grading.",
        ),
    ]
