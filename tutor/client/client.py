"""The client whose worker runs on this machine: programs in, events and observations out.

One client owns one zygote and every process forked from it. It belongs to one asyncio loop.
"""

from __future__ import annotations

import asyncio
import itertools
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from tutor.client.author_observations import AuthorObservations
from tutor.client.author_run import AuthorRun
from tutor.client.font_list import FontList
from tutor.client.idleness import Clock, Idleness
from tutor.client.kept_observations import KeptObservations
from tutor.client.learner_run import LearnerRun
from tutor.client.memory_shortage import MEMINFO, Shortage, shortage
from tutor.client.process_pool import ProcessPool
from tutor.client.run import Run
from tutor.client.runs_ahead import RunAhead, RunsAhead
from tutor.client.supervisor import WorkerUnavailable, ZygoteSupervisor
from tutor.client.transcript import Transcript, TranscriptExcerpt
from tutor.client.worker_facts import WorkerFacts
from tutor.control_group import cores
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.control import GpuAccess, Launch, NotForked, Protection
from tutor.wire.events import Observation, WorkerStateChanged

if TYPE_CHECKING:
    from tutor.client.interface import OnState, RunHandle

Command = TypeVar("Command", Execute, ObserveAll)

_MAX_ATTEMPTS = 3
"""Processes tried for a run, if they die before they are ready for it."""
_NOTICE_DELAY = 0.1
"""Seconds from the death of a warden in which that of its zygote is noticed, too."""


