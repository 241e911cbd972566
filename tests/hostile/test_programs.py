"""Every row of `programs/` in one worker for all: how it ends, and that nothing is left of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import pytest_asyncio

from tests.hostile.expressions import ASKED, Asked
from tests.hostile.rows import Row, read_rows
from tests.hostile.trial import problems_with, state_of_the_next
from tests.support.wait import eventually
from tests.support.worker import Worker, worker
from tutor.client import kept_program
from tutor.wire.commands import Execute, Program
from tutor.wire.events import Evaluation, RunEnded
from tutor.wire.values import SequenceValue, Value

pytestmark = pytest.mark.process

ENGINE = "tutor.worker.engine"
LEAVES_X = Execute(Program(source="import torch\nx = torch.tensor([1.0, 2.0])"), keep=True)
LEAVES_ALL_OPEN = Execute(
    Program(
        source="fs = []\ntry:\n while True: fs.append(open('/dev/null'))\nexcept OSError: pass"
    ),
    keep=True,
)
ROWS = read_rows()
SHORT = "nnt-"
"""The name of a socket has at most 107 bytes, and workers of a loader have theirs in the run's
folder."""
SECOND_GROUP = ("memory", "output", "processes", "files")


class Shared:
    """The worker, where its runs keep their files, and what a program sees that is like any."""

    def __init__(self, running: Worker, folder: Path, usual: Value | str) -> None:
        self.running = running
        self.folder = folder
        self.usual = usual
        self.own = running.processes()
        """Those of the worker itself."""

    def folders(self) -> list[Path]:
        """Those of runs, while they last."""
        return list(self.folder.glob("scratch/*/run-*"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Shared]:
    with TemporaryDirectory(prefix=SHORT) as name, pytest.MonkeyPatch.context() as patch:
        async with worker(Path(name), patch, engine=ENGINE, spares=0) as running:
            usual = await state_of_the_next(running.client)
            await eventually(lambda: not running.processes("nnt-warden"), "the run to be gone")
            yield Shared(running, Path(name), usual)


def _parameters() -> list[object]:
    return [
        pytest.param(row, id=f"{subject}: {row.id}", marks=_group(subject))
        for subject, rows in ROWS.items()
        for row in rows
    ]


def _group(subject: str) -> pytest.MarkDecorator:
    return pytest.mark.xdist_group("hostile" if subject in SECOND_GROUP else "process")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("row", _parameters())
async def test_it_does_no_harm(shared: Shared, row: Row) -> None:
    running = shared.running
    if row.plots:
        pytest.importorskip("matplotlib")
    if row.shut_in:
        assert _shut_in(running), "else it would reach what is not the worker's"
    assert await problems_with(running.client, row, shared.usual) == []
    await eventually(lambda: running.processes() == shared.own, "all of the run to end")
    await eventually(lambda: not shared.folders(), "its folder to go")
    assert list(Path("/dev/shm").glob("hostile-*")) == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.xdist_group("process")
@pytest.mark.parametrize("asked", [pytest.param(each, id=each.id) for each in ASKED])
async def test_an_expression_does_no_harm(
    shared: Shared, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    if asked.ends_all:
        monkeypatch.setattr(kept_program, "SECONDS", 1.0)
    running = shared.running
    restarts = running.client.describe().restarts
    run = running.client.begin(LEAVES_X)
    assert isinstance([batch async for batch in run.events()][-1][-1], RunEnded)
    told = await run.evaluate(asked.expression)
    assert told.outcome in asked.outcomes
    left = await run.evaluate("x")
    if told.is_last:
        assert asked.ends_all
        assert left.outcome == "gone"
    elif not asked.ends_all:
        assert left == Evaluation("value", "tensor([1., 2.])")
    run.forget()
    assert await state_of_the_next(running.client) == shared.usual
    assert running.client.describe().restarts == restarts
    await eventually(lambda: running.processes() == shared.own, "all of the run to end")
    await eventually(lambda: not shared.folders(), "its folder to go")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.xdist_group("hostile")
async def test_one_that_left_all_files_open_can_be_asked(shared: Shared) -> None:
    run = shared.running.client.begin(LEAVES_ALL_OPEN)
    assert isinstance([batch async for batch in run.events()][-1][-1], RunEnded)
    for _ in range(2):
        assert await run.evaluate("len(fs) > 9") == Evaluation("value", "True")
    run.forget()
    await eventually(lambda: shared.running.processes() == shared.own, "all of the run to end")


def _shut_in(running: Worker) -> bool:
    facts = running.client.describe()
    return facts.level == "namespaces" or (
        facts.level == "landlock-signals" and facts.landlock >= 6
    )


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.xdist_group("hostile")
async def test_the_usual_is_what_it_should_be(shared: Shared) -> None:
    assert isinstance(shared.usual, SequenceValue)
    seen = [getattr(item, "value", item) for item in shared.usual.items]
    assert seen[:5] == [2.0, "torch.float32", "cpu", True, 1]
    assert seen[8] is True, "it runs in its own folder"
    assert seen[9] == SequenceValue("list", 0, ()), "which is empty"


@pytest.mark.xdist_group("hostile")
def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    names = [row.id for rows in ROWS.values() for row in rows]
    assert len(names) >= 60
    assert len(names) == len(set(names))
