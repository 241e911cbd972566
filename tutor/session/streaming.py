"""The session's use of the client: streaming a run, whose events go to a callback, and limits."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from tutor.client.interface import Client, RunHandle
from tutor.config import Caps
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation, RunEnded, RunEvent

OnBatch = Callable[[tuple[RunEvent, ...]], None]

RUN_SECONDS = 60.0
"""The least time limit of a Run, if the config sets none."""

MAX_SECONDS = 3_600.0
"""The greatest time limit of a Run, however often it is given more time."""


async def stream(run: RunHandle, on_batch: OnBatch) -> Observation:
    ended = Observation("lost", detail="The worker did not report how the run ended.")
    async for batch in run.events():
        on_batch(batch)
        for event in batch:
            if isinstance(event, RunEnded):
                ended = event.observation
    return ended


def capped(command: Execute, caps: Caps) -> Execute:
    """Return the command with its limits lowered to what the learner's config allows."""
    limits = command.limits
    seconds = min(limits.seconds, caps.seconds or limits.seconds)
    memory = min(limits.memory_mb, caps.memory_mb or limits.memory_mb)
    threads = limits.threads or caps.threads or 1
    limits = replace(limits, seconds=seconds, memory_mb=memory, threads=threads)
    return replace(command, limits=limits)


def for_run(command: Execute, caps: Caps) -> Execute:
    """Return the command with the time limits of a Run, within the learner's config.

    A Run gets more time than a check, and can be given still more while it lasts.
    """
    limits = command.limits
    max_seconds = min(MAX_SECONDS, caps.seconds or MAX_SECONDS)
    wanted = caps.run_seconds or max(RUN_SECONDS, limits.seconds)
    limits = replace(limits, seconds=min(wanted, max_seconds), extendable_to=max_seconds)
    return capped(replace(command, limits=limits), caps)


def kept(command: Execute) -> Execute:
    """Return the command so that what the program leaves can be asked for, if it is to be shown."""
    return replace(command, keep=command.live)


class StreamingRunner(Struct, frozen=True):
    """A runner for grading that streams the learner's own run; all other runs are not shown."""

    client: Client
    caps: Caps
    on_batch: OnBatch = lambda _: None
    """Called with the events of the run that is streamed."""
    on_begun: Callable[[RunHandle], None] | None = None
    """Called with that run, whose program is kept then."""

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        command = capped(command, self.caps)
        if not command.live:
            return await self.client.observe(command, questions)
        if self.on_begun is None:
            return await stream(self.client.begin(command, questions), self.on_batch)
        run = self.client.begin(kept(command), questions)
        self.on_begun(run)
        return await stream(run, self.on_batch)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        return await self.client.observe_all(command)
