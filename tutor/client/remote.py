"""The client whose worker runs on another machine, in a node that a command such as srun starts.

Processes are handled there, where `tutor.node` owns an ordinary client. This client passes on
requests and answers, and releases the machine when it is idle. Requests wait until there is a node.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tutor.client.connection import Connection
from tutor.client.idleness import Clock, Idleness
from tutor.client.kept_program import GONE, NO_TEXT
from tutor.client.memory_shortage import Shortage
from tutor.client.node_supervisor import USABLE, NodeSupervisor
from tutor.client.printed_copy import PrintedCopy
from tutor.client.remote_run import RemoteRun
from tutor.client.transcript import TranscriptExcerpt
from tutor.client.worker_facts import WorkerFacts
from tutor.wire.commands import Execute, Limits, ObserveAll, Question
from tutor.wire.events import Evaluation, Observation, Outcome, WorkerStateChanged
from tutor.wire.frames import FrameError
from tutor.wire.node import (
    Abandon,
    Batch,
    BeginRun,
    EvaluatedIn,
    EvaluateIn,
    ForgetAhead,
    FromNode,
    Hello,
    ObserveBatch,
    Observed,
    ObserveRun,
    PrintedPart,
    ReadPrinted,
    StopAll,
    WantSpares,
)

if TYPE_CHECKING:
    from tutor.client.interface import OnState, RunHandle

Observations = tuple[Observation, ...]


class RemoteClient:
    """A client of a worker elsewhere; implements `tutor.client.interface.DescribedClient`."""

    def __init__(
        self,
        command: Sequence[str],
        hello: Hello,
        *,
        python: str = sys.executable,
        on_state: OnState | None = None,
        idle_seconds: float | None = None,
        clock: Clock | None = None,
        line_clock: Clock | None = None,
    ) -> None:
        """Prepare a client; `start` starts the command.

        `command` runs a program on the other machine, such as `("ssh", "node7")`, and `python` is
        the Python there; `hello` has the settings for programs. After `idle_seconds` without a
        request, the machine is released, and the next run or `keep_awake` asks for another. The
        clocks, of the idle time and of the line, are for tests.
        """
        self.on_state = on_state
        self._node = NodeSupervisor(
            tuple(command),
            python,
            hello,
            on_state=self._on_state_changed,
            on_open=self._on_open,
            on_message=self._take,
            on_gone=self._lose_all,
            clock=line_clock,
        )
        self._idleness = Idleness(idle_seconds, self._is_busy, self._fall_asleep, clock)
        self._spares: int | None = None
        """Number of spares last requested; None without a request."""
        self._numbers = itertools.count(1)
        self._runs: dict[int, RemoteRun] = {}
        """Watched runs that are not over."""
        self._unsent: dict[int, BeginRun | ObserveRun | ObserveBatch] = {}
        """Requests made without a node, in order."""
        self._asked: dict[int, _Awaited] = {}
        """Awaited answers, by the number of the run."""
        self._under_way: set[int] = set()
        """Unwatched runs of the learner, awaited or not."""
        self._observed: dict[ObserveAll, asyncio.Task[Observations]] = {}
        """Runs of the author's programs on this node, including ended ones."""
        self._parts: dict[int, asyncio.Future[PrintedPart]] = {}
        self._evaluations: dict[int, asyncio.Future[Evaluation]] = {}
        self._printed = PrintedCopy()

    @property
    def state(self) -> WorkerStateChanged:
        """Current state of the worker, as last reported by the node."""
        return self._node.state

    @property
    def connection(self) -> Connection:
        """Current or last connection to the node."""
        return self._node.connection

    async def start(self) -> None:
        """Start the node and its worker, and return at once; `on_state` reports their progress."""
        self._node.start()

    async def settle(self) -> WorkerFacts:
        """Wait until the worker is ready or has failed, and return its facts."""
        await self._node.settle()
        return self.describe()

    def shortage(self) -> Shortage | None:
        """Return the other machine's shortage of memory; None if there is enough or unknown."""
        return self._node.shortage

    def keep_awake(self) -> None:
        """Restart the idle time, and ask for a machine if the last one was released."""
        self._idleness.touch()
        if self.state.phase == "asleep":
            self._node.start()

    def begin(self, command: Execute, questions: tuple[Question, ...] = ()) -> RunHandle:
        """Start a watched program, and return its handle at once.

        It is a request of the learner, so it asks for another machine if the last one is gone.
        """
        self.keep_awake()
        if self.state.phase == "unreachable":
            self._node.start()
        begin = BeginRun(next(self._numbers), command, questions)
        run = RemoteRun(begin, self._node.send, self._on_over, self._evaluate)
        self._runs[run.number] = run
        self._submit(begin)
        return run

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run an unwatched program, and return its observation."""
        message = ObserveRun(next(self._numbers), command, questions)
        try:
            (observation,) = await self._answer(message)
        except asyncio.CancelledError:
            self._abandon(message.run)
            raise
        return observation

    @property
    def can_run_ahead(self) -> bool:
        """Return True if `observe_ahead` may be called now, as for `WorkerClient`."""
        facts = self._node.facts
        is_contained = facts.level == "namespaces" and facts.own_root and facts.own_mounts
        is_free = not self._runs and not self._under_way
        return self.state.phase == "ready" and is_contained and is_free

    async def observe_ahead(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run a program that nobody has requested yet. Cancelling leaves the run alone."""
        message = ObserveRun(next(self._numbers), command, questions, ahead=True)
        (observation,) = await self._answer(message)
        return observation

    def forget_ahead(self) -> None:
        """End all runs ahead, and drop their results."""
        for number, message in tuple(self._unsent.items()):
            if isinstance(message, ObserveRun) and message.ahead:
                self._conclude(number, "stopped")
        self._node.send(ForgetAhead())

    async def observe_all(self, command: ObserveAll) -> Observations:
        """Run the programs of a lesson's author, or return the result of an earlier run.

        Calls with the same command share one run. It is forgotten if it was ended from outside, and
        when another machine takes over.
        """
        if command not in self._observed:
            self._observed[command] = asyncio.create_task(self._observe_all(command))
        # shielded, since others may wait for the same run when this caller is cancelled
        return await asyncio.shield(self._observed[command])

    async def printed(self) -> TranscriptExcerpt | None:
        """Fetch all output of the newest watched run into a file; None if it printed nothing.

        The file lasts until the next call, or until the client is closed.
        """
        return await self._printed.fetch(self._read_printed)

    def want_spares(self, count: int) -> None:
        """Set the number of spare processes for the next runs there."""
        self._spares = count
        self._node.send(WantSpares(count))

    def stop(self) -> None:
        """Interrupt the learner's runs, and kill them 300 ms later; called again, kill them now."""
        for number, message in tuple(self._unsent.items()):
            if not isinstance(message, ObserveBatch):
                self._conclude(number, "stopped")
        self._node.send(StopAll())

    async def close(self) -> None:
        """End everything, and return when nothing of it is left here."""
        self._lose_all("The worker was closed.")
        await self._node.close()
        await asyncio.gather(*self._observed.values(), return_exceptions=True)
        self._observed.clear()
        self._idleness.cancel()
        self._printed.remove()

    def describe(self) -> WorkerFacts:
        """Return the facts of the worker, as last reported by the node."""
        return self._node.describe()

    def _is_busy(self) -> bool:
        return bool(self._runs or self._asked or self._under_way or self._evaluations)

    def _fall_asleep(self) -> None:
        if self.state.phase == "ready":
            self._node.sleep()

    async def _observe_all(self, command: ObserveAll) -> Observations:
        observations = await self._answer(ObserveBatch(next(self._numbers), command))
        if not {each.outcome for each in observations} <= {"finished", "raised"}:
            self._observed.pop(command, None)
        return observations

    async def _answer(self, message: ObserveRun | ObserveBatch) -> Observations:
        """Request a run, and return its observations."""
        self.keep_awake()
        answer: asyncio.Future[Observations] = asyncio.get_running_loop().create_future()
        programs = 1
        if isinstance(message, ObserveRun):
            self._under_way.add(message.run)
        else:
            programs = len(message.command.programs)
        self._asked[message.run] = _Awaited(answer, programs, message.command.limits)
        self._submit(message)
        return await answer

    def _submit(self, message: BeginRun | ObserveRun | ObserveBatch) -> None:
        """Send a request for a run, store it until there is a node, or end its run as lost."""
        self._unsent[message.run] = message
        if self._node.is_open:
            self._send_unsent()
        elif self.state.phase not in USABLE:
            self._conclude(message.run, "lost", self.state.reason)

    def _send_unsent(self) -> None:
        while self._unsent:
            number, message = next(iter(self._unsent.items()))
            try:
                if run := self._runs.get(number):
                    run.send_command()
                else:
                    self._node.send(message)
            except FrameError as error:
                self._conclude(number, "lost", f"The program cannot be run: {error}.")
            self._unsent.pop(number, None)

    def _conclude(self, number: int, outcome: Outcome, detail: str = "") -> None:
        """End a run with an observation made here, since the node makes none."""
        self._unsent.pop(number, None)
        self._under_way.discard(number)
        if run := self._runs.get(number):
            run.conclude(Observation(outcome, detail=detail, limits=run.limits))
        elif waiting := self._asked.pop(number, None):
            observation = Observation(outcome, detail=detail, limits=waiting.limits)
            waiting.answer_with((observation,) * waiting.programs)

    def _abandon(self, number: int) -> None:
        """Abandon a run for which nobody waits any more; its answer is dropped."""
        self._asked.pop(number, None)
        if self._unsent.pop(number, None) is not None:
            self._under_way.discard(number)
        else:
            self._node.send(Abandon(number))

    def _on_over(self, run: RemoteRun) -> None:
        self._runs.pop(run.number, None)
        self._unsent.pop(run.number, None)
        self._idleness.touch()

    def _on_state_changed(self, state: WorkerStateChanged) -> None:
        if state.phase == "ready":
            self._idleness.touch()
        if self.on_state is not None:
            self.on_state(state)

    def _on_open(self) -> None:
        # another machine may have another PyTorch, with other numbers
        ended = [command for command, task in self._observed.items() if task.done()]
        for command in ended:
            del self._observed[command]
        if self._spares is not None:
            self._node.send(WantSpares(self._spares))
        self._send_unsent()

    def _take(self, message: FromNode) -> None:
        match message:
            case Batch(run=number, events=events):
                if run := self._runs.get(number):
                    run.take(events)
            case Observed(run=number, observations=observations):
                self._under_way.discard(number)
                self._idleness.touch()
                if waiting := self._asked.pop(number, None):
                    waiting.answer_with(observations)
            case EvaluatedIn(request=request, evaluation=evaluation):
                answer = self._evaluations.pop(request, None)
                if answer is not None and not answer.done():
                    answer.set_result(evaluation)
            case PrintedPart(request=request):
                part = self._parts.pop(request, None)
                if part is not None and not part.done():
                    part.set_result(message)

    def _lose_all(self, reason: str) -> None:
        """End everything that is awaited: there is no node any more that would do it."""
        for number in (*self._runs, *self._asked):
            self._conclude(number, "lost", reason)
        self._under_way.clear()
        for request in tuple(self._parts):
            self._take(PrintedPart(request))
        for request in tuple(self._evaluations):
            self._take(EvaluatedIn(request, GONE))

    async def _evaluate(self, run: int, expression: str, columns: int) -> Evaluation:
        if not self._node.is_open:
            return GONE
        request = next(self._numbers)
        answer: asyncio.Future[Evaluation] = asyncio.get_running_loop().create_future()
        self._evaluations[request] = answer
        try:
            self._node.send(EvaluateIn(run, request, expression, columns))
            return await answer
        except FrameError:
            return NO_TEXT
        except asyncio.CancelledError:
            self._node.send(Abandon(request))
            raise
        finally:
            self._evaluations.pop(request, None)

    async def _read_printed(self, offset: int) -> PrintedPart:
        if not self._node.is_open:
            return PrintedPart(0)
        request = next(self._numbers)
        part: asyncio.Future[PrintedPart] = asyncio.get_running_loop().create_future()
        self._parts[request] = part
        self._node.send(ReadPrinted(request, offset))
        return await part


class _Awaited(NamedTuple):
    """An awaited answer: one observation for each program."""

    answer: asyncio.Future[Observations]
    programs: int
    limits: Limits

    def answer_with(self, observations: Observations) -> None:
        """Set the answer, unless its waiter was cancelled meanwhile."""
        if not self.answer.done():
            self.answer.set_result(observations)
