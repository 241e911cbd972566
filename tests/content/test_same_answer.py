"""The same answer has the same verdict: alone, behind the givens, in a file, in `main()`.

Whether it is accepted is compared, and the slug, for some answers of each step; `NNTUTOR_WHOLE=1`
takes all. How an answer is spelt is drawn by its name, and is the same in each run.
"""

from __future__ import annotations

import random

import pytest

from tests.content.answers import Right, Wrong, right_answers, wrong_answers
from tests.content.spellings import SPELLINGS
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

ALL: list[tuple[str, str, Right | Wrong]] = [*right_answers(), *wrong_answers()]
ROWS = [row for row in ALL if "from __future__" not in row[2].program]
"""All rows but those with an import that may stand nowhere but at the top."""
TOLD_OTHERWISE = (
    # Its value cannot be printed: that stops the program before anything is asked of it.
    ("with prints", "__torch_function__", "raised-error"),
    # It has two mistakes, and the scaffold's second print stops at the other one.
    ("with prints", "return 1 / (1 + np.e ** x)", "wrong-axis"),
    # Nothing is stored, and the scaffold's print stops at the name that is missing.
    ("with prints", "\n\n\nsoftmax(scores)<end>", "missing-name"),
    ("with prints", "    return (x - x.mean(dim=0)) / x.std(dim=0)<end>", "missing-name"),
    # Below another exercise its own givens are run, which is said.
    ("in a file", "criterion(scores.double(), one_hot_label.double())<end>", "changes-the-given"),
    # Its pass may begin another exercise: the two lines above are judged, which is said.
    (
        "in a file",
        "nn.Linear(4, 2))\noptimizer = optim.SGD(model.parameters(), lr=0.01)\n"
        "pred = model(input_tensor)\nloss = criterion(pred, target)\nloss.backward()<end>",
        "missing-backward",
    ),
)  # fmt: skip
"""Spellings of answers with that text that are told something else, which is as true; `<end>` is
the end of an answer."""

CASES = drawn([(spelling, *row) for row in ROWS for spelling in SPELLINGS], 20, "spellings")


def spelt(course: Course, spelling: str, name: str, step: CodeStep, program: str) -> str:
    steps = [each for each in course.steps() if isinstance(each, CodeStep)]
    return SPELLINGS[spelling](step, program, steps, random.Random(f"{name} {spelling}"))


async def judged(course: Course, step: CodeStep, program: str, client: WorkerClient) -> Verdict:
    return await grade(step, program, client, other_exercises(course, step))


@pytest.mark.parametrize(
    ("spelling", "step_id", "name", "row"), CASES, ids=[f"{c[0]}-{c[2]}" for c in CASES]
)
async def test_the_same_answer_has_the_same_verdict(
    spelling: str,
    step_id: str,
    name: str,
    row: Right | Wrong,
    course: Course,
    client: WorkerClient,
) -> None:
    step = course.find(step_id)
    assert isinstance(step, CodeStep)
    source = spelt(course, spelling, name, step, row.program)
    verdict = await judged(course, step, source, client)
    assert verdict.accepted == isinstance(row, Right), (verdict, source)
    alone = row.note if isinstance(row, Right) else row.slug
    known = (
        slug
        for told, text, slug in TOLD_OTHERWISE
        if told == spelling and text in f"{row.program.rstrip()}<end>"
    )
    assert verdict.slug == next(known, alone), (verdict, source)
