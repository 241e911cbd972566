"""The session's use of the client: streaming a run, the runner for grading, and checks ahead.

Batches of events go to a callback.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from tutor.client.interface import Client, RunHandle
from tutor.config import Caps
from tutor.course.code import NotPython, parse_program
from tutor.course.model import CodeStep, Step
from tutor.grading.length import too_long
from tutor.session import late
from tutor.session.core import Hub
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


PAUSE_S = 0.3
"""Seconds without a change after which a check may begin: within a word there are fewer."""

REST = 9.0
"""Time without such checks after each, in multiples of what it took: a tenth of one core at most
goes into them, however long somebody types."""

QUICK_MS = 50.0
"""Milliseconds that each run of the step's own solution may take, for its programs to be run."""

MAX_LENGTH = 8_000
"""Characters of a program that is checked so: to take a longer one apart would halt the keys."""

_GROUP = "check ahead"


class ChecksAhead:
    """The checks that nobody has asked for, while nothing is typed; at most one at a time.

    Their verdicts are dropped. What stays is that the client has run the program, and gives those
    runs to the check that is asked for: it comes to the same verdict in the same way, without a
    wait for processes. Programs that take long are left alone: a training would cost battery at
    each pause.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._rested_at = 0.0
        self._checked: tuple[Step, str] | None = None

    def has_checked(self, source: str) -> bool:
        if self._checked is None:
            return False
        step, checked = self._checked
        return step is self._hub.state.step and checked == source

    def changed(self, step: Step, source: str) -> None:
        """Take a change of the program: forget what the one before gave, and check it soon."""
        self.forget()
        if not isinstance(step, CodeStep) or step.network or step.gpu:
            return
        if len(source) <= MAX_LENGTH:
            self._hub.background.start(self._check(step, source), _GROUP)

    def stop(self) -> None:
        """Begin no check, and no more runs of one that is under way; its runs are kept.

        They are for the activity that begins now, if it is a check.
        """
        self._checked = None
        self._hub.background.cancel(_GROUP)

    def forget(self) -> None:
        self.stop()
        if self._hub.worker.client is not None:
            self._hub.worker.client.forget_ahead()

    async def _check(self, step: Step, source: str) -> None:
        await asyncio.sleep(max(PAUSE_S, self._rested_at - time.monotonic()))
        client = self._hub.worker.client
        if client is None or self._hub.state.activity is not None or not client.can_run_ahead:
            return
        begun = time.monotonic()
        try:
            runs = await client.observe_all(late.grading_of(step).author_commands(step)[0])
            if all(run.outcome == "finished" and run.milliseconds <= QUICK_MS for run in runs):
                begun = time.monotonic()
                await self._judge(step, source, client)
        except Exception:
            pass  # a fault of the tutor is told by the check that is asked for
        finally:
            ended = time.monotonic()
            self._rested_at = ended + REST * (ended - begun)

    async def _judge(self, step: Step, source: str, client: Client) -> None:
        judge = late.grading_of(step).judge_program
        others = await self._hub.opening.other_exercises(step)
        if judge is not None and client.can_run_ahead and _is_whole(source):
            await judge(step, source, _RunnerAhead(client, self._hub.caps), others)
            self._checked = (step, source)


def _is_whole(source: str) -> bool:
    """Return True if the program is Python: at most pauses it is not yet."""
    try:
        return not too_long(source) and bool(parse_program(source).body)
    except NotPython:
        return False


class _RunnerAhead(StreamingRunner, frozen=True):
    """A runner for grading whose runs of the learner's program are kept for a later check."""

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        return await self.client.observe_ahead(kept(capped(command, self.caps)), questions)
