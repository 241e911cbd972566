"""Answers judged on other machines, which may vanish at any moment: sent in chunks of lines.

A lost chunk is sent again, line by line and with nothing beside it, so that only the answer that
makes machines vanish is recorded as `lost`. The caller transports the chunks.
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
"""Lines of a chunk: a message for each would cost more than judging many of the answers."""
_MOST_BYTES = 256 * 1024
"""Bytes after which a chunk is sent, even with fewer lines."""
_FOR_EACH_SLOT = 2
"""Chunks in flight for each that is judged at once, so that the next one is ready."""
_WAIT_S = 0.05
"""Seconds that a chunk waits for further lines."""
_FEW_LOST = 5
_LOST_SHARE = 0.05
"""Tolerated share of lost answers, beyond the first few."""

JudgeChunk = Callable[[list[bytes]], Awaitable[list[bytes]]]


class ChunkLost(Exception):
    """Raised if the judge of a chunk has vanished, and with it the verdicts."""


class _Waiting(NamedTuple):
    answer: SubmittedAnswer
    line: bytes
    record: asyncio.Future[Record]


class InChunks:
    """Judges answers elsewhere; as a context manager it leaves no chunk behind."""

    def __init__(self, judge_chunk: JudgeChunk, slots: int) -> None:
        """`slots` chunks are judged at once, which `judge_chunk` sends.

        It takes lines of JSON and returns a record for each, or raises ChunkLost.
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
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cancel all chunks in flight."""
        if self._timer is not None:
            self._timer.cancel()
        for task in self._sent:
            task.cancel()
        await asyncio.gather(*self._sent, return_exceptions=True)

    async def record(self, answer: SubmittedAnswer) -> Record:
        """Judge an answer in a chunk with those that follow soon; return its record."""
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
        """Give each line of a chunk its record, or the error that ends the command."""
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
        """Return the records of the lines; None if they are lost."""
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
            if not each.record.done():  # else it was cancelled
                each.record.set_result(record)

    def _count_lost(self) -> None:
        self._lost += 1
        if self._lost > max(_FEW_LOST, _LOST_SHARE * (self._judged + 1)):
            raise WorkerGone(
                f"{self._lost} of {self._judged + 1} answers were lost: the process that judged "
                "them died twice. The answers cannot be the cause of so many."
            )


def _lost(answer: SubmittedAnswer) -> Record:
    message = (
        "The process that judged the answer died twice before it gave a verdict. This does not "
        "count."
    )
    verdict = Verdict("tutor-fault", "no-machine", message, outcome="lost")
    return verdict_json(verdict, id=answer.id, step=answer.step)
