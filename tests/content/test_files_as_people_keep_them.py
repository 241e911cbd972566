"""Notebooks and scripts of several exercises, in `whole_files/`: each answers the steps it names.

None of them is made of the solutions: people's ways to keep exercises are what is tried. A part of
the answers is drawn for each run.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from msgspec import Struct, convert

from tests.support.sampling import drawn
from tutor.client.client import WorkerClient
from tutor.course.given_variations import other_exercises
from tutor.course.model import CodeStep, Course
from tutor.grading.grade import grade
from tutor.grading.verdict import Verdict

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("content"),
    pytest.mark.asyncio(loop_scope="package"),
]


class WholeFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A file, and how it answers the steps."""

    name: str
    text: str
    right: tuple[str, ...]
    """Steps that it answers rightly."""
    wrong: tuple[str, ...] = ()
    """Steps that it does not answer, or wrongly."""
    lost: tuple[str, ...] = ()
    """Steps that it answers rightly, and for which it is still refused."""


FILES = [
    convert(row, WholeFile)
    for path in sorted((Path(__file__).parent / "whole_files").glob("*.toml"))
    for row in tomllib.loads(path.read_text("utf-8"))["file"]
]


def rows(key: str) -> list[tuple[WholeFile, str]]:
    return [(file, step) for file in FILES for step in getattr(file, key)]


def names(table: list[tuple[WholeFile, str]]) -> list[str]:
    return [f"{file.name}-{step}" for file, step in table]


RIGHT, WRONG, LOST = rows("right"), rows("wrong"), rows("lost")
ONE_LINE_IN_OTHER_WORDS = [
    row for row in RIGHT if names([row]) == ["the-same-in-a-third-order-train-penguins"]
]
"""No other row has a copy of the given code that is not run at all."""
SOME_WRONG = drawn(WRONG, 8, "wrong in whole files")
DRAWN = list(dict.fromkeys([*drawn(RIGHT, 12, "whole files"), *ONE_LINE_IN_OTHER_WORDS]))


async def verdict_on(
    course: Course, file: WholeFile, step_id: str, client: WorkerClient
) -> Verdict:
    step = course.find(step_id)
    assert isinstance(step, CodeStep)
    return await grade(step, file.text, client, other_exercises(course, step))


@pytest.mark.parametrize(("file", "step"), DRAWN, ids=names(DRAWN))
async def test_a_file_answers_each_of_its_steps(
    file: WholeFile, step: str, course: Course, client: WorkerClient
) -> None:
    verdict = await verdict_on(course, file, step, client)
    assert verdict.accepted, verdict


@pytest.mark.parametrize(("file", "step"), SOME_WRONG, ids=names(SOME_WRONG))
async def test_a_wrong_answer_in_a_file_is_refused(
    file: WholeFile, step: str, course: Course, client: WorkerClient
) -> None:
    verdict = await verdict_on(course, file, step, client)
    assert not verdict.accepted, verdict
    assert verdict.kind != "tutor-fault"
    assert verdict.message


async def test_at_most_one_of_thirty_right_answers_is_lost() -> None:
    assert len(FILES) >= 60
    assert len(LOST) * 30 <= len(LOST) + len(RIGHT)
