"""Programs that run before anybody asks for them: who gets their runs, and what ends them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.wait import eventually
from tests.support.worker import Worker, texts, worker
from tutor.client.transcript import NAME
from tutor.wire.commands import Execute, Program, Question
from tutor.wire.events import RunEnded

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

COUNTS = Execute(Program(source="import time\nx = time.time_ns()\nprint(x)"))
COUNTS_LATER = Execute(Program(source="import time\ntime.sleep(1)\nx = time.time_ns()"))
ENDLESS = Execute(Program(source="while True: pass"))
OTHER = Execute(Program(source="x = 'another'"))
ASKED = (Question("x"),)


def _live(command: Execute) -> Execute:
    return Execute(command.program, command.limits, live=True)


async def test_who_asks_for_the_same_gets_the_run(running: Worker) -> None:
    client = running.client
    ahead = await client.observe_ahead(COUNTS, ASKED)
    assert ahead.outcome == "finished"
    assert await client.observe(COUNTS, ASKED) == ahead
    again = await client.observe(COUNTS, ASKED)
    assert again.output != ahead.output, "a run is given once"


async def test_it_is_shown_as_if_it_had_been_watched(running: Worker) -> None:
    client = running.client
    await client.observe(OTHER, ())
    ahead = await client.observe_ahead(_live(COUNTS), ASKED)
    assert await client.printed() is None
    batches = [batch async for batch in client.begin(_live(COUNTS), ASKED).events()]
    assert texts(batches) == ahead.output
    assert batches[-1][-1] == RunEnded(ahead)
    printed = await client.printed()
    assert printed is not None
    assert printed.file.name == NAME
    assert printed.file.read_text() == ahead.output


async def test_one_that_is_not_over_is_given_too(running: Worker) -> None:
    client = running.client
    await running.until("ready")
    task = asyncio.create_task(client.observe_ahead(COUNTS_LATER, ASKED))
    await eventually(lambda: not _can(running), "it to be under way")
    task.cancel()
    taken = await client.observe(COUNTS_LATER, ASKED)
    assert taken.outcome == "finished"
    assert task.cancelled()


@pytest.mark.parametrize(
    ("command", "questions"), [(OTHER, ASKED), (COUNTS, ()), (_live(COUNTS), ASKED)]
)
async def test_anything_else_ends_it(
    running: Worker, command: Execute, questions: tuple[Question, ...]
) -> None:
    client = running.client
    await running.until("ready")
    endless = asyncio.create_task(client.observe_ahead(_live(ENDLESS), ()))
    before = await client.observe_ahead(COUNTS, ASKED)
    if command.live:
        assert isinstance([b async for b in client.begin(command).events()][-1][-1], RunEnded)
    else:
        assert (await client.observe(command, questions)).outcome == "finished"
    assert (await endless).outcome == "stopped"
    assert await client.observe(COUNTS, ASKED) is not before


@pytest.mark.parametrize("how", ["stop", "forget_ahead"])
async def test_it_is_ended(running: Worker, how: str) -> None:
    await running.until("ready")
    endless = asyncio.create_task(running.client.observe_ahead(ENDLESS, ()))
    await eventually(lambda: not running.client.can_run_ahead, "it to be under way")
    getattr(running.client, how)()
    assert (await endless).outcome == "stopped"


async def test_it_lasts_no_longer_than_a_moment(running: Worker) -> None:
    assert (await running.client.observe_ahead(ENDLESS, ())).outcome == "stopped"
    run = running.client.begin(_live(ENDLESS))
    running.client.stop()
    assert isinstance([batch async for batch in run.events()][-1][-1], RunEnded)


async def test_it_may_only_where_nothing_of_it_can_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch, protection="limits-only") as running:
        assert not running.client.can_run_ahead
        await running.until("ready")
        assert not running.client.can_run_ahead


async def test_not_while_a_program_of_the_learner_runs(running: Worker) -> None:
    client = running.client
    assert not _can(running), "the worker is starting"
    await running.until("ready")
    if not client.describe().own_root:
        pytest.skip("a program could be seen from outside")
    assert _can(running)
    run = client.begin(_live(ENDLESS))
    assert not _can(running)
    client.stop()
    assert isinstance([batch async for batch in run.events()][-1][-1], RunEnded)
    await eventually(lambda: _can(running), "it to be over")


def _can(running: Worker) -> bool:
    return running.client.can_run_ahead


async def test_what_it_has_left_can_be_asked_by_whoever_takes_it(running: Worker) -> None:
    client = running.client
    kept = Execute(OTHER.program, live=True, keep=True)
    await client.observe_ahead(kept, ASKED)
    run = client.begin(kept, ASKED)
    assert isinstance([batch async for batch in run.events()][-1][-1], RunEnded)
    assert (await run.evaluate("x")).shown == "'another'"
    await client.observe_ahead(kept, ASKED)
    client.forget_ahead()
    run.forget()
    await eventually(
        lambda: len(running.processes("nnt-learner")) == client.describe().spares,
        "nothing to be kept",
    )
