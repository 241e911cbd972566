"""Lines of the scaffold's own at which an answer stops: what was computed above them is judged."""

from __future__ import annotations

import pytest

from tests.grading.steps import sigmoid_step
from tests.support.python_runner import PythonRunner
from tutor.course.step_tables import Misconception
from tutor.grading.grade import grade
from tutor.grading.verdict import Verdict

STEP = sigmoid_step(
    scaffold="# The answer\nprobability = ____\n\nprint(round(probability, 4))\n",
    own_misconceptions=(
        Misconception(id="complex", when="isinstance(probability, complex)", say="It is complex."),
        Misconception(id="in-a-list", wrong="probability = [x]", say="It is a list of one."),
        Misconception(id="any-type", raises="TypeError", say="Round a number."),
    ),
)
PRINT = "print( round(probability, 4) )  # as in the scaffold"


async def judged(source: str) -> Verdict:
    return await grade(STEP, source, PythonRunner())


@pytest.mark.parametrize(
    ("answer", "slug"),
    [("probability = complex(x)", "complex"), ("probability = list([x])", "in-a-list")],
    ids=["by a property", "by values"],
)
async def test_the_cause_is_told_and_not_the_print_that_stops_at_it(answer: str, slug: str) -> None:
    verdict = await judged(f"{answer}\nprint('so far')\n{PRINT}")
    assert (verdict.kind, verdict.slug, verdict.error) == ("reject", slug, "TypeError")
    assert verdict.evidence[0] == f"line 3: {PRINT}"
    assert verdict.outcome == "raised"


@pytest.mark.parametrize(
    "source",
    [
        f"probability = {{}}\n{PRINT}",
        f"probability = 'p'\nprint(probability + 1)\n{PRINT}",
        f"probability = 'p'\ndef round(p, n): return p + n\n{PRINT}",
    ],
    ids=["no cause that the step knows", "a line of one's own", "a function of one's own"],
)
async def test_else_the_error_itself_is_told(source: str) -> None:
    verdict = await judged(source)
    assert (verdict.slug, verdict.error) == ("any-type", "TypeError")


async def test_a_right_answer_is_still_told_what_raised() -> None:
    verdict = await judged(f"probability = 1 / (1 + math.exp(-x))\nround = 1\n{PRINT}")
    assert (verdict.kind, verdict.slug) == ("reject", "any-type")
