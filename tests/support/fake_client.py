"""A worker client without processes, which sends the batches of events that a test gives it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from tests.support.python_runner import PythonRunner
from tutor.client.memory_shortage import Shortage
from tutor.client.transcript import TranscriptExcerpt
from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, ObserveAll, Question, StepLength
from tutor.wire.events import (
    ErrorFacts,
    Evaluation,
    Executed,
    Observation,
    RunEnded,
    RunEvent,
    WorkerPhase,
    WorkerStateChanged,
)

Batch = tuple[RunEvent, ...]

LONG_MS = 5_000.0
"""A duration of runs from which on they are not replayed."""


def finished(*events: RunEvent, milliseconds: float = LONG_MS) -> Batch:
    """Return a batch of these events and the end of a run that finished."""
    observation = Observation("finished", Executed("finished"), milliseconds=milliseconds)
    return (*events, RunEnded(observation))


def raised(error: ErrorFacts, *events: RunEvent) -> Batch:
    """Return a batch of these events and the end of a run with an exception."""
    observation = Observation("raised", Executed("raised", error=error), milliseconds=LONG_MS)
    return (*events, RunEnded(observation))


class FakeRun:
    """A run of the fake client, which records what is asked of it."""

    def __init__(
        self, client: FakeClient, command: Execute, questions: tuple[Question, ...]
    ) -> None:
        self._client = client
        self._command = command
        self._questions = questions
        self.stops = 0
        """The number of requests to stop this run, alone or with all others."""
        self.forgotten = 0
        """The number of requests to give back what it has left."""

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

    def step_phase(self, number: int, length: StepLength = "phase") -> None:
        self._client.wishes.append((f"step {length}", number))

    def resume(self) -> None:
        self._client.wishes.append(("resume", 0))

    def watch(self, views: tuple[str, ...]) -> None:
        self._client.watched.append(views)

    def bind(self, numbers: dict[str, int | float]) -> None:
        self._client.bound.append(numbers)

    def extend(self, seconds: float) -> None:
        self._client.extended.append(seconds)

    async def evaluate(self, expression: str, columns: int = 0) -> Evaluation:
        client = self._client
        client.evaluated.append(expression)
        await client.until(lambda: client.may_evaluate)
        client.evaluations_ended += 1
        if self.forgotten or self is not client.runs[-1]:
            return Evaluation("gone", is_last=True)
        return client.evaluations.get(expression, Evaluation("value", repr(expression)))

    def forget(self) -> None:
        self.forgotten += 1


class FakeClient:
    """A client whose runs each send the next script, a sequence of batches.

    If `held`, a batch is sent only once `release` allows it. What grading asks is answered by
    `runner`, by default one in plain Python.
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
        """The commands that were run live, in order."""
        self.runs: list[FakeRun] = []
        """The runs that were begun, in order."""
        self.stops = 0
        """The number of requests to stop all runs."""
        self.wishes: list[tuple[str, int]] = []
        """The requests to pause, step and resume a run: their names and pause numbers."""
        self.extended: list[float] = []
        """The seconds that were added to the time limit of a run."""
        self.watched: list[tuple[str, ...]] = []
        """The views that a run was to tell of, each time that these changed."""
        self.bound: list[dict[str, int | float]] = []
        """The names that a run was to bind, and their numbers."""
        self.evaluated: list[str] = []
        """The expressions that a run was asked for, in order."""
        self.evaluations: dict[str, Evaluation] = {}
        """What comes of expressions; of any other one it is the expression itself, as a text."""
        self.may_evaluate = True
        """Whether an expression comes to its end."""
        self.evaluations_ended = 0
        """The number of those that have."""
        self.spares = 0
        """The number of spare processes last wanted."""
        self.kept_awake = 0
        """The number of calls of `keep_awake`."""
        self.short: Shortage | None = None
        """The shortage of memory to report."""
        self.observed_ahead = 0
        """The number of calls of `observe_all`."""
        self.can_run_ahead = False
        """Whether programs may run before they are asked for."""
        self.run_ahead: list[Execute] = []
        """The commands that were run before they were asked for, in order."""
        self.forgotten = 0
        """The number of calls of `forget_ahead`."""
        self.output: TranscriptExcerpt | None = None
        """The excerpt that `printed` returns."""
        self.starts = 0
        """The number of calls of `start`."""
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
        self.starts += 1
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
        """Change the worker's state, and report that to `on_state`."""
        self._state = WorkerStateChanged(phase, reason, "2.13" if phase == "ready" else "")
        if self.on_state is not None:
            self.on_state(self._state)
        self._changed.set()

    def release(self, batches: int = 1) -> None:
        """Let that many more batches be sent."""
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

    async def observe_ahead(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        self.run_ahead.append(command)
        self._changed.set()
        return await self._runner.observe(command, questions)

    def forget_ahead(self) -> None:
        self.forgotten += 1

    def want_spares(self, count: int) -> None:
        self.spares = count

    async def printed(self) -> TranscriptExcerpt | None:
        return self.output

    def stop(self) -> None:
        self.stops += 1
        for run in self.runs:
            run.stop()

    async def close(self) -> None:
        self.closed = True

    def next_script(self) -> Sequence[Batch]:
        """Return the batches of the next run; without a script, one that just finishes."""
        return self._scripts.popleft() if self._scripts else [finished()]

    @property
    def may_send(self) -> bool:
        """Whether the next batch may be sent."""
        return not self._held or self._released > 0

    def count_sent(self) -> None:
        """Take one batch off those that `release` has allowed."""
        self._released -= self._held

    async def answered(
        self, batch: Batch, command: Execute, questions: tuple[Question, ...]
    ) -> Batch:
        """Return the batch with a real observation at its end, if questions are asked."""
        if not questions:
            return batch
        observation = await self._runner.observe(command, questions)
        return tuple(RunEnded(observation) if isinstance(e, RunEnded) else e for e in batch)

    def wake(self) -> None:
        """Have everything that waits look at its condition again."""
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds; it is looked at whenever something changes."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()
