"""One row in a real worker, by the way that an answer takes in the app; and what is wrong then."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import structs

from tests.hostile.rows import Row
from tutor.client.interface import DescribedClient
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check
from tutor.grading.grade import grade
from tutor.grading.verdict import Verdict
from tutor.text import printable
from tutor.wire.commands import Execute, Limits, ObserveAll, Program, Question
from tutor.wire.events import Observation, OutputWritten, RunEnded, RunEvent
from tutor.wire.values import Value

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069]")
"""What no text of a run may hold: it commands a terminal, or is not seen in it."""

_LIKE_ANY_OTHER = """
import os, random, sys, warnings
import numpy, torch
x = torch.ones(2).sum()
state = [
    float(x), str(x.dtype), str(x.device), torch.is_grad_enabled(), torch.get_num_threads(),
    float(torch.rand(1)), float(numpy.random.rand()), random.random(),
    os.getcwd() == os.environ["TMPDIR"], os.listdir("."), os.environ.get("POISON", ""),
    len([1, 2]), sys.getrecursionlimit(), os.umask(0o22),
]
"""
"""The program that comes after each row; `state` is what would show a trace of it."""


class Trial:
    """The learner's runs of one row. Implements `tutor.grading.verdict.Runner`."""

    def __init__(self, client: DescribedClient, row: Row) -> None:
        self._client = client
        self._row = row
        self.runs: list[list[RunEvent]] = []

    async def verdict(self) -> Verdict:
        """Of the row's program as an answer."""
        return await grade(_step(self._row), self._row.source, self)

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Implements Runner, by a run that is watched."""
        events: list[RunEvent] = []
        self.runs.append(events)
        watched = self._row.watched
        command = structs.replace(
            command, limits=self._row.limits, live=True, views=watched, watched=watched
        )
        stop_at = self._row.stop_at
        async for batch in self._client.begin(command, questions).events():
            events += batch
            if stop_at and stop_at in _printed(events):
                self._client.stop()
                stop_at = ""
        ended = events[-1]
        assert isinstance(ended, RunEnded)
        return ended.observation

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Implements Runner."""
        return await self._client.observe_all(command)


def _step(row: Row) -> CodeStep:
    """A row that comes to its end has the wrong answer; any other would have the right one, if
    only it were judged."""
    ends = "finished" in row.outcomes
    return CodeStep(
        id="hostile",
        title="",
        text="",
        given="answer = 42",
        scaffold="answer = ...",
        solution="answer = 43" if ends else "pass",
        checks=(Check(same="answer"),),
        limit_s=row.seconds,
        limit_mb=row.memory_mb,
    )


def _printed(events: list[RunEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, OutputWritten))


async def state_of_the_next(client: DescribedClient) -> Value | str:
    """What an ordinary program sees; how it ended, if not by itself."""
    command = Execute(Program(source=_LIKE_ANY_OTHER), Limits(seconds=20))
    observation = await client.observe(command, (Question("state"),))
    if observation.outcome != "finished" or not observation.answers:
        return str(observation)
    return observation.answers[0].value


async def problems_with(client: DescribedClient, row: Row, usual: Value | str) -> list[str]:
    """Everything that does not hold; `usual` is what `state_of_the_next` gave at first."""
    restarts = client.describe().restarts
    trial = Trial(client, row)
    verdict = await trial.verdict()
    found = [*_in_runs(trial.runs, row), *_in_verdict(verdict, row)]
    if client.describe().restarts != restarts:
        found.append("the worker did not live through it")
    state = await state_of_the_next(client)
    if state != usual:
        found.append(f"the next program is not as usual: {state}")
    return found


def _in_runs(runs: list[list[RunEvent]], row: Row) -> Iterator[str]:
    if not runs:
        yield "it was not run at all"
    for events in runs:
        endings = [event for event in events if isinstance(event, RunEnded)]
        if len(endings) != 1 or events[-1] is not endings[0]:
            yield f"it ended {len(endings)} times"
        yield from _in_observation(endings[-1].observation, row)
        if _COMMANDS.search(_printed(events)):
            yield "a control character is in its output"


def _in_observation(observation: Observation, row: Row) -> Iterator[str]:
    if observation.outcome not in row.outcomes:
        yield f"it ended as {observation.outcome}: {observation}"
    if row.lines and _line(observation) not in row.lines:
        yield f"it is said to have stood in line {_line(observation)}"
    for words in row.prints:
        if words not in observation.output:
            yield f"{words!r} is not in its output {observation.output[-300:]!r}"
    if _COMMANDS.search(observation.output + observation.error_output):
        yield "a control character is in what is kept of its output"


def _line(observation: Observation) -> int | None:
    error = observation.executed.error if observation.executed else None
    return observation.line if observation.line or not error else error.line


def _in_verdict(verdict: Verdict, row: Row) -> Iterator[str]:
    told = "\n".join((verdict.message, *verdict.evidence, *verdict.notes))
    if verdict.accepted:
        yield "it was accepted"
    if printable(told) != told:
        yield f"a control character is in the verdict: {told!r}"
    for words in row.says:
        if words not in told:
            yield f"{words!r} is not in the verdict: {told}"
