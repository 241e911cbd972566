"""A part of a file that is right without givens of the learner's own, which count all the same."""

from __future__ import annotations

import pytest

from tests.grading.steps import sigmoid_step
from tests.support.python_runner import PythonRunner
from tutor.course.model import Exercise
from tutor.course.step_tables import Check, Variation
from tutor.grading.grade import grade
from tutor.grading.verdict import Verdict
from tutor.wire.commands import Execute

GIVEN = """\
w = [3, 4]
x = 2.4
make = lambda: 1
b = make()
w = w[1:]
score = x * b + w[0] - 4
made = next(counter)
"""
"""It makes something else when it runs again, as networks do: a copy that runs is refused."""
STEP = sigmoid_step(
    prelude="import math\nfrom itertools import count\ncounter = count()\n",
    given=GIVEN,
    solution="probability = 1 / (1 + math.exp(-score))\n",
    checks=(
        Check(true="0 < probability < 1 and made == given.made", base_only=True),
        Check(same="round(probability, 6) if given.x < 0 else 0"),
    ),
    variations=(Variation(given={"x": "-1.3"}),),
)
ANSWER = STEP.solution
ABOVE = "a = 7\nd = 8\nc = nowhere\n"
OTHERS = (Exercise("a = 7\nd = 8\n", "c = a + d\n"),)


async def judged(source: str, runner: PythonRunner | None = None) -> Verdict:
    return await grade(STEP, source, runner or PythonRunner(), OTHERS)


def copied(*changes: tuple[str, str]) -> str:
    """The given code with these changes, and the answer."""
    copy = GIVEN
    for old, new in changes:
        assert old in copy
        copy = copy.replace(old, new)
    return copy + ANSWER


@pytest.mark.parametrize(
    "source",
    [
        # the given code in other words
        copied(("x = 2.4", "x = 24 / 10")),
        copied(("lambda: 1", "lambda: 2 - 1")),
        ABOVE + copied(("x = 2.4", "x = 24 / 10")),
        "def read():\n    return 2.4\nscore = read()\n" + ANSWER,
        "c = 0\nscore = 2.4\n" + ANSWER,
        # what a copy of the given code below makes anew
        "score = 5\n" + GIVEN + ANSWER,
        # what was another exercise's
        ABOVE + "b = 9\nc = b\n" + GIVEN.replace("b = make()\n", "") + ANSWER,
    ],
)
async def test_givens_that_are_made_in_other_words_are_the_steps(source: str) -> None:
    verdict = await judged(source)
    assert verdict.accepted, verdict


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        (copied(("= make()", "= 2")), 4, "Line 4 sets `b` to `2`; the task's is `make()`."),
        (copied(("[3, 4]", "[3, 5]")), 1, "Line 1 redefines the given `w`."),
        # a name of another answer stands between
        ("score = 5\nc = 0\n" + ANSWER, 1, "Line 1 sets `score` to `5`; the task's is `x * b + w"),
        (GIVEN + "score = 5\nc = []\n" + ANSWER, 8, "Line 8 sets `score` to `5`"),
        # a function shows by what is made with it
        (copied(("lambda: 1", "lambda: 2")), 3, "Line 3 sets `make` to `lambda: 2`"),
        # what does not even run
        (copied(("= 2.4", "= 24 / 10"), ("lambda: 1", "[][0]")), 3, "Line 3 sets `make` to `[][0"),
        # below another exercise
        (ABOVE + copied(("= make()", "= 2")), 7, "Line 7 sets `b` to `2`"),
        (ABOVE + copied(("[3, 4]", "[3, 5]\nprint(w)")), 4, "Line 4 redefines the given `w`"),
    ],
)
async def test_an_answer_for_other_givens_is_refused_for_them(
    source: str, line: int, words: str
) -> None:
    verdict = await judged(source)
    assert (verdict.kind, verdict.slug, verdict.line) == ("reject", "changes-the-given", line)
    assert verdict.message.startswith(words)
    assert verdict.message.endswith("the rest is right.")
    assert not any("were judged" in note for note in verdict.notes)


async def test_a_given_of_ones_own_that_was_run_is_noted() -> None:
    verdict = await judged(ABOVE + GIVEN + "b = 1.0\n" + ANSWER)
    assert (verdict.kind, verdict.slug) == ("accept-with-note", "changes-the-given")
    assert verdict.message.startswith("Line 11 sets `b` to `1.0`; the task's is `make()`.")


async def test_nothing_more_is_run_where_no_line_of_the_givens_is_left_out() -> None:
    runner = PythonRunner()
    assert (await judged(GIVEN + ANSWER, runner)).kind == "accept"
    own = [each for each in runner.commands if isinstance(each, Execute)]
    assert len(own) == 2, "the base and one variation"
