"""A worker client without processes: it posts the real events, in batches that the test sets."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import (
    Executed,
    Observation,
    RunEnded,
    RunEvent,
    WorkerPhase,
    WorkerStateChanged,
)

Batch = tuple[RunEvent, ...]
Observer = Callable[[Execute, tuple[Question, ...]], Observation]
BatchObserver = Callable[[ObserveAll], tuple[Observation, ...]]


def finished(*events: RunEvent, milliseconds: float = 5_000.0) -> Batch:
    """A batch that ends a run which went well. By default it took long enough to be followed."""
    return (
        *events,
        RunEnded(Observation("finished", Executed("finished"), milliseconds=milliseconds)),
    )


class FakeClient:
    """Each run takes the next script; a script's batch is sent when `release` lets it."""

    def __init__(
        self,
        scripts: Sequence[Sequence[Batch]] = (),
        *,
        phase: WorkerPhase = "ready",
        held: bool = False,
        observe: Observer | None = None,
        observe_all: BatchObserver | None = None,
    ) -> None:
        self.on_state: Callable[[WorkerStateChanged], None] | None = None
        self.commands: list[Execute] = []
        self.batches_of_author: list[ObserveAll] = []
        self.stops = 0
        self.started = False
        self.closed = False
        self._state = WorkerStateChanged(phase)
        self._scripts = deque(scripts)
        self._held = held
        self._released = 0
        self._changed = asyncio.Event()
        self._observe = observe
        self._observe_all = observe_all

    @property
    def state(self) -> WorkerStateChanged:
        return self._state

    async def start(self) -> None:
        self.started = True

    def become(self, phase: WorkerPhase, reason: str = "") -> None:
        """The worker's state changes."""
        self._state = WorkerStateChanged(phase, reason, "2.13" if phase == "ready" else "")
        if self.on_state is not None:
            self.on_state(self._state)
        self._wake()

    def release(self, batches: int = 1) -> None:
        """Lets that many more batches be sent."""
        self._released += batches
        self._wake()

    async def run(
        self, command: Execute, questions: tuple[Question, ...] = ()
    ) -> AsyncIterator[Batch]:
        self.commands.append(command)
        stops = self.stops
        await self._until(lambda: self._state.phase in ("ready", "failed"))
        if self._state.phase == "failed":
            yield (RunEnded(Observation("lost", detail=self._state.reason)),)
            return
        for batch in self._scripts.popleft() if self._scripts else [finished()]:
            await self._until(lambda: not self._held or self._released > 0 or self.stops > stops)
            if self.stops > stops:
                yield (RunEnded(Observation("stopped", Executed("stopped"))),)
                return
            self._released -= self._held
            yield self._answered(batch, command, questions)

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        self.commands.append(command)
        if self._observe is None:
            return Observation("finished", Executed("finished"))
        return self._observe(command, questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        self.batches_of_author.append(command)
        if self._observe_all is None:
            return tuple(Observation("finished", Executed("finished")) for _ in command.programs)
        return self._observe_all(command)

    def stop(self) -> None:
        self.stops += 1
        self._wake()

    async def close(self) -> None:
        self.closed = True

    def _answered(self, batch: Batch, command: Execute, questions: tuple[Question, ...]) -> Batch:
        """The end of a checked run carries the answers that the observer gives."""
        if self._observe is None or not questions:
            return batch
        observation = self._observe(command, questions)
        return tuple(RunEnded(observation) if isinstance(e, RunEnded) else e for e in batch)

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    def _wake(self) -> None:
        self._changed.set()
