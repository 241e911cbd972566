"""Runs with a graphics card: who is given one, and that they have it one after the other.

A stub stands in for PyTorch, and there are no device files.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.wait import DEADLINE
from tests.support.worker import STUB
from tutor.client.client import WorkerClient
from tutor.wire.commands import Execute, ObserveAll, Program, Question
from tutor.wire.control import GpuAccess
from tutor.wire.events import Observation, OutputWritten, RunEnded
from tutor.wire.values import IntValue, TextValue, Value

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

SURROUNDINGS = """
import os, resource
visible = os.environ.get("CUDA_VISIBLE_DEVICES", "none set")
files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
caches = {os.path.dirname(os.environ.get(n, "")) for n in ("CUDA_CACHE_PATH", "TRITON_CACHE_DIR")}
own = int(caches == {os.getcwd()})
address_space = int(resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY)
"""
ASKED = tuple(map(Question, ("visible", "files", "own", "address_space")))


@asynccontextmanager
async def client(
    folder: Path, monkeypatch: pytest.MonkeyPatch, gpu: GpuAccess | None
) -> AsyncIterator[WorkerClient]:
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5")
    made = WorkerClient(engine=STUB, gpu=gpu, spares=1, parallel=4)
    await made.start()
    try:
        yield made
    finally:
        await made.close()


def values(observation: Observation) -> tuple[Value, ...]:
    assert observation.outcome == "finished", observation
    return tuple(answer.value for answer in observation.answers)


def seen(visible: str, *numbers: int) -> tuple[Value, ...]:
    return (TextValue(visible), *map(IntValue, numbers))


@pytest.mark.parametrize("visible", ["0", "MIG-7", None])
async def test_a_run_that_asks_gets_the_cards_that_are_meant_and_no_other_run_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, visible: str | None
) -> None:
    async with client(tmp_path, monkeypatch, GpuAccess((), visible)) as made:
        asks = Execute(Program(source=SURROUNDINGS), gpu=True)
        given = await made.observe(asks, ASKED)
        assert given.gpu
        assert values(given) == seen(visible or "none set", 512, 1, 1)
        other = await made.observe(Execute(Program(source=SURROUNDINGS)), ASKED)
        assert not other.gpu
        assert values(other) == seen("", 128, 0, 1)
        (author,) = await made.observe_all(ObserveAll((asks.program,), ASKED, gpu=True))
        assert values(author) == seen(visible or "none set", 512, 1, 1)


async def test_where_the_config_allows_none_a_run_that_asks_is_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with client(tmp_path, monkeypatch, None) as made:
        observation = await made.observe(Execute(Program(source=SURROUNDINGS), gpu=True), ASKED)
        assert not observation.gpu
        assert values(observation) == seen("", 128, 0, 1)


async def test_one_program_at_a_time_has_a_card_and_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with client(tmp_path, monkeypatch, GpuAccess(())) as made, asyncio.timeout(DEADLINE):
        first = made.begin(
            Execute(Program(source="print(1, flush=True)\nwhile True: pass"), gpu=True)
        )
        events = first.events()
        while not any(isinstance(event, OutputWritten) for event in await anext(events)):
            pass
        second = asyncio.create_task(
            made.observe(Execute(Program(source="x = 2"), gpu=True), (Question("x"),))
        )
        without = await made.observe(Execute(Program(source="x = 3")), (Question("x"),))
        assert values(without) == (IntValue(3),)
        assert not second.done()
        first.stop()
        ended = [event async for batch in events for event in batch if isinstance(event, RunEnded)]
        assert [event.observation.outcome for event in ended] == ["stopped"]
        assert values(await second) == (IntValue(2),)
