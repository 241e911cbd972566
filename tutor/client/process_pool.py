"""The learner processes of one worker: spares that wait ready for a run, and those that are taken.

What runs in a process is the client's matter. Forking disturbs a program that runs: so spares are
forked only while none of the learner's does, and once more when the last one is over. Without
spares each run would wait until its process has got ready.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

from tutor.client.learner_process import LearnerProcess
from tutor.client.supervisor import ZygoteSupervisor
from tutor.client.zygote_process import ZygoteProcess
from tutor.wire.control import NotForked

_MAX_SPARES = 5
"""Each of them has about 5 MB of its own."""
_TOP_UP_DELAY = 0.05
"""Seconds from the end of a run until spares are forked: the next run must not wait for that."""
_SPARE_RETRY_DELAY = 1.0
"""Seconds from the death of a spare until another is forked in its place."""
_TICK = 0.01
"""Seconds between requests while the death of the zygote has not been noticed yet."""


class ProcessPool:
    """All processes forked from the worker's zygote that have not ended."""

    def __init__(
        self,
        supervisor: ZygoteSupervisor,
        spares: int,
        is_learner_running: Callable[[], bool],
        *,
        rehearses_training: bool,
    ) -> None:
        """Prepare a pool of so many spares; with `rehearses_training` one is ready for a training.

        The worker's client passes on what the supervisor reports: refused forks, and that the
        zygote has died.
        """
        self._supervisor = supervisor
        self._wanted_spares = spares
        self._rehearses_training = rehearses_training
        self._is_learner_running = is_learner_running
        self._numbers = itertools.count(1)
        self._processes: dict[int, LearnerProcess] = {}
        self._spares: list[LearnerProcess] = []
        self.spare_failure = ""
        """The last words of the last spare that died; empty if none has since a run went well."""

    @property
    def spares(self) -> int:
        """The number of processes that wait ready, or are getting so."""
        return len(self._spares)

    def want_spares(self, count: int) -> None:
        """Set how many processes wait ready for the next runs, from one to `_MAX_SPARES`."""
        self._wanted_spares = max(1, min(count, _MAX_SPARES))
        while len(self._spares) > self._wanted_spares:
            self._spares.pop().close()
        self.top_up()

    async def take(self, *, network: bool, gpu: bool, is_live: bool) -> LearnerProcess:
        """Return a spare or a newly requested process; spares have neither network nor card.

        For a run that `is_live` it is one that is ready for a training, if there is one, and for
        any other run one that is not.

        Raises WorkerUnavailable if there will be none.
        """
        while True:
            zygote = await self._supervisor.available()
            while self._spares and not (network or gpu):
                fit = (each.rehearses_training == is_live for each in self._spares)
                process = self._spares.pop(next((at for at, fits in enumerate(fit) if fits), 0))
                if process.usable:
                    return process
                process.close()
            try:
                return self._fork(zygote, network=network, gpu=gpu)
            except OSError:
                # it has just died, which the supervisor notices meanwhile
                await asyncio.sleep(_TICK)

    def give_back(self, process: LearnerProcess) -> None:
        """Take back a process in which nothing was begun, as a spare if it may be one."""
        if process.may_be_spare:
            self._spares.append(process)
        else:
            process.close()

    def top_up(self) -> None:
        """Request the missing spares, unless the learner's run is under way, which that disturbs.

        Programs of the author run in the background, and the learner may begin a run meanwhile.
        """
        zygote = self._supervisor.zygote
        if self._supervisor.state.phase != "ready" or not zygote or self._is_learner_running():
            return
        try:
            while len(self._spares) < self._wanted_spares:
                # the learner trains in one at a time, and getting ready takes memory
                is_one_ready = any(each.rehearses_training for each in self._spares)
                rehearses = self._rehearses_training and not is_one_ready
                self._spares.append(self._fork(zygote, rehearses_training=rehearses))
        except OSError:
            pass  # the zygote has just died; the next one gets spares when it is ready

    def top_up_soon(self) -> None:
        """Request the missing spares in a moment, so that a run that begins now goes first."""
        asyncio.get_running_loop().call_later(_TOP_UP_DELAY, self.top_up)

    def refuse(self, message: NotForked) -> None:
        """End a process that the zygote could not fork, and tell its run why."""
        if process := self._processes.get(message.run):
            process.refuse(
                f"The computer did not give a process for the program: {message.reason}."
            )

    def mark_lost(self) -> None:
        """Mark every process as lost: the zygote is dead, and so is all that it forked."""
        for process in tuple(self._processes.values()):
            process.mark_lost()

    def close(self) -> None:
        """End every process; others can be taken after that."""
        # first, for `_on_closed` would take those in it for spares that died
        self._spares.clear()
        for process in tuple(self._processes.values()):
            process.close()

    def _fork(
        self,
        zygote: ZygoteProcess,
        *,
        network: bool = False,
        gpu: bool = False,
        rehearses_training: bool = False,
    ) -> LearnerProcess:
        process = LearnerProcess(
            next(self._numbers),
            self._on_closed,
            network=network,
            gpu=gpu,
            rehearses_training=rehearses_training,
        )
        self._processes[process.number] = process
        try:
            zygote.fork(process)
        except OSError:
            process.close()
            raise
        return process

    def _on_closed(self, process: LearnerProcess) -> None:
        del self._processes[process.number]
        if process in self._spares:
            self._spares.remove(process)
            self.spare_failure = process.last_words.strip().rpartition("\n")[2]
            asyncio.get_running_loop().call_later(_SPARE_RETRY_DELAY, self.top_up)
        if process.lost:  # its warden can no longer remove the folder
            self._supervisor.remove_folder_of(process.number)
