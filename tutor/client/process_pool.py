"""The learner processes of one worker: spares that wait ready for a run, and busy ones.

The client decides what runs in them. Forking disturbs a running program: so spares are forked only
while no program of the learner runs, and again when the last one is over. Without spares each run
would wait until its process is ready.
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
"""Maximum spares; each has about 5 MB of its own."""
_TOP_UP_DELAY = 0.05
"""Seconds from the end of a run to forking spares: the next run must not wait for that."""
_SPARE_RETRY_DELAY = 1.0
"""Seconds from the death of a spare to forking another."""
_TICK = 0.01
"""Seconds between requests until the death of the zygote is noticed."""


class ProcessPool:
    """All living processes forked from the worker's zygote."""

    def __init__(
        self,
        supervisor: ZygoteSupervisor,
        spares: int,
        is_learner_running: Callable[[], bool],
        *,
        rehearses_training: bool,
    ) -> None:
        """Prepare a pool of spares; with `rehearses_training` one is ready for a training.

        The worker's client passes on the supervisor's reports: refused forks, and the death of the
        zygote.
        """
        self._supervisor = supervisor
        self._wanted_spares = spares
        self._rehearses_training = rehearses_training
        self._is_learner_running = is_learner_running
        self._numbers = itertools.count(1)
        self._processes: dict[int, LearnerProcess] = {}
        self._spares: list[LearnerProcess] = []
        self.spare_failure = ""
        """Last words of the last spare that died; empty if a run went well since."""

    @property
    def spares(self) -> int:
        """Number of processes that are ready or starting."""
        return len(self._spares)

    def want_spares(self, count: int) -> None:
        """Set the number of spares, from one to `_MAX_SPARES`."""
        self._wanted_spares = max(1, min(count, _MAX_SPARES))
        while len(self._spares) > self._wanted_spares:
            self._spares.pop().close()
        self.top_up()

    async def take(self, *, network: bool, gpu: bool, is_live: bool) -> LearnerProcess:
        """Return a spare or a newly requested process; spares have neither network nor card.

        A run that `is_live` gets one that is ready for a training, if there is one, and any other
        run one that is not.

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
        """Take back an unused process, as a spare if it may be one."""
        if process.may_be_spare:
            self._spares.append(process)
        else:
            process.close()

    def top_up(self) -> None:
        """Request missing spares, unless the learner's program runs, which that would disturb.

        Programs of the author run in the background, and the learner may begin a run meanwhile.
        """
        zygote = self._supervisor.zygote
        if self._supervisor.state.phase != "ready" or not zygote or self._is_learner_running():
            return
        try:
            while len(self._spares) < self._wanted_spares:
                # the learner trains in one at a time, and its preparation takes memory
                is_one_ready = any(each.rehearses_training for each in self._spares)
                rehearses = self._rehearses_training and not is_one_ready
                self._spares.append(self._fork(zygote, rehearses_training=rehearses))
        except OSError:
            pass  # the zygote has just died; the next one gets spares when it is ready

    def top_up_soon(self) -> None:
        """Request the missing spares in a moment, so that a run that begins now goes first."""
        asyncio.get_running_loop().call_later(_TOP_UP_DELAY, self.top_up)

    def refuse(self, message: NotForked) -> None:
        """End a process that the zygote could not fork, and pass its run the reason."""
        if process := self._processes.get(message.run):
            process.refuse(f"No process could be started for the program: {message.reason}.")

    def mark_lost(self) -> None:
        """Mark every process as lost: the zygote is dead, and so is all that it forked."""
        for process in tuple(self._processes.values()):
            process.mark_lost()

    def close(self) -> None:
        """End every process; others can be taken after that."""
        # first, since `_on_closed` would take those in it for spares that died
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
