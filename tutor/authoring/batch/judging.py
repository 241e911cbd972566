"""Many answers judged concurrently, with a record for each, in the order of their lines.

Equal answers are judged once. A program that kills the worker must not affect other lines: answers
judged at that moment are judged again, alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple, Protocol

from msgspec import structs

from tutor.authoring.batch.answer_lines import AnswerLine, SubmittedAnswer, read_answer
from tutor.authoring.batch.digests import AnswerDigests
from tutor.authoring.batch.known_verdicts import KnownVerdicts, Record
from tutor.authoring.grade_answers import grade_file, verdict_json
from tutor.course.model import Course
from tutor.grading.verdict import Runner, Verdict
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation

_AHEAD = 16
"""Lines read ahead of the oldest unwritten one, for each answer judged at once: a slow answer
delays the writing of later ones, but not their judging."""

_ACCEPTED = ("accept", "accept-with-note")


async def _do_nothing() -> None:
    pass


class Judged(NamedTuple):
    """The record of a line, and True if a worker was asked for it."""

    record: Record
    anew: bool = True


class WorkerGone(Exception):
    """Raised if no further answer can be judged; the message says why."""


class OneByOne(Protocol):
    """Judges an answer without a known verdict: a worker here, or several elsewhere."""

    @property
    def ahead(self) -> int:
        """Number of lines read ahead of the oldest unwritten one."""
        ...

    async def record(self, answer: SubmittedAnswer) -> Record:
        """Judge an answer; return its record, without a digest."""
        ...


class AnswerJudge:
    """Judges answers, several of them concurrently."""

    def __init__(
        self,
        one_by_one: OneByOne,
        digests: AnswerDigests,
        *,
        known: KnownVerdicts | None = None,
        dedupe: bool = True,
    ) -> None:
        """Reuse verdicts that are `known`; with `dedupe`, judge equal answers once."""
        self.ahead = one_by_one.ahead
        self._one_by_one = one_by_one
        self._digests = digests
        self._known = known or KnownVerdicts()
        self._dedupe = dedupe
        self._under_way: dict[str, asyncio.Task[Record]] = {}

    async def judge(self, line: AnswerLine) -> Judged:
        """Return the record of a line, also of an unreadable one."""
        try:
            answer = read_answer(line.content)
        except ValueError as error:
            return Judged(_unreadable(line.number, str(error)), anew=False)
        digest = self._digests.of(answer)
        if digest is None:
            return Judged(await self._record(answer, None))
        if (found := self._known.find(digest)) is not None:
            return Judged(found | {"id": answer.id}, anew=False)
        if not self._dedupe:
            return Judged(await self._record(answer, digest))
        task = self._under_way.get(digest)
        if task is not None:
            return Judged(await task | {"id": answer.id}, anew=False)
        return Judged(await self._record_for_all(answer, digest))

    async def _record_for_all(self, answer: SubmittedAnswer, digest: str) -> Record:
        """Judge an answer for all equal ones that arrive while it is judged."""
        task = asyncio.create_task(self._record(answer, digest))
        self._under_way[digest] = task
        try:
            record = await task
        finally:
            del self._under_way[digest]
        self._known.add(digest, record)
        return record

    async def _record(self, answer: SubmittedAnswer, digest: str | None) -> Record:
        return await self._one_by_one.record(answer) | {"digest": digest}


class WithRunner:
    """Judges answers with one runner, `at_once` of them concurrently."""

    def __init__(
        self,
        course: Course,
        runner: Runner,
        *,
        at_once: int = 1,
        recover: Callable[[], Awaitable[None]] = _do_nothing,
    ) -> None:
        """`recover` is awaited before an answer is judged for the second time."""
        self.ahead = at_once * _AHEAD
        self._course = course
        self._runner = runner
        self._recover = recover
        self._turns = Turns(at_once)

    async def record(self, answer: SubmittedAnswer) -> Record:
        """Judge an answer, and again, alone, if the worker died; return its record."""
        return verdict_json(await self._verdict(answer), id=answer.id, step=answer.step)

    async def _verdict(self, answer: SubmittedAnswer) -> Verdict:
        async with self._turns.beside_others():
            watched = _WatchedRunner(self._runner)
            verdict = await grade_file(self._course, answer.step, answer.code, watched)
        if not watched.lost:
            return verdict
        async with self._turns.alone():
            await self._recover()
            watched = _WatchedRunner(self._runner)
            verdict = await grade_file(self._course, answer.step, answer.code, watched)
        is_lost = watched.lost and verdict.kind == "tutor-fault"
        return structs.replace(verdict, outcome="lost") if is_lost else verdict


async def judge_lines(
    lines: AsyncIterator[AnswerLine], judge: AnswerJudge, write: Callable[[Judged], None]
) -> bool:
    """Judge lines of JSON, `{"id", "step", "code"}`; return True if all are accepted.

    Each line gets a record, in the order of the lines and as soon as those before it are written,
    also while the next line is awaited.
    """
    window = asyncio.Semaphore(judge.ahead)
    begun: asyncio.Queue[asyncio.Task[Judged] | None] = asyncio.Queue()
    tasks: set[asyncio.Task[Judged]] = set()

    async def begin_all() -> None:
        try:
            async for line in lines:
                await window.acquire()
                task = asyncio.create_task(judge.judge(line))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                begun.put_nowait(task)
        finally:
            begun.put_nowait(None)

    reading = asyncio.create_task(begin_all())
    all_accepted = True
    try:
        while (task := await begun.get()) is not None:
            judged = await task
            write(judged)
            all_accepted &= is_accepted(judged.record)
            window.release()
        await reading
    finally:
        for each in (reading, *tasks):
            each.cancel()
        await asyncio.gather(reading, *tasks, return_exceptions=True)
    return all_accepted


def is_accepted(record: Record) -> bool:
    return record["verdict"] in _ACCEPTED


class Turns:
    """A semaphore with a number of slots, which can also be held exclusively."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._free = asyncio.Semaphore(at_once)
        self._alone = asyncio.Lock()

    @asynccontextmanager
    async def beside_others(self) -> AsyncIterator[None]:
        """Hold one of the slots while the context is open."""
        async with self._free:
            yield

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Hold all slots while the context is open."""
        taken = 0
        async with self._alone:  # else two would wait for each other, each with some of the slots
            try:
                while taken < self._at_once:
                    await self._free.acquire()
                    taken += 1
                yield
            finally:
                for _ in range(taken):
                    self._free.release()


class _WatchedRunner:
    """A runner that notes if a run was lost, even one of the author's programs."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.lost = False

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run a learner's program in a process of its own, then ask the questions."""
        observation = await self._runner.observe(command, questions)
        self.lost |= observation.outcome == "lost"
        return observation

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Run programs of the lesson's author; return one observation each."""
        observations = await self._runner.observe_all(command)
        self.lost |= any(each.outcome == "lost" for each in observations)
        return observations


def _unreadable(number: int, message: str) -> Record:
    verdict = Verdict("tutor-fault", "unreadable-line", f"Line {number} {message}.")
    record = verdict_json(verdict, id=None, step="") | {"step": None, "digest": None}
    return {"id": None, "line": number, **record}
