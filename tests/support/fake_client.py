"""A worker client without processes: it posts the real events, in batches that the test sets."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from tests.support.python_runner import PythonRunner
from tutor.client.memory import Shortage
from tutor.client.transcript import Printed
from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import (
    ErrorFacts,
    Executed,
    Observation,
    RunEnded,
    RunEvent,
    WorkerPhase,
    WorkerStateChanged,
)

Batch = tuple[RunEvent, ...]

LONG_MS = 5_000.0
"""A run that took this long is not shown again."""


def finished(*events: RunEvent, milliseconds: float = LONG_MS) -> Batch:
    """A batch that ends a run which went well."""
    observation = Observation("finished", Executed("finished"), milliseconds=milliseconds)
    return (*events, RunEnded(observation))


def raised(error: ErrorFacts, *events: RunEvent) -> Batch:
    """A batch that ends a run with an exception."""
    observation = Observation("raised", Executed("raised", error=error), milliseconds=LONG_MS)
    return (*events, RunEnded(observation))


class FakeClient:
    """Each run takes the next script; if `held`, a batch is sent when `release` lets it.

    What grading asks is answered by a runner in plain Python.
    """

    def __init__(
        self,
        *scripts: Sequence[Batch],
        phase: WorkerPhase = "ready",
        held: bool = False,
        runner: Runner | None = None,
    ) -> None:
        self.on_state: Callable[[WorkerStateChanged], None] | None = None
        self.commands: list[Execute] = []
        """Those run live, in order."""
        self.stops = 0
        self.wishes: list[tuple[str, int]] = []
        """What was asked of the run that is watched: to hold, to go on by a phase, to go on."""
        self.extended: list[float] = []
        """The seconds that were added to the run that is watched."""
        self.spares = 0
        self.kept_awake = 0
        """How often it was told that somebody is at work."""
        self.short: Shortage | None = None
        """Of memory."""
        self.observed_ahead = 0
        self.output: Printed | None = None
        """The file that is said to hold what was printed."""
        self.started = False
        self.closed = False
        self._state = WorkerStateChanged(phase)
        self._scripts = deque(scripts)
        self._held = held
        self._released = 0
        self._changed = asyncio.Event()
        self._runner = runner or PythonRunner(milliseconds=LONG_MS)

    @property
    def state(self) -> WorkerStateChanged:
        return self._state

    async def start(self) -> None:
        self.started = True
        if self._state.phase == "asleep":
            self.become("starting")

    def shortage(self) -> Shortage | None:
        return self.short

    def keep_awake(self) -> None:
        self.kept_awake += 1
        if self._state.phase == "asleep":
            self.become("starting")

    def become(self, phase: WorkerPhase, reason: str = "") -> None:
        """The worker's state changes."""
        self._state = WorkerStateChanged(phase, reason, "2.13" if phase == "ready" else "")
        if self.on_state is not None:
            self.on_state(self._state)
        self._changed.set()

    def release(self, batches: int = 1) -> None:
        """Lets that many more batches be sent."""
        self._released += batches
        self._changed.set()

    async def run(
        self, command: Execute, questions: tuple[Question, ...] = ()
    ) -> AsyncIterator[Batch]:
        self.commands.append(command)
        self.keep_awake()
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
            yield await self._answered(batch, command, questions)

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        return await self._runner.observe(command, questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        self.observed_ahead += 1
        return await self._runner.observe_all(command)

    def want_spares(self, count: int) -> None:
        """Notes it."""
        self.spares = count

    def printed(self) -> Printed | None:
        return self.output

    def stop(self) -> None:
        self.stops += 1
        self._changed.set()

    def extend(self, seconds: float) -> None:
        self.extended.append(seconds)

    def hold(self, number: int) -> None:
        self.wishes.append(("hold", number))

    def step_phase(self, number: int) -> None:
        self.wishes.append(("step phase", number))

    def resume(self) -> None:
        self.wishes.append(("resume", 0))

    async def close(self) -> None:
        self.closed = True

    async def _answered(
        self, batch: Batch, command: Execute, questions: tuple[Question, ...]
    ) -> Batch:
        """The end of a checked run says what the program really did."""
        if not questions:
            return batch
        observation = await self._runner.observe(command, questions)
        return tuple(RunEnded(observation) if isinstance(e, RunEnded) else e for e in batch)

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._changed.clear()
            await self._changed.wait()
