"""Answers judged elsewhere, in chunks: order, and what it costs that a chunk is lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path

import pytest

from tests.support.lessons import CODE, sound_course, write_course
from tests.support.wait import eventually, give_way
from tutor.authoring.batch.answer_lines import AnswerLine, read_answer
from tutor.authoring.batch.chunks import MOST_LINES, ChunkLost, InChunks
from tutor.authoring.batch.digests import AnswerDigests
from tutor.authoring.batch.judging import AnswerJudge, Judged, WorkerGone, judge_lines
from tutor.authoring.grade_answers import verdict_json
from tutor.authoring.json_lines import json_line
from tutor.course.model import Course
from tutor.grading.verdict import Verdict

Chunk = list[bytes]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return sound_course(write_course(tmp_path, code=CODE))


async def numbered(codes: Iterable[str]) -> AsyncIterator[AnswerLine]:
    for number, code in enumerate(codes, 1):
        answer = {"id": number, "step": "double", "code": code}
        yield AnswerLine(number, json.dumps(answer).encode())


def accepted(chunk: Chunk) -> Chunk:
    answers = map(read_answer, chunk)
    return [json_line(verdict_json(Verdict("accept"), id=a.id, step=a.step)) for a in answers]


class Cluster:
    """Accepts each answer, unless what it does first ends it; keeps the ids of each chunk."""

    def __init__(self, first: Callable[[Chunk], Awaitable[None]] | None = None) -> None:
        self.chunks: list[list[object]] = []
        self._first = first

    async def judge(self, chunk: Chunk) -> Chunk:
        self.chunks.append([read_answer(line).id for line in chunk])
        if self._first is not None:
            await self._first(chunk)
        return accepted(chunk)


async def judged(
    course: Course, cluster: Cluster, codes: Iterable[str], slots: int = 2
) -> list[dict[str, object]]:
    written: list[Judged] = []
    async with InChunks(cluster.judge, slots) as chunks:
        judge = AnswerJudge(chunks, AnswerDigests(course, "2.0"))
        await judge_lines(numbered(codes), judge, written.append)
    return [each.record for each in written]


def codes(count: int, poison: tuple[int, ...] = ()) -> list[str]:
    """Programs, of which some end what judges them."""
    return [f"y = {number}{'  # poison' * (number in poison)}" for number in range(1, count + 1)]


async def die_of_poison(chunk: Chunk) -> None:
    if any(b"poison" in line for line in chunk):
        raise ChunkLost


async def test_full_chunks_and_a_record_for_each_line_in_order(course: Course) -> None:
    cluster = Cluster()
    records = await judged(course, cluster, codes(50))
    assert [record["id"] for record in records] == list(range(1, 51))
    assert [len(chunk) for chunk in cluster.chunks] == [MOST_LINES, MOST_LINES, 10]


async def test_a_chunk_that_is_slow_holds_back_only_what_is_written(course: Course) -> None:
    later = asyncio.Event()

    async def wait(chunk: Chunk) -> None:
        if read_answer(chunk[0]).id == 1:
            await later.wait()
        elif read_answer(chunk[0]).id == 3 * MOST_LINES + 1:
            later.set()

    records = await judged(course, Cluster(wait), codes(4 * MOST_LINES))
    assert [record["id"] for record in records] == list(range(1, 4 * MOST_LINES + 1))


async def test_no_more_is_read_than_is_judged_soon(course: Course) -> None:
    read: list[AnswerLine] = []
    cluster = Cluster(lambda _: asyncio.Event().wait())  # type: ignore[arg-type,return-value] # it never ends

    async def lines() -> AsyncIterator[AnswerLine]:
        async for line in numbered(codes(1000)):
            read.append(line)
            yield line

    async with InChunks(cluster.judge, 1) as chunks:
        judge = AnswerJudge(chunks, AnswerDigests(course, "2.0"))
        judging = asyncio.create_task(judge_lines(lines(), judge, lambda _: None))
        await eventually(lambda: len(cluster.chunks) == 2, "two chunks")
        judging.cancel()
        await asyncio.gather(judging, return_exceptions=True)
    assert len(read) == 2 * MOST_LINES + 1


async def test_large_programs_travel_in_small_chunks(course: Course) -> None:
    cluster = Cluster()
    await judged(course, cluster, [f"y = {number}{' ' * 100_000}" for number in range(6)])
    assert [len(chunk) for chunk in cluster.chunks] == [3, 3]


async def test_lost_once_a_chunk_costs_nothing(course: Course) -> None:
    lost: list[int] = []

    async def die_once(chunk: Chunk) -> None:
        if len(chunk) > 1 and len(lost) < 2:
            lost.append(len(chunk))
            raise ChunkLost

    records = await judged(course, Cluster(die_once), codes(60))
    assert lost == [MOST_LINES] * 2
    assert [record["id"] for record in records] == list(range(1, 61))
    assert {record["verdict"] for record in records} == {"accept"}


async def test_what_is_lost_twice_is_told_alone(course: Course) -> None:
    cluster = Cluster(die_of_poison)
    records = await judged(course, cluster, codes(45, poison=(7, 30)))
    lost = [record for record in records if record["verdict"] != "accept"]
    assert [(r["id"], r["verdict"], r["slug"], r["outcome"]) for r in lost] == [
        (7, "tutor-fault", "no-machine", "lost"),
        (30, "tutor-fault", "no-machine", "lost"),
    ]
    tries = [chunk for chunk in cluster.chunks if 7 in chunk]
    assert [len(chunk) for chunk in tries] == [MOST_LINES, 1]


async def test_a_line_is_tried_again_with_nothing_beside_it(course: Course) -> None:
    under_way: list[Chunk] = []
    beside: list[int] = []

    async def note(chunk: Chunk) -> None:
        under_way.append(chunk)
        try:
            if len(chunk) == 1:
                beside.append(len(under_way) - 1)
            await give_way()
            await die_of_poison(chunk)
        finally:
            under_way.remove(chunk)

    await judged(course, Cluster(note), codes(100, poison=(7, 30)), slots=3)
    assert beside == [0] * (2 * MOST_LINES)


async def test_it_ends_where_too_many_are_lost(course: Course) -> None:
    with pytest.raises(WorkerGone, match=r"^6 of .* answers were lost: the process"):
        await judged(course, Cluster(die_of_poison), codes(100, poison=tuple(range(1, 101))))


async def test_what_cannot_be_mended_ends_it_and_leaves_nothing(course: Course) -> None:
    async def refuse(chunk: Chunk) -> None:
        raise WorkerGone("Another version.")

    before = asyncio.all_tasks()
    with pytest.raises(WorkerGone, match="Another version"):
        await judged(course, Cluster(refuse), codes(100))
    await eventually(lambda: asyncio.all_tasks() == before, "no task left")
