"""Programs that are kept when they have ended: who answers, what ends them, and what is told."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import pytest

from tests.client.test_conversation import SilentProcess
from tests.client.test_idleness import AFTER, SetClock
from tests.support.wait import eventually
from tests.support.worker import Worker, worker
from tutor.client import client as client_module
from tutor.client import kept_program
from tutor.client.client import WorkerClient
from tutor.client.interface import RunHandle
from tutor.client.kept_program import BUSY, GONE, NO_TEXT, KeptProgram
from tutor.client.learner_process import LearnerProcess
from tutor.client.learner_run import LearnerRun
from tutor.client.memory_shortage import Shortage
from tutor.client.remote import RemoteClient
from tutor.node.server import NodeServer
from tutor.wire import frames
from tutor.wire.commands import Evaluate, Execute, Limits, Program
from tutor.wire.control import Begin, Ended, Freeze, Thaw
from tutor.wire.events import (
    Done,
    Evaluated,
    Evaluation,
    Executed,
    RunEnded,
    WorkerStateChanged,
)
from tutor.wire.node import Abandon, BeginRun, EvaluateIn, Hello, ToNode

SIX = Evaluation("value", "6")


class Kept:
    """A program that is kept, and the process that is told what to do."""

    def __init__(self) -> None:
        self.process = SilentProcess()
        self.program = KeptProgram(cast(LearnerProcess, self.process), Limits())

    async def ask(self) -> asyncio.Task[Evaluation]:
        """Ask for `x`; the task returns what comes of it."""
        number = len(self.process.sent)
        task = asyncio.create_task(self.program.evaluate("x", 80))
        await eventually(lambda: len(self.process.sent) > number, "the question to be sent")
        return task


async def test_it_stands_still_but_for_its_answers() -> None:
    kept = Kept()
    assert kept.process.to_warden == [Freeze()]
    task = await kept.ask()
    assert kept.process.sent == [Evaluate(1, "x", 80)]
    thaw, limits = kept.process.to_warden[1:]
    assert (thaw, isinstance(limits, Begin)) == (Thaw(), True)
    kept.program.take(Evaluated(1, SIX))
    assert await task == SIX
    assert kept.process.to_warden[3:] == [Freeze()]


async def test_an_answer_counts_for_the_expression_whose_turn_it_is() -> None:
    kept = Kept()
    kept.program.take(Evaluated(0, SIX))
    kept.program.take(Evaluated(1, SIX))
    task = await kept.ask()
    kept.program.take(Evaluated(2, GONE))
    assert not task.done()
    assert await kept.program.evaluate("y", 0) == BUSY
    kept.program.take(Evaluated(1, SIX))
    kept.program.take(Evaluated(1, GONE))
    assert await task == SIX


@pytest.mark.parametrize(
    ("ended", "outcome"),
    [
        (Ended("timeout", -9, 1.0), "timeout"),
        (Ended("memory", -9, 1.0), "memory"),
        (Ended("processes", -9, 1.0), "processes"),
        (Ended("none", 1, 1.0), "ended"),
        (None, "gone"),
    ],
)
async def test_if_its_process_ends_that_is_told(ended: Ended | None, outcome: str) -> None:
    kept = Kept()
    task = await kept.ask()
    kept.process.close()
    kept.program.end(ended)
    assert ((await task).outcome, (await task).is_last) == (outcome, True)
    assert await kept.program.evaluate("x", 0) == GONE


async def test_a_warden_that_does_not_report_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_program, "SECONDS", 0.0)
    monkeypatch.setattr(kept_program, "_SLACK", 0.0)
    kept = Kept()
    assert await kept.program.evaluate("x", 0) == GONE
    assert kept.process.closed


async def test_one_that_is_retired_answers_no_more_and_goes_in_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_program, "RETIRED_SECONDS", 0.0)
    kept = Kept()
    task = await kept.ask()
    kept.program.retire()
    assert not kept.process.closed
    assert await task == await kept.program.evaluate("x", 0) == GONE
    await eventually(lambda: kept.process.closed, "its process to be let go")


async def test_who_no_longer_waits_ends_it() -> None:
    kept = Kept()
    task = await kept.ask()
    task.cancel()
    await asyncio.wait([task])
    assert kept.process.closed


async def test_after_what_cannot_be_sent_another_can_be_asked() -> None:
    kept = Kept()
    assert await kept.program.evaluate("'\ud800'", 0) == NO_TEXT
    assert kept.process.to_warden == [Freeze()]
    task = await kept.ask()
    kept.program.take(Evaluated(2, SIX))
    assert await task == SIX


@pytest.mark.parametrize("keep", [True, False])
async def test_only_a_program_that_is_to_be_kept_is(keep: bool) -> None:
    run = LearnerRun(Execute(Program(), keep=keep), (), on_overdue=pytest.fail)
    silent = SilentProcess()
    run.begin(cast(LearnerProcess, silent))
    run.on_event(Executed("finished"))
    await eventually(lambda: len(silent.sent) > 1, "the questions")
    assert await run.evaluate("x") == GONE
    run.on_event(Done())
    assert silent.closed != keep
    run.forget()
    assert silent.closed
    assert await run.evaluate("x") == GONE


# What leaves no process


class Faked:
    """A client whose processes are fakes, and its newest watched run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.processes: list[SilentProcess] = []
        self.client = WorkerClient()
        monkeypatch.setattr(self.client._pool, "take", self._take_process)
        monkeypatch.setattr(kept_program, "RETIRED_SECONDS", 0.0)

    async def _take_process(self, **wanted: bool) -> SilentProcess:
        self.processes.append(SilentProcess())
        return self.processes[-1]

    async def begin(self) -> LearnerRun:
        """Begin a run, and wait until it has its process."""
        count = len(self.processes)
        run = self.client.begin(KEPT)
        assert isinstance(run, LearnerRun)
        await eventually(lambda: len(self.processes) > count, "a process")
        return run

    async def end(self, run: LearnerRun) -> None:
        """Have the first run come to its end."""
        run.on_event(Executed("finished"))
        await eventually(lambda: len(self.processes[0].sent) > 1, "the questions")
        run.on_event(Done())
        await run.over.wait()

    async def is_rid_of_the_first(self) -> None:
        await eventually(lambda: self.processes[0].closed, "its process to be let go")

    async def forget(self, run: LearnerRun) -> None:
        run.forget()

    async def begin_another(self, run: LearnerRun) -> None:
        await self.begin()

    async def observe_with_little_memory(self, run: LearnerRun) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(client_module, "shortage", lambda _: Shortage(10))
            observing = asyncio.create_task(self.client.observe(KEPT, ()))
            await eventually(lambda: len(self.processes) > 1, "the other process")
        observing.cancel()


