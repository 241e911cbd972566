"""What the real worker tells of a program arrives from another machine as it does from this one."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("matplotlib")

from tests.support.worker import HERE_BY_PIPE, Worker, worker
from tutor.session.plot_pictures import plot_picture
from tutor.session.timeline import Timeline
from tutor.wire.commands import Execute, Limits, Program, Question
from tutor.wire.events import (
    FiguresKept,
    InventoryTaken,
    LossesRecorded,
    PadShown,
    Paused,
    PlotsDrawn,
    RunEnded,
    RunEvent,
    StartRecorded,
    StepRecorded,
    TrainingNoted,
)
from tutor.wire.maps import DecisionMap
from tutor.wire.models import ModelsDescribed
from tutor.wire.pads import EMPTY, numbers_in, question_about
from tutor.wire.values import FloatValue

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

PROGRAM = Program(
    prelude="import torch\nfrom torch import nn, optim",
    given="x = torch.randn(40, 2)\ny = ((x[:, :1] * x[:, 1:]) > 0).float()",
    source="""
import matplotlib.pyplot as plt
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = optim.SGD(model.parameters(), lr=0.5)
criterion = nn.BCEWithLogitsLoss()
losses = []
for step in range(30):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
plt.plot(losses)
plt.title("losses")
plt.show()
print("trained")
""",
    seed=3,
)
VIEWS = ("map", "model", "tensors")
TOLD = (
    *(LossesRecorded, TrainingNoted, StartRecorded, StepRecorded, Paused, InventoryTaken),
    *(DecisionMap, ModelsDescribed, PlotsDrawn, FiguresKept),
)
"""What such a run tells, whatever the machine is busy with; how often may differ."""


async def _watched(running: Worker) -> list[RunEvent]:
    """All events of a run that is paused once, stepped once, and goes on."""
    command = Execute(PROGRAM, Limits(seconds=50), live=True, hold=1, views=VIEWS, watched=VIEWS)
    run = running.client.begin(command, (Question("losses"), Question("model")))
    events: list[RunEvent] = []
    async for batch in run.events():
        events += batch
        for event in batch:
            if isinstance(event, Paused) and event.number == 1:
                run.step_phase(2)
            elif isinstance(event, Paused):
                run.resume()
    return events


@pytest.mark.timeout(240)
async def test_maps_models_recordings_and_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = "tutor.worker.engine"
    async with worker(tmp_path, monkeypatch, command=HERE_BY_PIPE, engine=engine) as running:
        there = await _watched(running)
        timeline = Timeline()
        timeline.take(tuple(there))
        picture = await plot_picture(timeline, running.client, tmp_path, 1, "losses")
        assert isinstance(picture, Path)
        assert picture.read_bytes().startswith(b"\x89PNG")
        printed = await running.client.printed()
        assert printed is not None
        assert printed.file.read_text() == "trained\n"
    (tmp_path / "scratch").rmdir()
    monkeypatch.delenv("TMPDIR")
    async with worker(tmp_path, monkeypatch, engine=engine) as running:
        here = await _watched(running)
    assert [kind for kind in TOLD if not any(isinstance(event, kind) for event in there)] == []
    assert _lasting(there) == _lasting(here)
    maps = [{e.step: e for e in run if isinstance(e, DecisionMap)} for run in (there, here)]
    both = maps[0].keys() & maps[1].keys()
    assert both, "the maps of the two pauses"
    assert [maps[0][step] for step in both] == [maps[1][step] for step in both]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("command", [None, HERE_BY_PIPE], ids=["here", "node"])
async def test_a_running_loop_takes_a_number_between_two_steps(
    command: tuple[str, ...] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """rate = 0.25
weight = torch.tensor(8.0, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=rate)
while rate > 0.1:
    optimizer.param_groups[0]["lr"] = rate
    optimizer.zero_grad()
    (weight**2 + 1).backward()
    optimizer.step()
"""
    execute = Execute(Program("import torch", "", source), Limits(seconds=50), live=True, pace=100)
    engine = "tutor.worker.engine"
    async with worker(tmp_path, monkeypatch, command=command, engine=engine) as running:
        run = running.client.begin(execute, (Question("rate"),))
        events: list[RunEvent] = []
        async for batch in run.events():
            events += batch
            if any(isinstance(event, LossesRecorded) for event in batch):
                run.bind({"rate": 0.0625})
    (bound,) = [each for e in events if isinstance(e, TrainingNoted) for each in e.bound]
    ended = events[-1]
    assert isinstance(ended, RunEnded)
    assert ended.observation.outcome == "finished"
    assert ended.observation.answers[0].value == FloatValue(0.0625)
    assert (bound.name, bound.number) == ("rate", 0.0625)
    steps = sum(len(event.losses) for event in events if isinstance(event, LossesRecorded))
    assert 1 <= bound.steps == steps, "no step was begun after it"
    (tmp_path / "scratch").rmdir()


@pytest.mark.timeout(240)
async def test_a_run_that_is_over_is_asked_about_a_drawing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program("import torch", "", "show_pad(lambda images: 9 * torch.eye(10)[[3]])")
    engine = "tutor.worker.engine"
    async with worker(tmp_path, monkeypatch, command=HERE_BY_PIPE, engine=engine) as running:
        run = running.client.begin(Execute(program, Limits(seconds=50), live=True, keep=True), ())
        events = [event async for batch in run.events() for event in batch]
        assert PadShown(EMPTY) in events
        answer = await run.evaluate(question_about(EMPTY))
        assert answer.outcome == "value", answer
        shares = numbers_in(answer.shown)
        assert shares.index(max(shares)) == 3
    (tmp_path / "scratch").rmdir()


def _lasting(events: list[RunEvent]) -> tuple[object, ...]:
    """Return what must be the same in each run of a program, wherever it runs."""
    ended = events[-1]
    assert isinstance(ended, RunEnded)
    observation = ended.observation
    losses = [loss for each in events if isinstance(each, LossesRecorded) for loss in each.losses]
    paused = [each for each in events if isinstance(each, Paused)]
    return (
        *(observation.outcome, observation.answers, observation.output, observation.views),
        *(losses, paused),
    )
