"""A warden watches one run, and the memory of the machine meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.control_groups import write_group
from tests.support.little_memory_engine import FOLDER
from tests.support.wait import eventually
from tests.support.worker import texts, warden_of_the_spare, worker
from tutor.wire.commands import Execute, Limits, Program
from tutor.wire.control import Protection
from tutor.wire.events import RunEnded

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]


@pytest.mark.parametrize("protection", ["auto", "limits-only"])
async def test_each_run_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protection: Protection
) -> None:
    async with worker(tmp_path, monkeypatch, protection=protection, spares=1) as running:
        first = await warden_of_the_spare(running)
        await running.observe("x = 1")
        await eventually(lambda: first not in running.processes(), "the end of the first")
        assert await warden_of_the_spare(running) != first


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
