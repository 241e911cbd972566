"""Answers judged elsewhere: their order, and what it costs that one is lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path

import pytest

from tests.support.lessons import CODE, sound_course, write_course
from tests.support.wait import eventually, give_way
from tutor.authoring.batch.answer_lines import AnswerLine, read_answer
from tutor.authoring.batch.digests import AnswerDigests
from tutor.authoring.batch.elsewhere import AnswerLost, Elsewhere
from tutor.authoring.batch.judging import AnswerJudge, Judged, WorkerGone, judge_lines
from tutor.authoring.grade_answers import verdict_json
from tutor.authoring.json_lines import json_line
from tutor.course.model import Course
from tutor.grading.verdict import Verdict


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return sound_course(write_course(tmp_path, code=CODE))


async def numbered(codes: Iterable[str]) -> AsyncIterator[AnswerLine]:
    for number, code in enumerate(codes, 1):
        answer = {"id": number, "step": "double", "code": code}
        yield AnswerLine(number, json.dumps(answer).encode())


class Cluster:
    """Accepts each answer, unless what it does first ends it; keeps the ids in their order."""

    def __init__(self, first: Callable[[bytes], Awaitable[None]] | None = None) -> None:
        self.ids: list[object] = []
        self._first = first

    async def judge(self, line: bytes) -> bytes:
        answer = read_answer(line)
        self.ids.append(answer.id)
        if self._first is not None:
            await self._first(line)
        return json_line(verdict_json(Verdict("accept"), id=answer.id, step=answer.step))


async def judged(
    course: Course, cluster: Cluster, codes: Iterable[str], at_once: int = 4
) -> list[dict[str, object]]:
    written: list[Judged] = []
    judge = AnswerJudge(Elsewhere(cluster.judge, at_once), AnswerDigests(course, "2.0"))
    await judge_lines(numbered(codes), judge, written.append)
    return [each.record for each in written]


def codes(count: int, poison: Iterable[int] = ()) -> list[str]:
    """Programs, of which some end what judges them."""
    return [f"y = {number}{'  # poison' * (number in poison)}" for number in range(1, count + 1)]


async def die_of_poison(line: bytes) -> None:
    if b"poison" in line:
        raise AnswerLost


async def test_a_slow_answer_holds_back_only_what_is_written(course: Course) -> None:
    later = asyncio.Event()

    async def wait(line: bytes) -> None:
        if read_answer(line).id == 1:
            await later.wait()
        elif read_answer(line).id == 20:
            later.set()

    records = await judged(course, Cluster(wait), codes(50))
    assert [record["id"] for record in records] == list(range(1, 51))


async def test_no_more_is_read_than_is_judged_soon(course: Course) -> None:
    read: list[AnswerLine] = []
    cluster = Cluster(lambda _: asyncio.Event().wait())  # type: ignore[arg-type,return-value] # it never ends

    async def lines() -> AsyncIterator[AnswerLine]:
        async for line in numbered(codes(1000)):
            read.append(line)
            yield line

    elsewhere = Elsewhere(cluster.judge, 2)
    judge = AnswerJudge(elsewhere, AnswerDigests(course, "2.0"))
    judging = asyncio.create_task(judge_lines(lines(), judge, lambda _: None))
    await eventually(lambda: len(read) > elsewhere.ahead, "the lines ahead")
    assert (len(cluster.ids), len(read)) == (2, elsewhere.ahead + 1)
    judging.cancel()
    await asyncio.gather(judging, return_exceptions=True)


async def test_lost_once_an_answer_costs_nothing(course: Course) -> None:
    lost: set[object] = set()

    async def die_once(line: bytes) -> None:
        if len(lost) < 2 and (number := read_answer(line).id) not in lost:
            lost.add(number)
            raise AnswerLost

    records = await judged(course, Cluster(die_once), codes(60))
    assert len(lost) == 2
    assert [record["id"] for record in records] == list(range(1, 61))
    assert {record["verdict"] for record in records} == {"accept"}


async def test_what_is_lost_twice_is_told_and_was_tried_alone(course: Course) -> None:
    under_way: list[bytes] = []
    beside: list[int] = []

    async def note(line: bytes) -> None:
        again = cluster.ids.count(read_answer(line).id) > 1
        under_way.append(line)
        try:
            if again:
                beside.append(len(under_way) - 1)
            await give_way()
            await die_of_poison(line)
        finally:
            under_way.remove(line)

    cluster = Cluster(note)
    records = await judged(course, cluster, codes(45, poison=(7, 30)))
    lost = [record for record in records if record["verdict"] != "accept"]
    assert [(r["id"], r["verdict"], r["slug"], r["outcome"]) for r in lost] == [
        (7, "tutor-fault", "no-machine", "lost"),
        (30, "tutor-fault", "no-machine", "lost"),
    ]
    assert beside == [0, 0]


async def test_it_ends_where_too_many_are_lost(course: Course) -> None:
    with pytest.raises(WorkerGone, match=r"^6 of .* answers were lost: the process"):
        await judged(course, Cluster(die_of_poison), codes(100, poison=range(1, 101)))


async def test_what_cannot_be_mended_ends_it_and_leaves_nothing(course: Course) -> None:
    async def refuse(line: bytes) -> None:
        raise WorkerGone("Another version.")

    before = asyncio.all_tasks()
    with pytest.raises(WorkerGone, match="Another version"):
        await judged(course, Cluster(refuse), codes(100))
    await eventually(lambda: asyncio.all_tasks() == before, "no task left")
