"""Answers judged elsewhere, on machines that may go at any moment: sent in chunks of some lines.

A chunk that is lost is sent again, line by line and with nothing beside it, so that what makes
machines go is the only one to be answered `lost`. How chunks travel is the caller's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import NamedTuple

from tutor.authoring.batch.answer_lines import SubmittedAnswer
from tutor.authoring.batch.judging import Turns, WorkerGone
from tutor.authoring.batch.known_verdicts import Record, record_of
from tutor.authoring.grade_answers import verdict_json
from tutor.authoring.json_lines import json_line
from tutor.grading.verdict import Verdict

MOST_LINES = 20
"""Lines of a chunk: a message each would cost more than many an answer."""
_MOST_BYTES = 256 * 1024
"""Bytes after which a chunk is sent, however few lines it has."""
_FOR_EACH_SLOT = 2
"""Chunks for each that is judged at once: the next one is there when one is done."""
_WAIT_S = 0.05
"""Seconds that a chunk waits for further lines."""
_FEW_LOST = 5
_LOST_SHARE = 0.05
"""Lost answers that are put up with: so many, and beyond them this share of all."""

JudgeChunk = Callable[[list[bytes]], Awaitable[list[bytes]]]


class ChunkLost(Exception):
    """What judged a chunk has gone, and with it the verdicts."""


class _Waiting(NamedTuple):
    answer: SubmittedAnswer
    line: bytes
    record: asyncio.Future[Record]


class InChunks:
    """Answers that are judged elsewhere; as a context manager it leaves no chunk behind."""

    def __init__(self, judge_chunk: JudgeChunk, slots: int) -> None:
        """Prepare; `slots` chunks are judged at once, which `judge_chunk` sends.

        It gets lines of JSON, and gives a record for each, or raises ChunkLost.
        """
        self.ahead = _FOR_EACH_SLOT * slots * MOST_LINES
        self._judge_chunk = judge_chunk
        self._turns = Turns(_FOR_EACH_SLOT * slots)
        self._filling: list[_Waiting] = []
        self._filled = 0
        self._timer: asyncio.TimerHandle | None = None
        self._sent: set[asyncio.Task[None]] = set()
        self._judged = 0
        self._lost = 0

    async def __aenter__(self) -> InChunks:
        """Return the judge itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget all chunks that are under way."""
        if self._timer is not None:
            self._timer.cancel()
        for task in self._sent:
            task.cancel()
        await asyncio.gather(*self._sent, return_exceptions=True)

    async def record(self, answer: SubmittedAnswer) -> Record:
        """Judge an answer with those that come soon after it; return its record."""
        line = json_line({"id": answer.id, "step": answer.step, "code": answer.code})
        loop = asyncio.get_running_loop()
        waiting = _Waiting(answer, line, loop.create_future())
        self._filling.append(waiting)
        self._filled += len(line)
        if len(self._filling) >= MOST_LINES or self._filled >= _MOST_BYTES:
            self._send()
        elif self._timer is None:
            self._timer = loop.call_later(_WAIT_S, self._send)
        return await waiting.record

    def _send(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        chunk, self._filling, self._filled = self._filling, [], 0
        task = asyncio.create_task(self._settle(chunk))
        self._sent.add(task)
        task.add_done_callback(self._sent.discard)

    async def _settle(self, chunk: list[_Waiting]) -> None:
        """See to it that each line of a chunk has its record, or the error that ends it all."""
        try:
            await self._judge(chunk)
        except Exception as error:
            for each in chunk:
                if not each.record.done():
                    each.record.set_exception(error)

    async def _judge(self, chunk: list[_Waiting]) -> None:
        async with self._turns.beside_others():
            records = await self._ask(chunk)
        if records is not None:
            self._tell(chunk, records)
            return
        for each in chunk:
            async with self._turns.alone():
                records = await self._ask([each])
            if records is None:
                self._count_lost()
                records = [_lost(each.answer)]
            self._tell([each], records)

    async def _ask(self, chunk: Sequence[_Waiting]) -> list[Record] | None:
        """Return the records of the lines, None if they are lost."""
        try:
            found = map(record_of, await self._judge_chunk([each.line for each in chunk]))
        except ChunkLost:
            return None
        records = [record for record in found if record is not None]
        assert len(records) == len(chunk), "a chunk has a record for each line"
        return records

    def _tell(self, chunk: Sequence[_Waiting], records: Sequence[Record]) -> None:
        self._judged += len(chunk)
        for each, record in zip(chunk, records, strict=True):
            if not each.record.done():  # nobody waits for it any more
                each.record.set_result(record)

    def _count_lost(self) -> None:
        self._lost += 1
        if self._lost > max(_FEW_LOST, _LOST_SHARE * (self._judged + 1)):
            raise WorkerGone(
                f"{self._lost} of {self._judged + 1} answers were lost, each twice, with what "
                "judged them: more than an answer can be to blame for."
            )


def _lost(answer: SubmittedAnswer) -> Record:
    message = "What judged the answer went twice before there was a verdict. This does not count."
    verdict = Verdict("tutor-fault", "no-machine", message, outcome="lost")
    return verdict_json(verdict, id=answer.id, step=answer.step)
