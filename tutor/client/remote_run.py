"""A watched run on another machine, as the app sees it: batches come in, requests go out.

Requests made before there is a node go with the first message; messages after the end of the run
are dropped.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

from msgspec import structs

from tutor.wire.commands import Bind, Hold, Limits, Resume, StepLength, StepPhase, WatchViews
from tutor.wire.events import Evaluation, Observation, RunEnded, RunEvent
from tutor.wire.node import (
    Abandon,
    AskOfRun,
    BeginRun,
    ExtendRun,
    ForgetRun,
    StopRun,
    Taken,
    ToNode,
    Wish,
)

Evaluate = Callable[[int, str, int], Awaitable[Evaluation]]
"""Lets a node evaluate an expression in the names that the run with this number left."""


class RemoteRun:
    """A run of a learner's program elsewhere; implements `tutor.client.interface.RunHandle`."""

    def __init__(
        self,
        begin: BeginRun,
        send: Callable[[ToNode], None],
        on_over: Callable[[RemoteRun], None],
        evaluate: Evaluate,
    ) -> None:
        """Prepare a run; `on_over` is called once, when it is over."""
        self._begin = begin
        self._send = send
        self._on_over = on_over
        self._evaluate = evaluate
        self._wishes: list[Wish] | None = []
        """Requests made before the command was sent; None after that."""
        self._is_over = False
        self._batches: deque[tuple[RunEvent, ...]] = deque()
        self._wake = asyncio.Event()

    @property
    def number(self) -> int:
        """Number of the run in messages."""
        return self._begin.run

    @property
    def limits(self) -> Limits:
        return self._begin.command.limits

    def send_command(self) -> None:
        """Send the command to the node, with the requests made meanwhile."""
        self._send(self._begin)
        wishes, self._wishes = self._wishes or [], None
        for wish in wishes:
            self._ask(wish)

    async def events(self) -> AsyncIterator[tuple[RunEvent, ...]]:
        """Yield batches, the last of which ends with `RunEnded`; if closed early, end the run."""
        try:
            ended = False
            while not ended:
                while not self._batches:
                    self._wake.clear()
                    await self._wake.wait()
                batch = self._batches.popleft()
                ended = bool(batch) and isinstance(batch[-1], RunEnded)
                if not self._is_over:
                    self._send(Taken(self.number))
                yield batch
        finally:
            self.leave()

    def take(self, events: tuple[RunEvent, ...]) -> None:
        """Queue a batch of events for the reader."""
        if self._is_over:
            return
        self._batches.append(events)
        self._wake.set()
        if events and isinstance(events[-1], RunEnded):
            self._end()

    def conclude(self, observation: Observation) -> None:
        """End the run with this observation, whatever happens to it elsewhere."""
        self.take((RunEnded(observation),))

    def leave(self) -> None:
        """End the run unless it is over: nobody waits for it any more."""
        if not self._is_over:
            if self._wishes is None:
                self._send(Abandon(self.number))
            self._end()

    def stop(self) -> None:
        """Interrupt the program, and kill it if it does not end soon; called again, kill it."""
        if self._wishes is None:
            self._ask(StopRun())
        else:
            self.conclude(Observation("stopped"))

    def pause(self, number: int) -> None:
        """Pause before the next phase of the training, or anywhere if there is no phase."""
        self._ask(Hold(number))

    def step_phase(self, number: int, length: StepLength = "phase") -> None:
        """Continue to the next phase, step or epoch of the training, and pause there."""
        self._ask(StepPhase(number, length))

    def resume(self) -> None:
        """Continue, and withdraw any request to pause."""
        self._ask(Resume())

    def watch(self, views: tuple[str, ...]) -> None:
        """Report these views of the command during the run, and no others."""
        if self._wishes is None:
            self._ask(WatchViews(views))
        else:
            command = structs.replace(self._begin.command, watched=views)
            self._begin = structs.replace(self._begin, command=command)

    def bind(self, numbers: dict[str, int | float]) -> None:
        """Bind names of the program to numbers before its next training step."""
        self._ask(Bind(numbers))

    def extend(self, seconds: float) -> None:
        """Raise the time limit by that many seconds, up to `Limits.max_seconds`."""
        self._ask(ExtendRun(seconds))

    async def evaluate(self, expression: str, columns: int = 0) -> Evaluation:
        """Evaluate an expression in the names that the program left there."""
        return await self._evaluate(self.number, expression, columns)

    def forget(self) -> None:
        """Release the values that the program left."""
        if self._wishes is None:
            self._send(AskOfRun(self.number, ForgetRun()))

    def _ask(self, wish: Wish) -> None:
        if self._is_over:
            return
        if self._wishes is None:
            self._send(AskOfRun(self.number, wish))
        else:
            self._wishes.append(wish)

    def _end(self) -> None:
        self._is_over = True
        self._on_over(self)
