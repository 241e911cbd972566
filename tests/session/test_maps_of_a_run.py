"""What views ask of a real run, from the program's process to the record of the session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.tutor_session import open_session
from tests.support.wait import eventually
from tutor.client.client import WorkerClient
from tutor.wire.commands import Execute, Program
from tutor.wire.events import LossesRecorded, RunEvent
from tutor.wire.maps import DecisionMap

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("content"),
    pytest.mark.asyncio(loop_scope="module"),
]

PRELUDE = "import torch\nfrom torch import nn, optim"
TRAINING = """
x = torch.randn(60, 2)
y = (x[:, :1] > 0).float()
model = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 1))
criterion = nn.BCEWithLogitsLoss()
optimizer = optim.Adam(model.parameters(), lr=0.1)
for step in range(STEPS):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that programs see."""
    return tmp_path_factory.mktemp("shown")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def worker(shown: Path) -> AsyncIterator[WorkerClient]:
    client = WorkerClient(shown=(str(shown),))
    await client.start()
    yield client
    await client.close()


async def test_a_training_tells_of_the_map_once_it_is_watched(
    worker: WorkerClient, shown: Path
) -> None:
    """It ends by itself: a run that is stopped on a busy machine has no time for a last map."""
    enough = shown / "enough"
    training = (
        TRAINING.replace("STEPS", "10**9") + f"    if exists({str(enough)!r}):\n        break"
    )
    program = Program(f"{PRELUDE}\nfrom os.path import exists", "", training)
    command = Execute(program, live=True, views=("map",))
    handle = worker.begin(command)
    told: list[RunEvent] = []
    is_watched = False
    async for batch in handle.events():
        told += batch
        losses = [event for event in told if isinstance(event, LossesRecorded)]
        maps = [event for event in told if isinstance(event, DecisionMap)]
        if len(losses) > 2 and not is_watched:
            assert not maps, "nobody watches"
            is_watched = True
            handle.watch(("map",))
        if len(maps) >= 2:
            enough.touch()
    steps = [event.step for event in told if isinstance(event, DecisionMap)]
    assert len(steps) > 2, "at the end there is another one"
    assert 0 < steps[0] < steps[1]


async def test_the_session_keeps_the_maps_of_a_run(worker: WorkerClient, tmp_path: Path) -> None:
    session = await open_session(tmp_path, worker, PRELUDE)
    session.runs.watch(frozenset({"map"}))
    assert session.runs.run(TRAINING.replace("STEPS", "80"))
    await eventually(lambda: session.state.ending is not None, "the end of the run")
    maps = session.timeline.current.maps
    newest, first = maps.newest, maps.nearest(1)
    assert isinstance(newest, DecisionMap)
    assert isinstance(first, DecisionMap)
    assert (newest.step, newest.known, first.step) == (80, 60, 1)
    assert newest.right > 55
    counted = session.timeline.current.models.answers(None)
    assert counted is not None
    assert (counted.name, counted.total, counted.step) == ("x", 60, 80)
    assert sum(counted.confusion.counts) == 60
    await session.close()
