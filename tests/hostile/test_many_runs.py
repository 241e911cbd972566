"""Hundreds of runs in one client cost nothing that stays: descriptors, processes, files, memory."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.hostile.rows import Row, read_rows
from tests.support.wait import eventually
from tests.support.worker import Worker, descriptors, worker
from tutor.wire.commands import Execute, Limits, Program

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("hostile"),
]

RUNS = 200
SETTLED = 40
"""Runs after which all is there that comes with the first."""
MAY_GROW_KB = 4_000
"""Of the app and of the zygote in all the rest: 25 KB a run would be seen."""

KINDS = ("os._exit(0)", "a bad pointer", "daemons", "a child that outlives it and prints")
ORDINARY = "print(sum(range(1000)))\n"


class Held(NamedTuple):
    """What the app and its worker hold between two runs."""

    descriptors: int
    of_zygote: int
    processes: int
    files: int


def _sources() -> tuple[str, ...]:
    rows: dict[str, Row] = {row.id: row for rows in read_rows().values() for row in rows}
    return (ORDINARY, *(rows[name].source for name in KINDS), "1 / 0", "x = '\\x1b' * 200_000")


def _held(running: Worker, folder: Path) -> Held:
    zygote = min(running.processes("nnt-zygote"))  # what it has just forked has its name, too
    # a folder that goes meanwhile is no error
    files = sum(len(names) + len(folders) for _, folders, names in os.walk(folder))
    return Held(descriptors(), _open(zygote), len(running.processes()), files)


def _open(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _resident_kb(pid: int | str) -> int:
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0])


async def test_nothing_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = _sources()
    async with worker(tmp_path, monkeypatch, engine="tutor.worker.engine", spares=1) as running:
        await running.until("ready")
        await eventually(lambda: running.processes("nnt-learner"), "a process that waits")
        before = _held(running, tmp_path)
        for number in range(RUNS):
            if number == SETTLED:
                settled = _memory(running)
            await _run(running, sources[number % len(sources)])
        what = f"descriptors, processes and files to be as they were: {before}"
        await eventually(lambda: _held(running, tmp_path) == before, what)
        for now, then in zip(_memory(running), settled, strict=True):
            assert now - then < MAY_GROW_KB
        assert running.phases == ["starting", "ready"]


def _memory(running: Worker) -> tuple[int, int]:
    gc.collect()
    zygote = min(running.processes("nnt-zygote"))  # what it has just forked has its name, too
    return _resident_kb("self"), _resident_kb(zygote)


async def _run(running: Worker, source: str) -> None:
    limits = Limits(seconds=20, output_mb=1, tasks=16)
    command = Execute(Program(source=source), limits, live=True)
    async for _ in running.client.begin(command).events():
        pass