class WorkerClient:
    """A client of worker processes on this machine; implements `interface.DescribedClient`."""

    def __init__(
        self,
        *,
        engine: str = "tutor.worker.engine",
        on_state: OnState | None = None,
        spares: int = 2,
        parallel: int | None = None,
        parallel_batches: int = 1,
        protection: Protection = "auto",
        shown: tuple[str, ...] = (),
        hidden: tuple[str, ...] = (),
        network: bool = False,
        gpu: GpuAccess | None = None,
        idle_seconds: float | None = None,
        clock: Clock | None = None,
        meminfo: Path = MEMINFO,
        kept: KeptObservations | None = None,
        fonts: FontList | None = None,
        rehearses_training: bool = False,
    ) -> None:
        """Prepare a client; `start` starts its worker.

        `spares` processes wait ready for the next runs. At most `parallel` programs of the learner
        run at once; None means one for each available core, and at least two; `parallel_batches` is
        the same for commands with programs of the author. `protection` other than `auto` keeps the
        worker from using any level above the one named. Besides what Python needs, programs may
        read files in `shown` and import from there, but not those in `hidden`. With `network` a
        program reaches the network of this machine if its command asks for it, and with `gpu` its
        graphics cards, one program at a time: each needs much of their memory. A worker without
        requests for `idle_seconds` falls asleep: it ends, and the next run or `keep_awake` starts
        it again; with None it never does. `kept` are observations of earlier clients, with which
        the author's programs need not run. `fonts` is a list that programs with matplotlib need.
        With `rehearses_training` one of the spares prepares for a training that the learner
        watches. `clock` and `meminfo` are for tests.
        """
        self._fonts = fonts
        folder = fonts.folder if fonts is not None else ""
        launch = Launch(engine, "", protection, shown, hidden, folder, gpu)
        self._supervisor = ZygoteSupervisor(
            launch, self._on_state_changed, self._on_not_forked, self._on_zygote_gone
        )
        self._pool = ProcessPool(
            self._supervisor, spares, self._has_learner_run, rehearses_training=rehearses_training
        )
        self._network = network
        self._has_gpu = gpu is not None
        self._gpu_turn = asyncio.Lock()
        self._author_observations = AuthorObservations(
            self._supervisor, kept, begin=self._begin_author_run, wake=self.keep_awake
        )
        self.on_state = on_state
        self._meminfo = meminfo
        self._idleness = Idleness(idle_seconds, self._is_busy, self._fall_asleep, clock)
        self._learner_slots = asyncio.Semaphore(parallel or max(2, cores()))
        self._author_slots = asyncio.Semaphore(parallel_batches)
        self._runs: dict[Run, asyncio.Task[None]] = {}
        self._ahead = RunsAhead()
        self._ahead_numbers = itertools.count(1)
        self._transcript = self._new_transcript()
        """Output of the newest watched run."""
        self._last: LearnerRun | None = None
        """The newest watched run, whose program may be kept; None before the first."""
        self._first_run_ms = self._last_run_ms = 0.0

    @property
    def state(self) -> WorkerStateChanged:
        return self._supervisor.state

    @property
    def connection(self) -> None:
        """None: the worker is on this machine."""
        return None

    async def start(self) -> None:
        """Start the worker, and return at once; `on_state` reports its progress."""
        self._supervisor.start()

    async def settle(self) -> WorkerFacts:
        """Wait until the worker is ready or has failed, and return its facts."""
        with suppress(WorkerUnavailable):
            await self._supervisor.available()
        return self.describe()

    def shortage(self) -> Shortage | None:
        """Return the shortage of memory; None if there is enough or it is unknown."""
        return shortage(self._meminfo)

    def keep_awake(self) -> None:
        """Restart the idle time, and wake a sleeping worker."""
        self._idleness.touch()
        if self.state.phase == "asleep":
            self._supervisor.start()

    def begin(self, command: Execute, questions: tuple[Question, ...] = ()) -> RunHandle:
        """Start a watched program, and return its handle at once.

        The previous program's values are released. With a graphics card a program is not kept,
        since it would hold the card's memory.
        """
        command = self._granted(command)
        if command.gpu:
            command = msgspec.structs.replace(command, keep=False)
        last, self._last = self._last, None
        if last is not None:
            last.retire()
        self._transcript.remove()
        ahead = self._ahead.take(command, questions)
        if ahead is not None and ahead.transcript is not None:
            self.keep_awake()
            self._transcript = ahead.transcript
            self._transcript.rename()
            self._last = ahead.run
            return self._last
        self._transcript = self._new_transcript()
        self._last = self._begun(command, questions, self._transcript)
        return self._last

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run an unwatched program, and return its observation."""
        command = self._granted(command)
        ahead = self._ahead.take(command, questions)
        run = ahead.run if ahead is not None else self._begun(command, questions)
        try:
            await run.over.wait()
        finally:
            run.leave()
        assert run.observation is not None
        return run.observation

    @property
    def can_run_ahead(self) -> bool:
        """Return True if `observe_ahead` may be called now.

        It may if no effect of a program is visible outside of its run, and while no other program
        of the learner runs.
        """
        facts = self._supervisor.describe()
        is_contained = facts.level == "namespaces" and facts.own_root and facts.own_mounts
        return facts.phase == "ready" and is_contained and not self._learner_runs

    async def observe_ahead(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run a program that nobody has requested yet, for at most a second.

        If `begin` or `observe` requests the same, it gets this run. Any other request ends it, as
        `forget_ahead` does. Cancelling this call leaves the run alone.
        """
        command = self._granted(command)
        transcript = None
        if command.live:
            name = f"ahead-{next(self._ahead_numbers)}.txt"
            transcript = Transcript(lambda: self._supervisor.folder, name=name)
        run = self._begun(command, questions, transcript)
        self._ahead.keep(command, questions, RunAhead(run, transcript))
        await run.over.wait()
        assert run.observation is not None
        return run.observation

    def forget_ahead(self) -> None:
        """End all runs ahead, and drop their results."""
        self._ahead.end_all()

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Run the programs of a lesson's author, or return the result of an earlier run.

        Calls with the same command share one run, also while it lasts. It is forgotten if it was
        ended from outside, such as by a timeout. `stop` leaves it alone.
        """
        return await self._author_observations.of(self._granted(command))

    async def printed(self) -> TranscriptExcerpt | None:
        """Return the file with all output of the newest watched run; None without output.

        The file lasts until the next such run, or until the client is closed.
        """
        return self._transcript.excerpt()

    def want_spares(self, count: int) -> None:
        """Set the number of spares for the next runs, from one to five.

        A check takes one for the given values, and one for each variation.
        """
        self._pool.want_spares(count)

    def stop(self) -> None:
        """Interrupt the learner's runs, and kill them 300 ms later; called again, kill them now."""
        self.forget_ahead()
        for run in self._learner_runs:
            run.stop()

    async def close(self) -> None:
        """End everything, and return when no process and no file is left."""
        self.forget_ahead()
        self._forget_last()
        for run in tuple(self._runs):
            run.give_up("The worker was closed.")
        self._pool.close()
        self._transcript.remove()
        await self._supervisor.close()
        await asyncio.gather(*self._runs.values(), return_exceptions=True)
        await self._author_observations.close()
        self._idleness.cancel()
        if self._fonts is not None:
            self._fonts.close()

    def describe(self) -> WorkerFacts:
        """Return the facts of the worker: its protection, and its speed."""
        return replace(
            self._supervisor.describe(),
            spares=self._pool.spares,
            spare_failure=self._pool.spare_failure,
            first_run_ms=self._first_run_ms,
            last_run_ms=self._last_run_ms,
        )

    @property
    def _learner_runs(self) -> tuple[LearnerRun, ...]:
        return tuple(run for run in self._runs if isinstance(run, LearnerRun))

    def _has_learner_run(self) -> bool:
        return bool(self._learner_runs)

    def _granted(self, command: Command) -> Command:
        """Return the command, without its request for a graphics card if there is no access."""
        if command.gpu and not self._has_gpu:
            return msgspec.structs.replace(command, gpu=False)
        return command

    def _forget_last(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            last.forget()

    def _is_busy(self) -> bool:
        """Return True while there is a run, also one that is paused or waits for the worker."""
        return bool(self._runs)

    def _fall_asleep(self) -> None:
        if self.state.phase == "ready":
            self._forget_last()
            self._pool.close()
            self._supervisor.sleep()

    def _on_state_changed(self, state: WorkerStateChanged) -> None:
        if state.phase == "ready":
            self._idleness.touch()
            if self._fonts is not None:
                self._fonts.make()
        self._pool.top_up()
        if self.on_state:
            self.on_state(state)

    def _on_not_forked(self, message: NotForked) -> None:
        self._pool.refuse(message)

    def _on_zygote_gone(self) -> None:
        self._pool.mark_lost()

    def _begin_author_run(self, command: ObserveAll) -> AuthorRun:
        run = AuthorRun(command, self._supervisor.kill)
        self._schedule(run, self._author_slots)
        return run

    def _begun(
        self,
        command: Execute,
        questions: tuple[Question, ...],
        transcript: Transcript | None = None,
    ) -> LearnerRun:
        run = LearnerRun(command, questions, self._supervisor.kill, transcript=transcript)
        self._schedule(run, self._learner_slots)
        return run

    def _new_transcript(self) -> Transcript:
        return Transcript(lambda: self._supervisor.folder)

    def _schedule(self, run: Run, slots: asyncio.Semaphore) -> None:
        self.keep_awake()
        if self._last is not None and self.shortage() is not None:
            self._forget_last()
        self._runs[run] = asyncio.create_task(self._run_to_end(run, slots))

    async def _run_to_end(self, run: Run, slots: asyncio.Semaphore) -> None:
        """Take a run from the queue to its end, with another process if one died under it."""
        try:
            async with slots, self._gpu_turn if run.command.gpu else nullcontext():
                for attempt in range(_MAX_ATTEMPTS):
                    if not run.over.is_set():
                        await self._begin(run)
                    # noted before the wait: the next worker may be ready when it is compared
                    restarts = self._supervisor.facts.restarts
                    if not run.over.is_set():
                        await run.settled.wait()
                    if run.over.is_set() or not await self._should_retry(run, attempt, restarts):
                        break
            if not run.over.is_set():
                run.give_up("The process that watched the program ended unexpectedly.")
        except WorkerUnavailable as error:
            run.give_up(str(error))
        finally:
            del self._runs[run]
            self._note_end(run)

    async def _should_retry(self, run: Run, attempt: int, restarts: int) -> bool:
        """Return True if the process seems to have died with the worker, not of its program.

        A process that never got ready has run nothing. One that was ready may have been killed by
        the program itself, and is replaced only if the whole worker has died since `restarts` was
        counted; only once, for the program may be what kills the worker.
        """
        if not run.was_up:
            return True
        await asyncio.sleep(_NOTICE_DELAY)
        return attempt == 0 and self._supervisor.facts.restarts > restarts

    async def _begin(self, run: Run) -> None:
        command = run.command
        process = await self._pool.take(
            network=self._network and command.network,
            gpu=command.gpu,
            is_live=isinstance(command, Execute) and command.live,
        )
        if run.over.is_set():  # it was stopped while it waited
            self._pool.give_back(process)
        else:
            run.begin(process)
            if isinstance(run, AuthorRun):  # it has taken a spare from the learner's next run
                self._pool.top_up_soon()

    def _note_end(self, run: Run) -> None:
        """Record the duration of a run, and that the worker works."""
        if run.observation and run.observation.outcome != "lost":
            self._supervisor.reset_failures()
            self._last_run_ms = run.observation.milliseconds
            self._pool.spare_failure = ""
        self._first_run_ms = self._first_run_ms or self._last_run_ms
        self._idleness.touch()
        self._pool.top_up_soon()
