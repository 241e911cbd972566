"""What must hold with a real graphics card, tried by hand: `python -m bench.gpu`.

No table, for the tests run without a card: each line says whether something holds, and how long it
took. The exit status is 1 if something does not, and 2 where there is no card or no PyTorch for it.
"""

from __future__ import annotations

import asyncio
import struct
import sys
import time
from collections.abc import Awaitable, Callable

from tutor.client.client import WorkerClient
from tutor.client.gpu_access import find_gpu_access
from tutor.grading.errors import explain_ending
from tutor.wire.commands import Execute, Limits, ObserveAll, Program, Question
from tutor.wire.events import LossesRecorded, Observation, RunEnded
from tutor.wire.values import BoolValue, TensorValue, Value

PRELUDE = "import torch\nfrom torch import nn"
LIMITS = Limits(seconds=30)

DRAWS = "x = torch.randn(1000, device='cuda')\ny = x @ torch.ones(1000, 3).cuda()"
TRAINS = """
model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1)).cuda()
x = torch.randn(512, 20, device="cuda")
target = x.sum(dim=1, keepdim=True)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(300):
    loss = nn.functional.mse_loss(model(x), target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""
TOO_LARGE = "x = 1\nbig = torch.ones(2**30, device='cuda')"
BUSY = "x = torch.ones(4096, 4096).cuda()\nprint('begun', flush=True)\nwhile True: x = x @ x / 4096"
RESERVES = "import mmap\nx = mmap.mmap(-1, 2**36, prot=0) is not None"


async def _observe(client: WorkerClient, source: str, *asked: str, gpu: bool = True) -> Observation:
    command = Execute(Program(PRELUDE, source=source), LIMITS, gpu=gpu)
    return await client.observe(command, tuple(map(Question, asked)))


def _value(observation: Observation) -> Value:
    assert observation.outcome == "finished", observation
    return observation.answers[0].value


async def _sees_a_card(client: WorkerClient) -> None:
    for gpu in (True, False):
        seen = await _observe(client, "x = torch.cuda.is_available()", "x", gpu=gpu)
        assert _value(seen) == BoolValue(gpu), (gpu, seen)


async def _draws_the_same(client: WorkerClient) -> None:
    values = [_value(await _observe(client, DRAWS, "y")) for _ in range(2)]
    (author,) = await client.observe_all(
        ObserveAll((Program(PRELUDE, source=DRAWS),), (Question("y"),), gpu=True)
    )
    assert values[0] == values[1] == _value(author), "the same program gives other numbers"
    assert isinstance(values[0], TensorValue)
    assert values[0].device == "cuda:0", values[0].device


async def _rounds_like_the_cpu(client: WorkerClient) -> None:
    source = (
        "a = torch.randn(256, 256)\nb = torch.randn(256, 256)\n"
        "conv = nn.Conv2d(3, 8, 3)\nimage = torch.randn(1, 3, 64, 64)\n"
        "off = max(((a.cuda() @ b.cuda()).cpu() - a @ b).abs().max().item(),\n"
        "          (conv.cuda()(image.cuda()).cpu() - conv.cpu()(image)).abs().max().item())\n"
        "y = torch.tensor(off)"
    )
    value = _value(await _observe(client, source, "y"))
    assert isinstance(value, TensorValue)
    (off,) = struct.unpack("<d", value.data)
    assert off < 1e-3, f"off by {off}: TF32 is on"


async def _trains_live(client: WorkerClient) -> None:
    command = Execute(Program(PRELUDE, source=TRAINS), LIMITS, live=True, gpu=True)
    losses, outcome = 0, ""
    async for batch in client.begin(command).events():
        for event in batch:
            losses += len(event.losses) if isinstance(event, LossesRecorded) else 0
            if isinstance(event, RunEnded):
                outcome = event.observation.outcome
                assert outcome == "finished", event.observation
    assert losses == 300, losses


async def _tells_of_memory(client: WorkerClient) -> None:
    ended = await _observe(client, TOO_LARGE)
    assert ended.outcome == "memory", ended
    message = explain_ending(ended, LIMITS).message
    assert message.startswith("The program asked for more than 2048 MB"), message
    assert "in line 2" in message, message


async def _reserves_addresses(client: WorkerClient) -> None:
    assert _value(await _observe(client, RESERVES, "x")) == BoolValue(True)


async def _stops(client: WorkerClient) -> None:
    restarts = client.describe().restarts
    events = client.begin(Execute(Program(PRELUDE, source=BUSY), LIMITS, gpu=True)).events()
    await anext(events)
    client.stop()
    ended = [e async for batch in events for e in batch if isinstance(e, RunEnded)]
    assert ended[0].observation.outcome == "stopped", ended
    assert client.describe().restarts == restarts, "the whole worker was ended for it"


CLAIMS: tuple[tuple[str, Callable[[WorkerClient], Awaitable[None]]], ...] = (
    ("a program that asks sees a card, another one does not", _sees_a_card),
    ("random numbers are the same each time, for authors as well", _draws_the_same),
    ("products and convolutions are rounded as on the CPU, within 1e-3", _rounds_like_the_cpu),
    ("a training is recorded while it runs", _trains_live),
    ("a program that wants too much of the card is told its line", _tells_of_memory),
    ("64 GB of addresses can be reserved", _reserves_addresses),
    ("a busy program is stopped, and the worker goes on", _stops),
)


async def _try_all() -> int:
    gpu = find_gpu_access()
    if gpu is None:
        print("There is no graphics card of NVIDIA here, or CUDA_VISIBLE_DEVICES hides it.")
        return 2
    client = WorkerClient(gpu=gpu)
    await client.start()
    failed = 0
    try:
        facts = await client.settle()
        print(f"torch {facts.torch_version}, {facts.level}, Landlock {facts.landlock}, {gpu}")
        if "+cpu" in facts.torch_version:
            print("This PyTorch was built for the CPU alone.")
            return 2
        for claim, holds in CLAIMS:
            started = time.perf_counter()
            try:
                await holds(client)
                word = "ok  "
            except AssertionError as error:
                word, failed = "FAIL", failed + 1
                print(f"      {error}")
            print(f"{word}  {time.perf_counter() - started:5.1f} s  {claim}", flush=True)
    finally:
        await client.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_try_all()))
