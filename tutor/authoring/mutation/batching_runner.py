"""A runner that combines single runs of the author's programs into batches.

Grading asks for a run under each variation, each in its own process, as learners' programs need.
For mutants, the processes would be most of the cost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, Files, Limits, ObserveAll, Question
from tutor.wire.events import Observation


class _Kind(NamedTuple):
    """Settings that all runs of one batch share."""

    questions: tuple[Question, ...]
    limits: Limits
    step_log: bool
    files: Files
    fixed: tuple[str, ...]


class _Request(NamedTuple):
    command: Execute
    observation: asyncio.Future[Observation]


class BatchingRunner:
    """A runner whose runs requested in one turn of the event loop share a process."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._waiting: dict[_Kind, list[_Request]] = {}
        self._flushes: set[asyncio.Task[None]] = set()

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Return the observation of a run that shares its process with others of this turn."""
        if command.network or command.gpu:
            return await self._runner.observe(command, questions)
        kind = _Kind(questions, command.limits, command.step_log, command.files, command.fixed)
        request = _Request(command, asyncio.get_running_loop().create_future())
        requests = self._waiting.setdefault(kind, [])
        requests.append(request)
        if len(requests) == 1:
            flush = asyncio.create_task(self._flush(kind))
            self._flushes.add(flush)
            flush.add_done_callback(self._flushes.discard)
        return await request.observation

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Run the programs with the underlying runner."""
        return await self._runner.observe_all(command)

    async def _flush(self, kind: _Kind) -> None:
        requests = self._waiting.pop(kind)
        try:
            await self._run(kind, requests)
        except Exception as error:
            for request in requests:
                if not request.observation.done():
                    request.observation.set_exception(error)

    async def _run(self, kind: _Kind, requests: Sequence[_Request]) -> None:
        """Run a batch; run those after an unfinished program in another batch."""
        observations = await self._runner.observe_all(_batch_of(kind, requests))
        for index, (request, observation) in enumerate(zip(requests, observations, strict=True)):
            if observation.executed is None and len(requests) > 1:
                await self._run(kind, [request])
                await self._run_rest(kind, request, requests[index + 1 :])
                return
            _answer(request, observation)

    async def _run_rest(self, kind: _Kind, ended: _Request, rest: Sequence[_Request]) -> None:
        """Run the requests that follow an unfinished one.

        If that one did not finish alone either, its program is not tried under other givens: each
        would take the whole time limit.
        """
        others = [request for request in rest if not request.observation.done()]
        if ended.observation.done() and not ended.observation.cancelled():
            observation = ended.observation.result()
            if observation.executed is None:
                for request in others:
                    if request.command.program.source == ended.command.program.source:
                        _answer(request, observation)
        others = [request for request in others if not request.observation.done()]
        if others:
            await self._run(kind, others)


def _answer(request: _Request, observation: Observation) -> None:
    if not request.observation.done():  # else it was cancelled
        request.observation.set_result(observation)


def _batch_of(kind: _Kind, requests: Sequence[_Request]) -> ObserveAll:
    """Return the command for some runs, with the time limit of one; late ones run later.

    So a program without an end is detected soon.
    """
    programs = tuple(request.command.program for request in requests)
    return ObserveAll(
        programs,
        kind.questions,
        kind.limits,
        step_log=kind.step_log,
        files=kind.files,
        fixed=kind.fixed,
    )
