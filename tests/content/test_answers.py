"""Programs that learners write: right ones are never refused, wrong ones are told what is wrong.

Some of about a thousand are drawn, and `NNTUTOR_WHOLE=1` judges all.
"""

from __future__ import annotations

import re

import pytest

from tests.content.answers import Right, Wrong, right_answers, wrong_answers
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


async def judged(course: Course, step_id: str, program: str, client: WorkerClient) -> Verdict:
    step = course.find(step_id)
    assert isinstance(step, CodeStep)
    return await grade(step, program, client, other_exercises(course, step))


def table_ids(rows: list[tuple[str, str, Right]] | list[tuple[str, str, Wrong]]) -> list[str]:
    return [name for _, name, _ in rows]


RIGHT = drawn(list(right_answers()), 20, "right answers")
WRONG = drawn(list(wrong_answers()), 20, "wrong answers")


@pytest.mark.parametrize(("step", "_", "row"), RIGHT, ids=table_ids(RIGHT))
async def test_a_right_answer_is_accepted(
    step: str, _: str, row: Right, course: Course, client: WorkerClient
) -> None:
    verdict = await judged(course, step, row.program, client)
    assert verdict.accepted, verdict
    assert verdict.slug == row.note, verdict.message


@pytest.mark.parametrize(("step", "_", "row"), WRONG, ids=table_ids(WRONG))
async def test_a_wrong_answer_is_told_what_is_wrong(
    step: str, _: str, row: Wrong, course: Course, client: WorkerClient
) -> None:
    verdict = await judged(course, step, row.program, client)
    assert not verdict.accepted, verdict
    assert verdict.slug == row.slug, verdict
    assert verdict.message
    assert not re.search(r"\{|(?<![\w`)])\?", verdict.message), "a value could not be told"
    assert "Size(" not in verdict.message, "a shape is told as it is written"


A_THREAD_THAT_GOES_ON_WRITING = """
import sys
import threading

names = vars(sys.modules["__main__"])

def later():
    while True:
        names["probability"] = torch.tensor([[0.9168273210525513]])

threading.Thread(target=later, daemon=True).start()
sigmoid = nn.Sigmoid()
probability = 0
"""


async def test_a_thread_that_goes_on_writing_the_answer_is_refused(
    course: Course, client: WorkerClient
) -> None:
    verdict = await judged(course, "sigmoid", A_THREAD_THAT_GOES_ON_WRITING, client)
    assert not verdict.accepted, "which value is looked at is for chance to say; none is right"
    assert verdict.message
