"""What a node sends of runs: no more at once than the line takes, and whatever comes, an answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient, finished
from tests.support.wait import eventually
from tests.support.worker import HERE_BY_PIPE, Worker, worker
from tutor.node.served_runs import ServedRuns
from tutor.wire.commands import (
    Bind,
    Execute,
    Hold,
    Limits,
    ObserveAll,
    Program,
    Question,
    Resume,
    StepPhase,
    WatchViews,
)
from tutor.wire.events import (
    Evaluation,
    InventoryTaken,
    LossesRecorded,
    Observation,
    OutputWritten,
    RunEnded,
    RunEvent,
)
from tutor.wire.frames import FrameError
from tutor.wire.node import (
    CREDIT,
    Abandon,
    AskOfRun,
    Batch,
    BeginRun,
    EvaluatedIn,
    EvaluateIn,
    ExtendRun,
    FromNode,
    ObserveBatch,
    Observed,
    ObserveRun,
    PrintedPart,
    ReadPrinted,
    StopRun,
    Taken,
)

BEGIN = BeginRun(1, Execute(Program(source="x = 1"), live=True), ())


class Line:
    """Keeps what is sent, and refuses what is too large for it."""

    def __init__(self, most_events: int = 1_000_000) -> None:
        self.sent: list[FromNode] = []
        self._most_events = most_events

    def send(self, message: FromNode) -> None:
        if isinstance(message, Batch) and len(message.events) > self._most_events:
            raise FrameError("a message is over the limit")
        self.sent.append(message)

    def events(self) -> list[RunEvent]:
        """All events of all batches."""
        batches = [message for message in self.sent if isinstance(message, Batch)]
        return [event for batch in batches for event in batch.events]


class Endless(FakeClient):
    """Never comes to the end of a program that nobody watches."""

    def __init__(self, *scripts: Sequence[tuple[RunEvent, ...]], held: bool) -> None:
        super().__init__(*scripts, held=held)
        self.is_asked = asyncio.Event()

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        self.is_asked.set()
        await asyncio.Event().wait()
        return Observation("finished")


async def _settled(served: ServedRuns) -> None:
    await eventually(lambda: not served.under_way, "all tasks to end")


async def test_no_more_is_under_way_than_there_is_credit_and_the_rest_is_merged() -> None:
    batches = [
        (OutputWritten("stdout", f"{n}\n"), InventoryTaken((), step=n), LossesRecorded(n, (0.5,)))
        for n in range(50)
    ]
    line, client = Line(), FakeClient([*batches, finished()])
    served = ServedRuns(line.send)
    served.take(client, BEGIN)
    await _settled(served)
    assert len(line.sent) == CREDIT
    served.take(client, Taken(1))
    assert len(line.sent) == CREDIT + 1
    events = line.events()
    assert isinstance(events[-1], RunEnded)
    printed = "".join(event.text for event in events if isinstance(event, OutputWritten))
    assert printed == "".join(f"{n}\n" for n in range(50))
    assert sum(isinstance(event, LossesRecorded) for event in events) == 50
    taken = [event.step for event in events if isinstance(event, InventoryTaken)]
    assert taken == [*range(CREDIT), 49]
    served.take(client, Taken(1))
    assert len(line.sent) == CREDIT + 1, "the run is over"


async def test_what_is_asked_of_a_run_reaches_it() -> None:
    client = FakeClient([finished()], held=True)
    served = ServedRuns(Line().send)
    served.take(client, BEGIN)
    wishes = (
        Hold(3),
        StepPhase(4, "epoch"),
        Resume(),
        WatchViews(("map",)),
        Bind({"k": 2}),
        ExtendRun(2.0),
    )
    for wish in (*wishes, StopRun()):
        served.take(client, AskOfRun(1, wish))
        served.take(client, AskOfRun(99, wish))
    assert client.wishes == [("hold", 3), ("step epoch", 4), ("resume", 0)]
    assert (client.watched, client.extended, client.runs[0].stops) == ([("map",)], [2.0], 1)
    assert client.bound == [{"k": 2}]
    await served.close()


async def test_a_run_that_is_abandoned_is_ended_and_is_answered_if_it_was_observed() -> None:
    line, client = Line(), Endless([finished()], held=True)
    served = ServedRuns(line.send)
    served.take(client, BEGIN)
    served.take(client, ObserveRun(2, BEGIN.command, ()))
    await client.is_asked.wait()
    for run in (1, 2, 99):
        served.take(client, Abandon(run))
    await _settled(served)
    assert line.sent == [Observed(2, ())]


async def test_a_question_that_is_abandoned_is_not_answered() -> None:
    line, client = Line(), FakeClient([finished()])
    client.may_evaluate = False
    served = ServedRuns(line.send)
    served.take(client, BEGIN)
    await _settled(served)
    for request in (2, 3):
        served.take(client, EvaluateIn(1, request, "x"))
    await eventually(lambda: len(client.evaluated) == 2, "both to be asked")
    served.take(client, Abandon(2))
    client.may_evaluate = True
    client.wake()
    await _settled(served)
    answers = [each for each in line.sent if isinstance(each, EvaluatedIn)]
    assert answers == [EvaluatedIn(3, Evaluation("value", "'x'"))]


async def test_what_is_too_large_to_be_sent_ends_as_lost() -> None:
    events = tuple(LossesRecorded(n, (0.5,)) for n in range(3))
    line, client = Line(most_events=2), FakeClient([events, finished(*events)])
    served = ServedRuns(line.send)
    served.take(client, BEGIN)
    await _settled(served)
    ended = line.events()[-1]
    assert isinstance(ended, RunEnded)
    assert ended.observation.outcome == "lost"
    assert "too large" in ended.observation.detail


async def test_each_program_of_an_author_is_answered() -> None:
    line, client = Line(), FakeClient()
    served = ServedRuns(line.send)
    served.take(client, ObserveBatch(3, ObserveAll((Program(), Program()), ())))
    served.take(client, ObserveRun(4, BEGIN.command, (), ahead=True))
    await _settled(served)
    assert client.run_ahead == [BEGIN.command]
    answered = {
        each.run: len(each.observations) for each in line.sent if isinstance(each, Observed)
    }
    assert answered == {3: 2, 4: 1}


async def test_where_nothing_was_printed_the_first_part_is_the_end() -> None:
    line = Line()
    served = ServedRuns(line.send)
    served.take(FakeClient(), ReadPrinted(7, 0))
    await _settled(served)
    assert line.sent == [PrintedPart(7)]


@pytest.mark.process
@pytest.mark.xdist_group("process")
async def test_a_flood_that_the_app_does_not_take_fills_no_memory_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch, command=HERE_BY_PIPE, spares=1) as running:
        limits = Limits(seconds=50, output_mb=40)
        source = "while True: print('x' * 70)"
        run = running.client.begin(Execute(Program(source=source), limits, live=True))
        await eventually(lambda: running.client.describe().last_run_ms, "the end of the run")
        assert _most_memory_mb(running) < 100
        ended = [batch async for batch in run.events()][-1][-1]
        assert isinstance(ended, RunEnded)
        assert ended.observation.outcome == "output"


def _most_memory_mb(running: Worker) -> int:
    commands = {pid: _file(pid, "cmdline").split("\0") for pid in running.processes()}
    (node,) = (pid for pid, words in commands.items() if "tutor.node" in words)
    peak = re.search(r"VmHWM:\s+(\d+) kB", _file(node, "status"))
    assert peak is not None
    return int(peak[1]) // 1024


def _file(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()
