"""A warden watches one run after another, as long as nothing of one can be left in the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.control_groups import write_group
from tests.support.little_memory_engine import FOLDER
from tests.support.wait import eventually
from tests.support.worker import Worker, texts, warden_of_the_spare, worker
from tutor.wire.commands import Execute, Limits, Program
from tutor.wire.control import Protection
from tutor.wire.events import RunEnded

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]


async def _skip_unless_isolated(running: Worker) -> None:
    await running.until("ready")
    if running.client.describe().level != "namespaces":
        pytest.skip("a warden outside of a pid namespace watches one run")


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        "1 / 0",
        "import os; os._exit(3)",
        "import os, time\nif os.fork() == 0:\n os.setsid()\n time.sleep(600)",
    ],
)
async def test_it_watches_the_next_run_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    async with worker(tmp_path, monkeypatch, spares=1) as running:
        await _skip_unless_isolated(running)
        watched: set[int] = set()
        while (warden := await warden_of_the_spare(running)) not in watched:
            watched.add(warden)  # on a busy machine one may be late, and another take its place
            await running.observe(source)
        assert (await running.observe("x = 2", "x")).outcome == "finished"


async def test_one_that_had_to_end_its_run_watches_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch, spares=1) as running:
        first = await warden_of_the_spare(running)
        limits = Limits(seconds=0.2)
        assert (await running.observe("while True: pass", limits=limits)).outcome == "timeout"
        assert await warden_of_the_spare(running) != first
        assert first not in running.processes()


async def test_outside_of_a_namespace_each_run_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch, protection="limits-only", spares=1) as running:
        first = await warden_of_the_spare(running)
        await running.observe("x = 1")
        await eventually(lambda: first not in running.processes(), "the end of the first")
        assert await warden_of_the_spare(running) != first


async def test_one_without_a_run_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with worker(tmp_path, monkeypatch, spares=2) as running:
        await eventually(lambda: len(running.processes("nnt-warden")) == 2, "two that wait")
        running.client.want_spares(1)
        await warden_of_the_spare(running)
        await eventually(lambda: not running.processes("nnt-idle-warden"), "the other to end")
        assert (await running.observe("x = 2")).outcome == "finished"


@pytest.mark.parametrize("protection", ["auto", "limits-only"])
async def test_it_sees_when_the_job_has_no_memory_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protection: Protection
) -> None:
    proc = tmp_path / "proc"
    write_group(proc, "/job", limit_mb=400, used_mb=200)
    monkeypatch.setenv(FOLDER, str(proc))
    engine = "tests.support.little_memory_engine"
    async with worker(tmp_path, monkeypatch, engine=engine, protection=protection) as running:
        source = "print('begun', flush=True)\nwhile True: pass"
        run = running.client.begin(Execute(Program(source=source), Limits(seconds=40)))
        batches = []
        async for batch in run.events():
            batches.append(batch)
            if "begun" in texts(batches):
                write_group(proc, "/job", limit_mb=400, used_mb=399)
        ended = batches[-1][-1]
        assert isinstance(ended, RunEnded)
        assert ended.observation.outcome == "memory"
