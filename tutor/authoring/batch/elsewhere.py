"""Answers judged on other machines, which may vanish at any moment.

A lost answer is sent again with nothing beside it, so that only the one that makes machines vanish
is recorded as `lost`. The caller transports the lines.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tutor.authoring.batch.answer_lines import SubmittedAnswer
from tutor.authoring.batch.judging import Turns, WorkerGone
from tutor.authoring.batch.known_verdicts import Record, record_of
from tutor.authoring.grade_answers import verdict_json
from tutor.authoring.json_lines import json_line
from tutor.grading.verdict import Verdict

_AHEAD = 8
"""Lines read ahead of the oldest unwritten one, for each answer judged at once."""
_FEW_LOST = 5
_LOST_SHARE = 0.05
"""Tolerated share of lost answers, beyond the first few."""


class AnswerLost(Exception):
    """Raised if the judge of an answer has vanished, and with it the verdict."""


class Elsewhere:
    """Judges answers by `judge`, which takes a line of JSON and returns a record's line."""

    def __init__(self, judge: Callable[[bytes], Awaitable[bytes]], at_once: int) -> None:
        """Send `at_once` answers at the same time; `judge` raises AnswerLost."""
        self.ahead = _AHEAD * at_once
        self._judge = judge
        self._turns = Turns(at_once)
        self._judged = 0
        self._lost = 0

    async def record(self, answer: SubmittedAnswer) -> Record:
        """Judge an answer, and again, alone, if its judge vanished; return its record."""
        line = json_line({"id": answer.id, "step": answer.step, "code": answer.code})
        try:
            async with self._turns.beside_others():
                return await self._ask(line)
        except AnswerLost:
            pass
        try:
            async with self._turns.alone():
                return await self._ask(line)
        except AnswerLost:
            self._count_lost()
            return _lost(answer)

    async def _ask(self, line: bytes) -> Record:
        record = record_of(await self._judge(line))
        assert record is not None, "a worker answers with a record"
        self._judged += 1
        return record

    def _count_lost(self) -> None:
        self._lost += 1
        if self._lost > max(_FEW_LOST, _LOST_SHARE * (self._judged + 1)):
            raise WorkerGone(
                f"{self._lost} of {self._judged + self._lost} answers were lost: the process that "
                "judged them died twice. The answers cannot be the cause of so many."
            )


def _lost(answer: SubmittedAnswer) -> Record:
    message = (
        "The process that judged the answer died twice before it gave a verdict. This does not "
        "count."
    )
    verdict = Verdict("tutor-fault", "no-machine", message, outcome="lost")
    return verdict_json(verdict, id=answer.id, step=answer.step)
