"""The client with a worker of this machine: programs in, events and observations out.

One client owns one zygote and all that comes of it. It belongs to one asyncio loop.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tutor.client.author_run import AuthorRun
from tutor.client.idleness import Clock, Idleness
from tutor.client.learner_process import LearnerProcess
from tutor.client.memory_shortage import MEMINFO, Shortage, shortage
from tutor.client.run import LearnerRun, Run
from tutor.client.supervisor import WorkerUnavailable, ZygoteSupervisor
from tutor.client.transcript import Transcript, TranscriptExcerpt
from tutor.client.worker_facts import WorkerFacts
from tutor.client.zygote_process import ZygoteProcess
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.control import Launch, NotForked, Protection
from tutor.wire.events import Observation, WorkerStateChanged

if TYPE_CHECKING:
    from tutor.client.interface import OnState, RunHandle

_MAX_ATTEMPTS = 3
"""Processes that may die under a run before they are ready for it."""
_MAX_SPARES = 5
_TOP_UP_DELAY = 0.05
"""Seconds after a run before new spares are made: the next run is not to wait for that."""
_SPARE_RETRY_DELAY = 1.0
"""Seconds after a spare has died of itself."""
_TICK = 0.01
_NOTICE_DELAY = 0.1
"""Seconds in which the death of the zygote is surely noticed after that of a warden."""


class WorkerClient:
    """Runs programs in processes of this machine. Implements `tutor.client.interface.Client`."""

    def __init__(
        self,
        *,
        engine: str = "tutor.worker.engine",
        on_state: OnState | None = None,
        spares: int = 2,
        parallel: int | None = None,
        protection: Protection = "auto",
        shown: tuple[str, ...] = (),
        hidden: tuple[str, ...] = (),
        network: bool = False,
        idle_seconds: float | None = None,
        clock: Clock | None = None,
        meminfo: Path = MEMINFO,
    ) -> None:
        """`spares` processes wait for the next runs; of the learner's, `parallel` run at once.

        `protection` other than `auto` leaves out what is above that level. Programs may read files
        in `shown` and import from there, beside what Python needs; what is `hidden` they never
        see. With `network` a program reaches that of this machine, if its command asks. A worker
        of which nothing was asked for `idle_seconds` falls asleep: it ends, and the next run, or
        `keep_awake`, starts it again. `clock` and `meminfo` are for tests.
        """
        launch = Launch(engine, "", protection, shown, hidden)
        self._supervisor = ZygoteSupervisor(
            launch, self._on_state_changed, self._on_not_forked, self._lose_all
        )
        self._network = network
        self.on_state = on_state
        self._meminfo = meminfo
        self._idleness = Idleness(idle_seconds, self._is_busy, self._fall_asleep, clock)
        self._wanted_spares = spares
        self._learner_slots = asyncio.Semaphore(parallel or max(2, os.cpu_count() or 1))
        self._author_slot = asyncio.Semaphore(1)
        self._numbers = itertools.count(1)
        self._processes: dict[int, LearnerProcess] = {}
        self._spares: list[LearnerProcess] = []
        self._runs: dict[Run, asyncio.Task[None]] = {}
        self._transcript = self._new_transcript()
        """Of the newest run that was watched."""
        self._observed: dict[bytes, asyncio.Task[tuple[Observation, ...]]] = {}
        self._spare_failure = ""
        self._first_run_ms = self._last_run_ms = 0.0

    @property
    def state(self) -> WorkerStateChanged:
        """The worker as a whole."""
        return self._supervisor.state

    async def start(self) -> None:
        """Starts the worker and returns at once; `on_state` tells how it goes on."""
        self._supervisor.start()

    async def settle(self) -> WorkerFacts:
        """Wait until programs can be run, or never will be; say how they are kept apart."""
        with suppress(WorkerUnavailable):
            await self._supervisor.available()
        return self.describe()

    def shortage(self) -> Shortage | None:
        """Whether there is less memory now than a worker needs."""
        return shortage(self._meminfo)

    def keep_awake(self) -> None:
        """Somebody is at work who may soon want a run."""
        self._idleness.touch()
        if self.state.phase == "asleep":
            self._supervisor.start()

    def begin(self, command: Execute, questions: tuple[Question, ...] = ()) -> RunHandle:
        """Start a program that is watched, and return at once."""
        self._transcript.remove()
        self._transcript = self._new_transcript()
        run = LearnerRun(command, questions, self._supervisor.kill, transcript=self._transcript)
        self._schedule(run, self._learner_slots)
        return run

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """One run in a process of its own, whose events nobody sees."""
        run = LearnerRun(command, questions, self._supervisor.kill)
        self._schedule(run, self._learner_slots)
        try:
            await run.over.wait()
        finally:
            run.leave()
        assert run.observation is not None
        return run.observation

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Programs of the lesson's author: once each, then from memory. `stop` leaves them alone.

        Who asks for the same while it runs, waits for the same run. Endings from outside, such as
        a timeout, are not kept.
        """
        key = hashlib.sha256(msgspec.msgpack.encode(command)).digest()
        if key not in self._observed:
            self._observed[key] = asyncio.create_task(self._observe_all(key, command))
        return await asyncio.shield(self._observed[key])

    def printed(self) -> TranscriptExcerpt | None:
        """The file with all that the newest watched run printed; None if it has printed nothing.

        It is there until the next such run, or the end of this client.
        """
        return self._transcript.excerpt()

    def want_spares(self, count: int) -> None:
        """From now on so many processes wait for the next runs: at most five, of 5 MB each that
        is their own. A check takes one for the given values and one for each variation."""
        self._wanted_spares = max(1, min(count, _MAX_SPARES))
        while len(self._spares) > self._wanted_spares:
            self._spares.pop().close()
        self._top_up()

    def stop(self) -> None:
        """Ends the learner's runs: asks them to, kills them 300 ms later. Again: at once."""
        for run in tuple(self._runs):
            if isinstance(run, LearnerRun):
                run.stop()

    async def close(self) -> None:
        """Ends everything, and waits until no process and no file is left."""
        for run in tuple(self._runs):
            run.give_up("The worker was closed.")
        self._close_processes()
        self._transcript.remove()
        await self._supervisor.close()
        tasks = (*self._runs.values(), *self._observed.values())
        await asyncio.gather(*tasks, return_exceptions=True)
        self._observed.clear()
        self._idleness.cancel()

    def describe(self) -> WorkerFacts:
        """For the doctor: how programs are kept apart, and how quick it all is."""
        return replace(
            self._supervisor.describe(),
            spares=len(self._spares),
            spare_failure=self._spare_failure,
            first_run_ms=self._first_run_ms,
            last_run_ms=self._last_run_ms,
        )

    def _is_busy(self) -> bool:
        """Also with a run that is paused."""
        return bool(self._runs)

    def _fall_asleep(self) -> None:
        if self.state.phase == "ready":
            self._close_processes()
            self._supervisor.sleep()

    def _close_processes(self) -> None:
        self._spares.clear()
        for process in tuple(self._processes.values()):
            process.close()

    def _on_state_changed(self, state: WorkerStateChanged) -> None:
        if state.phase == "ready":
            self._idleness.touch()
        self._top_up()
        if self.on_state:
            self.on_state(state)

    async def _observe_all(self, key: bytes, command: ObserveAll) -> tuple[Observation, ...]:
        run = AuthorRun(command, self._supervisor.kill)
        self._schedule(run, self._author_slot)
        await run.over.wait()
        observations = run.observations()
        if not run.complete:
            self._observed.pop(key, None)
        return observations

    def _new_transcript(self) -> Transcript:
        return Transcript(lambda: self._supervisor.folder)

    def _schedule(self, run: Run, slots: asyncio.Semaphore) -> None:
        self.keep_awake()
        self._runs[run] = asyncio.create_task(self._run_to_end(run, slots))

    async def _run_to_end(self, run: Run, slots: asyncio.Semaphore) -> None:
        """The life of a run, from the queue to its end."""
        try:
            async with slots:
                for attempt in range(_MAX_ATTEMPTS):
                    if not run.over.is_set():
                        await self._begin(run)
                    restarts = self._supervisor.facts.restarts
                    if not run.over.is_set():
                        await run.settled.wait()
                    if run.over.is_set() or not await self._should_retry(run, attempt, restarts):
                        break
            run.give_up("The process that watched the program ended unexpectedly.")
        except WorkerUnavailable as error:
            run.give_up(str(error))
        finally:
            del self._runs[run]
            self._note_end(run)

    async def _should_retry(self, run: Run, attempt: int, restarts: int) -> bool:
        """Whether it was the worker's death, not the program's doing, that ended the process. The
        next worker may be ready already."""
        if not run.was_up:
            return True
        await asyncio.sleep(_NOTICE_DELAY)
        return attempt == 0 and self._supervisor.facts.restarts > restarts

    async def _begin(self, run: Run) -> None:
        process = await self._take_process(network=self._network and run.wants_network)
        if run.over.is_set() and not process.network:
            self._spares.append(process)  # it was stopped in the queue
        elif run.over.is_set():
            process.close()
        else:
            run.begin(process)

    def _note_end(self, run: Run) -> None:
        if run.observation and run.observation.outcome != "lost":
            self._supervisor.reset_failures()
            self._last_run_ms = run.observation.milliseconds
            self._spare_failure = ""
        self._first_run_ms = self._first_run_ms or self._last_run_ms
        self._idleness.touch()
        asyncio.get_running_loop().call_later(_TOP_UP_DELAY, self._top_up)

    async def _take_process(self, *, network: bool) -> LearnerProcess:
        """A spare, or a new one; spares have no network. Raises WorkerUnavailable."""
        while True:
            zygote = await self._supervisor.available()
            while self._spares and not network:
                process = self._spares.pop(0)
                if process.usable:
                    return process
                process.close()
            try:
                return self._fork(zygote, network=network)
            except OSError:
                await asyncio.sleep(_TICK)  # it has just gone, which will be noticed now

    def _fork(self, zygote: ZygoteProcess, *, network: bool = False) -> LearnerProcess:
        process = LearnerProcess(next(self._numbers), self._on_process_closed, network=network)
        self._processes[process.number] = process
        try:
            zygote.fork(process)
        except OSError:
            process.close()
            raise
        return process

    def _on_process_closed(self, process: LearnerProcess) -> None:
        del self._processes[process.number]
        if process in self._spares:
            self._spares.remove(process)
            self._spare_failure = process.last_words.strip().rpartition("\n")[2]
            asyncio.get_running_loop().call_later(_SPARE_RETRY_DELAY, self._top_up)
        if process.lost:
            self._supervisor.remove_folder_of(process.number)

    def _on_not_forked(self, message: NotForked) -> None:
        if process := self._processes.get(message.run):
            process.refuse(
                f"The computer did not give a process for the program: {message.reason}."
            )

    def _lose_all(self) -> None:
        """The zygote is dead, and so is all that it forked."""
        for process in tuple(self._processes.values()):
            process.mark_lost()

    def _top_up(self) -> None:
        """Lets processes wait for the next runs, when no run is disturbed by their making."""
        zygote = self._supervisor.zygote
        if self._supervisor.state.phase != "ready" or not zygote or self._runs:
            return
        try:
            while len(self._spares) < self._wanted_spares:
                self._spares.append(self._fork(zygote))
        except OSError:
            pass  # it has just gone; the next one is topped up when it is ready
