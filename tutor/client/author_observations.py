"""Observations of a lesson author's programs: each command runs once, however many ask for it.

Every answer to a step is judged with the same programs: without this module they would run at each
check, and once more for each concurrent check.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import suppress

import msgspec

from tutor.client.author_run import AuthorRun
from tutor.client.kept_observations import KeptObservations
from tutor.client.supervisor import WorkerUnavailable, ZygoteSupervisor
from tutor.grading.once import once_for_each
from tutor.wire.commands import ObserveAll
from tutor.wire.events import Observation


@once_for_each
def _key_of(command: ObserveAll) -> bytes:
    """Return a key that is equal for equal commands; grading asks with the same one each time."""
    return hashlib.sha256(msgspec.msgpack.encode(command)).digest()


class AuthorObservations:
    """The observations of one client, and the runs that make them."""

    def __init__(
        self,
        supervisor: ZygoteSupervisor,
        kept: KeptObservations | None,
        *,
        begin: Callable[[ObserveAll], AuthorRun],
        wake: Callable[[], None],
    ) -> None:
        """`begin` starts a run; `kept` holds observations of earlier clients.

        Those are read once the worker is ready, as they depend on it; `wake` wakes the worker.
        """
        self._supervisor = supervisor
        self._kept = kept
        self._begin = begin
        self._wake = wake
        self._tasks: dict[bytes, asyncio.Task[tuple[Observation, ...]]] = {}
        """Runs by the hash of the command, including finished ones."""

    async def of(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Return the observations of the command's programs; run these on the first call.

        Calls with the same command share one run, also while it lasts. It is forgotten if it was
        ended from outside, such as by a timeout.
        """
        key = _key_of(command)
        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(self._observe(key, command))
        # shielded, since others may wait for the same run when this caller is cancelled
        return await asyncio.shield(self._tasks[key])

    async def close(self) -> None:
        """Wait for the runs, which the client has ended, and forget their observations."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()

    async def _observe(self, key: bytes, command: ObserveAll) -> tuple[Observation, ...]:
        kept = await self._read_kept(command)
        if kept is not None:
            return kept
        run = self._begin(command)
        await run.over.wait()
        observations = run.observations()
        if not run.complete:
            self._tasks.pop(key, None)
        elif self._kept is not None:
            self._kept.write(command, self._supervisor.facts, observations)
        return observations

    async def _read_kept(self, command: ObserveAll) -> tuple[Observation, ...] | None:
        if self._kept is None:
            return None
        self._wake()
        with suppress(WorkerUnavailable):
            await self._supervisor.available()
            return self._kept.read(command, self._supervisor.facts)
        return None
