"""A worker client without processes: it posts the real events, in batches that the test sets."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from tests.support.python_runner import PythonRunner
from tutor.client.memory_shortage import Shortage
from tutor.client.transcript import TranscriptExcerpt
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


class FakeRun:
    """A run of the fake client, which notes what is asked of it."""

    def __init__(
        self, client: FakeClient, command: Execute, questions: tuple[Question, ...]
    ) -> None:
        self._client = client
        self._command = command
        self._questions = questions
        self.stops = 0
        """How often this one was asked to stop, by itself or with all others."""

    async def events(self) -> AsyncIterator[Batch]:
        client = self._client
        await client.until(lambda: client.state.phase in ("ready", "failed"))
        if client.state.phase == "failed":
            yield (RunEnded(Observation("lost", detail=client.state.reason)),)
            return
        for batch in client.next_script():
            await client.until(lambda: self.stops > 0 or client.may_send)
            if self.stops:
                yield (RunEnded(Observation("stopped", Executed("stopped"))),)
                return
            client.count_sent()
            yield await client.answered(batch, self._command, self._questions)

    def stop(self) -> None:
        self.stops += 1
        self._client.wake()

    def pause(self, number: int) -> None:
        self._client.wishes.append(("hold", number))

    def step_phase(self, number: int) -> None:
        self._client.wishes.append(("step phase", number))

    def resume(self) -> None:
        self._client.wishes.append(("resume", 0))

    def extend(self, seconds: float) -> None:
        self._client.extended.append(seconds)


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
        self.runs: list[FakeRun] = []
        """Those that were begun, in order."""
        self.stops = 0
        """How often all runs were asked to stop."""
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
        self.output: TranscriptExcerpt | None = None
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

    def begin(self, command: Execute, questions: tuple[Question, ...] = ()) -> FakeRun:
        self.commands.append(command)
        self.keep_awake()
        self.runs.append(FakeRun(self, command, questions))
        return self.runs[-1]

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        return await self._runner.observe(command, questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        self.observed_ahead += 1
        return await self._runner.observe_all(command)

    def want_spares(self, count: int) -> None:
        """Notes it."""
        self.spares = count

    def printed(self) -> TranscriptExcerpt | None:
        return self.output

    def stop(self) -> None:
        self.stops += 1
        for run in self.runs:
            run.stop()

    async def close(self) -> None:
        self.closed = True

    def next_script(self) -> Sequence[Batch]:
        """The batches of the run whose turn it is."""
        return self._scripts.popleft() if self._scripts else [finished()]

    @property
    def may_send(self) -> bool:
        """Whether the next batch needs not to wait."""
        return not self._held or self._released > 0

    def count_sent(self) -> None:
        """One batch less may be sent."""
        self._released -= self._held

    async def answered(
        self, batch: Batch, command: Execute, questions: tuple[Question, ...]
    ) -> Batch:
        """The end of a checked run says what the program really did."""
        if not questions:
            return batch
        observation = await self._runner.observe(command, questions)
        return tuple(RunEnded(observation) if isinstance(e, RunEnded) else e for e in batch)

    def wake(self) -> None:
        """What waits looks again."""
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits for that."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()
