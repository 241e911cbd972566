"""A runner that runs all programs of one answer in one process, for answers of the author's own.

Grading asks for a run under each variation at once; a process for each, as learners' programs have,
would take most of the time that a mutant costs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from msgspec import structs

from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation

_Request = tuple[Execute, "asyncio.Future[Observation]"]


class BatchingRunner:
    """A runner for one answer; what is asked for in one turn of the loop shares a process."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._waiting: dict[tuple[Question, ...], list[_Request]] = {}
        self._flushes: set[asyncio.Task[None]] = set()

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Return the observation of a run that shares its process with others of this turn."""
        if command.fixed or command.network:  # a batch cannot tell of them
            return await self._runner.observe(command, questions)
        future: asyncio.Future[Observation] = asyncio.get_running_loop().create_future()
        requests = self._waiting.setdefault(questions, [])
        requests.append((command, future))
        if len(requests) == 1:
            flush = asyncio.create_task(self._flush(questions))
            self._flushes.add(flush)
            flush.add_done_callback(self._flushes.discard)
        return await future

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Return what the runner itself gives."""
        return await self._runner.observe_all(command)

    async def _flush(self, questions: tuple[Question, ...]) -> None:
        requests = self._waiting.pop(questions)
        try:
            observations = await self._runner.observe_all(_batch_of(requests, questions))
        except Exception as error:
            for _, future in requests:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), observation in zip(requests, observations, strict=True):
            if not future.done():
                future.set_result(observation)


def _batch_of(requests: Sequence[_Request], questions: tuple[Question, ...]) -> ObserveAll:
    first = requests[0][0]
    limits = structs.replace(first.limits, seconds=first.limits.seconds * len(requests))
    programs = tuple(command.program for command, _ in requests)
    return ObserveAll(programs, questions, limits, step_log=first.step_log)