KEPT = Execute(Program(), live=True, keep=True)
ENDINGS = (Faked.forget, Faked.begin_another, Faked.observe_with_little_memory)


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
@pytest.mark.parametrize("is_over", [True, False])
async def test_what_nobody_will_ask_leaves_no_process(
    monkeypatch: pytest.MonkeyPatch,
    ending: Callable[[Faked, LearnerRun], Awaitable[None]],
    is_over: bool,
) -> None:
    faked = Faked(monkeypatch)
    run = await faked.begin()
    if is_over:
        await faked.end(run)
    assert not faked.processes[0].closed
    await ending(faked, run)
    if not is_over:
        await faked.end(run)
    await faked.is_rid_of_the_first()
    assert await run.evaluate("x") == GONE
    await faked.client.close()
    assert all(each.closed for each in faked.processes)


@pytest.mark.parametrize("is_over", [True, False])
async def test_a_client_that_is_closed_leaves_no_process(
    monkeypatch: pytest.MonkeyPatch, is_over: bool
) -> None:
    faked = Faked(monkeypatch)
    run = await faked.begin()
    if is_over:
        await faked.end(run)
    await faked.client.close()
    assert faked.processes[0].closed
    assert await run.evaluate("x") == GONE


@pytest.mark.parametrize("is_over", [True, False])
async def test_a_node_whose_app_has_gone_leaves_no_process(
    monkeypatch: pytest.MonkeyPatch, is_over: bool
) -> None:
    faked = Faked(monkeypatch)
    monkeypatch.setattr("tutor.node.server.make_own_client", lambda *_: faked.client)
    (theirs, app), (_, own) = os.pipe(), os.pipe()
    serving = asyncio.create_task(NodeServer((theirs, own)).run())
    for message in (Hello(), BeginRun(1, KEPT, ())):
        os.write(app, frames.encode(message))
    await eventually(lambda: bool(faked.processes), "the run to begin")
    if is_over:
        run = next(iter(faked.client._learner_runs))
        await faked.end(run)
    assert not faked.processes[0].closed
    os.close(app)
    await serving
    assert faked.processes[0].closed


