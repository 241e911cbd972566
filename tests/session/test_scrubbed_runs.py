"""A real run that is looked back at through the session: what each view then has of it."""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.tutor_session import open_session
from tests.support.wait import eventually
from tutor.client.client import WorkerClient
from tutor.session.core import TutorSession
from tutor.session.events import ComparisonSwitched
from tutor.session.losses import have_same_start, loss_view
from tutor.session.scrubbing import Scrubber, shown_step
from tutor.session.words.inventory_text import entry_states
from tutor.wire.events import InventoryEntry
from tutor.wire.values import TensorValue

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("content"),
    pytest.mark.asyncio(loop_scope="module"),
]

PRELUDE = "import torch\nfrom torch import nn, optim"
TRAINING = """
torch.manual_seed(SEED)
x = torch.randn(40, 2)
y = (x[:, :1] > 0).float()
model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
criterion = nn.BCEWithLogitsLoss()
optimizer = optim.SGD(model.parameters(), lr=RATE, momentum=0.9)
for step in range(30):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
print([each.tolist() for each in model.parameters()], loss.item(), torch.rand(1).item())
"""


def scrubber_of(session: TutorSession) -> Scrubber:
    return Scrubber(session)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def worker() -> AsyncIterator[WorkerClient]:
    client = WorkerClient()
    await client.start()
    yield client
    await client.close()


@pytest_asyncio.fixture(loop_scope="module")
async def session(worker: WorkerClient, tmp_path: Path) -> AsyncIterator[TutorSession]:
    made = await open_session(tmp_path, worker, PRELUDE)
    yield made
    await made.close()


async def run(session: TutorSession, rate: float, seed: int = 0) -> None:
    source = TRAINING.replace("RATE", str(rate)).replace("SEED", str(seed))
    assert session.runs.run(source)
    await eventually(lambda: session.state.ending is not None, "the end of the run")


def printed(session: TutorSession) -> str:
    return "".join(text for _, text in session.timeline.current.output_since(0)[0])


def value(entries: tuple[InventoryEntry, ...]) -> list[float]:
    entry = next(each for each in entries if each.name == "model[0].weight")
    assert isinstance(entry.value, TensorValue)
    return array("d", entry.value.data).tolist()


async def test_each_view_has_its_part_of_the_step_that_is_looked_at(session: TutorSession) -> None:
    session.runs.watch(frozenset({"map", "tensors", "model", "loss"}))
    await run(session, 0.1)
    record = session.timeline.current
    assert scrubber_of(session).find("3") == ""
    shown = shown_step(session.state, record)
    assert (shown.step, shown.steps) == (3, 30)
    assert loss_view(record, None, shown.step).cursor == 3
    kept = record.recording.nearest(shown.step - 1)
    assert kept is not None
    assert value(kept[1]) != value(record.inventory)
    (momentum,) = entry_states(kept[1][0])
    assert momentum[0] == "momentum_buffer"
    assert any(momentum[1])
    assert record.maps.nearest(shown.step) is not record.maps.newest
    scrubber_of(session).go_to(0)
    assert session.state.cursor is None


async def test_two_runs_are_from_the_same_start_only_with_the_same_parameters(
    session: TutorSession,
) -> None:
    await run(session, 0.1)
    scrubber_of(session).go_to(2)
    await run(session, 0.4)
    assert session.state.cursor is None, "another run is looked at now"
    current, previous = session.timeline.current, session.timeline.previous
    assert previous is not None
    assert have_same_start(current, previous)
    assert loss_view(current, previous).same_start
    await run(session, 0.4, seed=1)
    assert not have_same_start(session.timeline.current, current)


async def test_a_run_that_is_scrubbed_while_it_trains_computes_the_same(
    session: TutorSession,
) -> None:
    session.runs.watch(frozenset())
    await run(session, 0.1)
    unwatched = printed(session)
    session.runs.watch(frozenset({"map", "tensors", "model", "loss"}))
    source = TRAINING.replace("RATE", "0.1").replace("SEED", "0")
    assert session.runs.step_phase(source, 0, "step")
    for _ in range(6):
        await eventually(
            lambda: (
                session.state.activity is None
                or (session.state.activity.pause is not None and session.state.activity.pause.at)
            ),
            "a pause",
        )
        scrubber_of(session).move(-1)
        session.dispatch(ComparisonSwitched())
        session.runs.step_phase(source, 0, "step")
    session.runs.pause()
    await eventually(lambda: session.state.ending is not None, "the end of the run")
    scrubber_of(session).go_to(1)
    assert printed(session) == unwatched
    assert unwatched
