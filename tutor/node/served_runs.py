"""Results of the runs that the app asked for, sent back as fast as the connection takes them.

A watched run has some credit: a number of batches that may be in flight. Without credit, later
events are merged as for a screen, so that a slow connection neither delays the program nor fills
memory here.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress

from tutor.client.batches import merge
from tutor.client.interface import Client, RunHandle
from tutor.client.transcript import TranscriptExcerpt
from tutor.wire.commands import Bind, Hold, Resume, StepPhase, WatchViews
from tutor.wire.events import Evaluation, Observation, RunEnded, RunEvent
from tutor.wire.frames import FrameError
from tutor.wire.node import (
    CREDIT,
    PART,
    Abandon,
    AskOfRun,
    Batch,
    BeginRun,
    EvaluatedIn,
    EvaluateIn,
    ExtendRun,
    ForgetRun,
    FromNode,
    ObserveBatch,
    Observed,
    ObserveRun,
    PrintedPart,
    ReadPrinted,
    StopRun,
    Taken,
    ToNode,
    Wish,
)

Observations = tuple[Observation, ...]


class WatchedRun:
    """A watched run, with the batches that wait for credit."""

    def __init__(self, number: int, handle: RunHandle, send: Callable[[FromNode], None]) -> None:
        self._number = number
        self._handle = handle
        self._send = send
        self._credit = CREDIT
        self._waiting: list[RunEvent] = []
        self.is_over = False
        """True once the last batch was sent."""

    async def follow(self) -> None:
        """Send the events of the run until it is over; if cancelled, end the run."""
        async for batch in self._handle.events():
            self._waiting = merge([*self._waiting, *batch])
            self._send_waiting()

    def note_taken(self) -> None:
        """Count a batch that the app has taken."""
        self._credit += 1
        self._send_waiting()

    def ask(self, wish: Wish) -> None:
        """Pass a request of the app to the run."""
        handle = self._handle
        match wish:
            case Hold(number=number):
                handle.pause(number)
            case StepPhase(number=number, length=length):
                handle.step_phase(number, length)
            case Resume():
                handle.resume()
            case WatchViews(views=views):
                handle.watch(views)
            case Bind(numbers=numbers):
                handle.bind(numbers)
            case StopRun():
                handle.stop()
            case ExtendRun(seconds=seconds):
                handle.extend(seconds)
            case ForgetRun():
                handle.forget()

    async def evaluate(self, expression: str, columns: int) -> Evaluation:
        """Return the value of an expression in the names that the run left."""
        return await self._handle.evaluate(expression, columns)

    def _send_waiting(self) -> None:
        if not self._waiting or not self._credit:
            return
        events, self._waiting = tuple(self._waiting), []
        self.is_over = isinstance(events[-1], RunEnded)
        try:
            self._send(Batch(self._number, events))
            self._credit -= 1
        except FrameError as error:
            if self.is_over:
                self._send(Batch(self._number, (RunEnded(_too_large(error)),)))


class ServedRuns:
    """All runs and requests of one app."""

    def __init__(self, send: Callable[[FromNode], None]) -> None:
        self._send = send
        self._watched: dict[int, WatchedRun] = {}
        self._newest: tuple[int, WatchedRun] | None = None
        """Number and newest watched run, over or not: it can be asked for its values."""
        self._tasks: dict[int, asyncio.Task[None]] = {}
        """Tasks of runs and of questions, which share the app's numbering."""
        self._others: set[asyncio.Task[None]] = set()

    @property
    def under_way(self) -> int:
        """Number of tasks for runs and other requests."""
        return len(self._others)

    def start(self, client: Client) -> None:
        self._keep(client.start())

    def take(self, client: Client, message: ToNode) -> None:
        """Handle a message about runs."""
        match message:
            case BeginRun(run=number):
                handle = client.begin(message.command, message.questions)
                watched = self._watched[number] = WatchedRun(number, handle, self._send)
                self._newest = number, watched
                self._begin(number, watched.follow())
            case ObserveRun(run=number):
                observe = client.observe_ahead if message.ahead else client.observe
                observation = observe(message.command, message.questions)
                self._begin(number, self._observe(number, _as_tuple(observation)))
            case ObserveBatch(run=number, command=command):
                self._begin(number, self._observe(number, client.observe_all(command)))
            case Abandon(run=number) if task := self._tasks.get(number):
                task.cancel()
            case Taken(run=number) if run := self._watched.get(number):
                run.note_taken()
                self._forget_if_over(number)
            case AskOfRun(run=number, wish=wish) if run := self._find(number):
                run.ask(wish)
            case EvaluateIn(request=request):
                self._begin(request, self._evaluate(message))
            case ReadPrinted():
                self._keep(self._send_printed(client, message))

    async def close(self) -> None:
        """End all tasks, and wait for them."""
        tasks = (*self._tasks.values(), *self._others)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, number: int, work: Coroutine[None, None, None]) -> None:
        task = self._tasks[number] = self._keep(work)
        task.add_done_callback(lambda _: self._note_end(number, task))

    def _note_end(self, number: int, task: asyncio.Task[None]) -> None:
        del self._tasks[number]
        if task.cancelled():
            self._watched.pop(number, None)
        self._forget_if_over(number)

    def _forget_if_over(self, number: int) -> None:
        run = self._watched.get(number)
        if run is not None and run.is_over and number not in self._tasks:
            del self._watched[number]

    def _find(self, number: int) -> WatchedRun | None:
        """Return the run with this number, which may be over if it is the newest."""
        if self._newest is not None and self._newest[0] == number:
            return self._newest[1]
        return self._watched.get(number)

    async def _evaluate(self, asked: EvaluateIn) -> None:
        run = self._find(asked.run)
        evaluation = Evaluation("gone", is_last=True)
        if run is not None:
            evaluation = await run.evaluate(asked.expression, asked.columns)
        self._send(EvaluatedIn(asked.request, evaluation))

    async def _observe(self, number: int, observing: Awaitable[Observations]) -> None:
        observations: Observations = ()
        try:
            observations = await observing
        finally:
            # also without any batch: the app counts the ones in flight
            self._send_observed(number, observations)

    def _send_observed(self, number: int, observations: Observations) -> None:
        try:
            self._send(Observed(number, observations))
        except FrameError as error:
            self._send(Observed(number, (_too_large(error),) * len(observations)))

    async def _send_printed(self, client: Client, asked: ReadPrinted) -> None:
        excerpt = await client.printed()
        part = PrintedPart(asked.request)
        if excerpt is not None:
            with suppress(OSError):  # the next run has begun, and this one's file is gone
                part = _read_part(excerpt, asked)
        self._send(part)

    def _keep(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._others.add(task)
        task.add_done_callback(self._others.discard)
        return task


def _too_large(error: FrameError) -> Observation:
    return Observation("lost", detail=f"What the program left is too large to be sent: {error}.")


async def _as_tuple(observing: Awaitable[Observation]) -> Observations:
    return (await observing,)


def _read_part(excerpt: TranscriptExcerpt, asked: ReadPrinted) -> PrintedPart:
    with excerpt.file.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(asked.offset)
        data = file.read(PART)
    return PrintedPart(asked.request, data, size, excerpt.left_out, excerpt.problem)