# By a node


class OpenNode:
    """A node that takes what can be sent."""

    is_open = True
    state = WorkerStateChanged("ready")

    def __init__(self) -> None:
        self.sent: list[ToNode] = []

    def send(self, message: ToNode) -> None:
        frames.encode(message)
        self.sent.append(message)


async def test_a_node_is_told_that_nobody_waits_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    client, node = RemoteClient((), Hello()), OpenNode()
    monkeypatch.setattr(client, "_node", node)
    run = client.begin(KEPT)
    assert await run.evaluate("'\ud800'") == NO_TEXT
    task = asyncio.create_task(run.evaluate("x"))
    await eventually(lambda: len(node.sent) > 1, "the question to be sent")
    asked = node.sent[-1]
    assert isinstance(asked, EvaluateIn)
    task.cancel()
    await asyncio.wait([task])
    assert node.sent[-1] == Abandon(asked.request)


# With real processes


async def _ran(running: Worker, source: str = "x = 6", *, keep: bool = True) -> RunHandle:
    """Run a program to its end, and return its handle."""
    run = running.client.begin(Execute(Program(source=source), keep=keep))
    ended = [batch async for batch in run.events()][-1][-1]
    assert isinstance(ended, RunEnded)
    return run


@pytest.mark.process
@pytest.mark.xdist_group("process")
async def test_the_newest_program_is_asked_for_what_it_has_left(running: Worker) -> None:
    first = await _ran(running)
    assert await first.evaluate("x") == SIX
    assert await first.evaluate("x + x") == Evaluation("value", "12")
    assert (await running.observe("x = 1")).outcome == "finished"
    assert await first.evaluate("x") == SIX, "what is judged is no such program"
    second = await _ran(running, "x = 7\n1 / 0")
    assert [await each.evaluate("x") for each in (first, second)] == [
        GONE,
        Evaluation("value", "7"),
    ]
    second.forget()
    assert await second.evaluate("x") == GONE
    await eventually(lambda: not _kept_processes(running), "its process to be gone")


@pytest.mark.process
@pytest.mark.xdist_group("process")
async def test_what_an_expression_does_to_its_process_is_told(
    running: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the process itself evaluates it: the engine's own fork is tried elsewhere."""
    monkeypatch.setattr(kept_program, "SECONDS", 0.5)
    for expression in ("__import__('os')._exit(0)", "1 / 0", "channel.close()"):
        run = await _ran(running)
        told = await run.evaluate(expression)
        assert (told.outcome, told.is_last) == ("ended", True)
        assert await run.evaluate("x") == GONE
    assert (await running.observe("x = 1")).outcome == "finished"


@pytest.mark.process
@pytest.mark.xdist_group("process")
async def test_an_endless_one_is_ended_by_the_warden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_program, "SECONDS", 0.5)
    async with worker(tmp_path, monkeypatch) as running:
        run = await _ran(running)
        told = await run.evaluate("all(iter(lambda: True, False))")
        assert (told.outcome, told.is_last) == ("timeout", True)


@pytest.mark.process
@pytest.mark.xdist_group("process")
async def test_nothing_is_kept_of_a_worker_that_sleeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reached_by: tuple[str, ...] | None
) -> None:
    clock = SetClock()
    async with worker(
        tmp_path, monkeypatch, command=reached_by, idle_seconds=AFTER, clock=clock
    ) as running:
        run = await _ran(running)
        assert await run.evaluate("x") == SIX
        await eventually(lambda: clock.timers == 1, "the idle time to have begun")
        clock.resume(AFTER)
        await running.until("asleep")
        assert await run.evaluate("x") == GONE


@pytest.mark.process
@pytest.mark.xdist_group("process")
async def test_memory_that_is_short_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch) as running:
        run = await _ran(running)
        monkeypatch.setattr(client_module, "shortage", lambda _: Shortage(10))
        assert (await running.observe("x = 1")).outcome == "finished"
        assert await run.evaluate("x") == GONE


def _kept_processes(running: Worker) -> int:
    """The processes of programs, without those that wait for one."""
    spares = running.client.describe().spares
    return len(running.processes("nnt-learner")) - spares
