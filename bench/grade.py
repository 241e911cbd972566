"""Times of checks without the screen, over all code steps.

Right answers are measured, first wrong ones with a cold cache, and the submissions of
`nntutor grade --jsonl`.
"""

from __future__ import annotations

import asyncio
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Row
from tests.support.lessons import sound_course
from tutor.authoring.grade_answers import grade_file
from tutor.client.client import WorkerClient
from tutor.course.model import CodeStep, Course
from tutor.paths import find_places
from tutor.wire.commands import ObserveAll, Program

REPEATS = 5
SUBMISSIONS = 200


def _code_steps(course: Course) -> list[CodeStep]:
    return [step for step in course.steps() if isinstance(step, CodeStep)]


def _wrong_of(step: CodeStep) -> str:
    return next((item.wrong for item in step.misconceptions if item.wrong), "pass")


async def _graded(course: Course, step: CodeStep, source: str, client: WorkerClient) -> float:
    begin = time.perf_counter()
    await grade_file(course, step.id, source, client)
    return (time.perf_counter() - begin) * 1000


async def _of_step(course: Course, step: CodeStep) -> tuple[list[float], float]:
    """Return the ms of right answers, and of the first wrong one of a worker with no cache yet."""
    client = WorkerClient()
    await client.start()
    try:
        await client.observe_all(_nothing())
        miss = await _graded(course, step, _wrong_of(step), client)
        await _graded(course, step, step.solution, client)
        hits = [await _graded(course, step, step.solution, client) for _ in range(REPEATS)]
    finally:
        await client.close()
    return hits, miss


def _nothing() -> ObserveAll:
    return ObserveAll(programs=(Program(source="pass"),), questions=())


def _submissions(steps: list[CodeStep]) -> Iterator[str]:
    for number in range(SUBMISSIONS):
        step = steps[number % len(steps)]
        code = step.solution if number % 2 else _wrong_of(step)
        yield json.dumps({"id": number, "step": step.id, "code": f"{code}\n# {number}\n"})


def _seconds_per_submission(steps: list[CodeStep]) -> float:
    """Return the seconds a submission takes, from the first verdict to the last.

    So the start of PyTorch is left out.
    """
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines.jsonl"
        lines.write_text("\n".join(_submissions(steps)), encoding="utf-8")
        command = [sys.executable, "-m", "tutor", "grade", "--jsonl", str(lines)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            begin = time.perf_counter()
            answers = sum(1 for _ in process.stdout)
            return (time.perf_counter() - begin) / answers


def measure() -> list[Row]:
    """Measure, and return the rows of the table."""
    course = sound_course(find_places().lessons)
    steps = _code_steps(course)
    hits: list[float] = []
    misses: list[float] = []
    for step in steps:
        again, first = asyncio.run(_of_step(course, step))
        hits += again
        misses.append(first)
    ninety_fifth = sorted(misses)[math.ceil(0.95 * len(misses)) - 1]
    each = _seconds_per_submission(steps) * 1000
    return [
        Row("verdict on a right answer, all code steps", hits),
        Row("verdict on a first miss, cold cache, all code steps", misses),
        Row("the same, 95th percentile", [ninety_fifth], aim="≤ 150 ms"),
        Row(f"one submission of {SUBMISSIONS} in `nntutor grade --jsonl`", [each], aim="≤ 33 ms"),
    ]
