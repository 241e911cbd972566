"""Answers that begin with the learner's own answer to an earlier step: whose fault is what."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.python_runner import PythonRunner
from tests.support.used_steps import OWN, step_of, used_course
from tutor.course.model import CodeStep
from tutor.course.used_answers import with_own
from tutor.grading.grade import grade
from tutor.grading.plan import author_commands, learner_command
from tutor.grading.submission import read_submission
from tutor.grading.verdict import Verdict
from tutor.wire.commands import ObserveAll

RIGHT = "volume = edge * square(edge)"
ONLY_THREE_AND_SEVEN = "def square(number):\n    return {3: 9, 7: 49, 5: 25}[number]"
OFF = "def square(number):\n    return number * number + (number == 2)"
ENDLESS_NAME = "area = square(side)"


@pytest.fixture
def step(tmp_path: Path) -> CodeStep:
    return step_of(used_course(tmp_path), "cube")


async def judged(step: CodeStep, own: str, source: str) -> Verdict:
    return await grade(with_own(step, lambda _: own), source, PythonRunner())


@pytest.mark.parametrize("own", ["", OWN])
@pytest.mark.parametrize(
    ("source", "kind", "slug"),
    [(RIGHT, "accept", None), ("volume = square(edge)", "reject", "one-side")],
)
async def test_it_is_judged_as_with_the_solution(
    step: CodeStep, own: str, source: str, kind: str, slug: str
) -> None:
    verdict = await judged(step, own, source)
    assert (verdict.kind, verdict.slug) == (kind, slug)


@pytest.mark.parametrize(
    ("own", "told"),
    [
        (OFF, "would be refused"),
        (ONLY_THREE_AND_SEVEN, "The dict has no entry 2"),
        (ENDLESS_NAME, "does not run to its end"),
    ],
    ids=["other values", "raises when called", "raises by itself"],
)
async def test_a_right_answer_is_not_refused_for_an_earlier_one(
    step: CodeStep, own: str, told: str
) -> None:
    verdict = await judged(step, own, RIGHT)
    assert (verdict.kind, verdict.slug) == ("accept-with-note", "earlier-answer-differs")
    assert "in place of your own answer to “A function for squares”" in verdict.message
    assert told in verdict.message


async def test_a_wrong_answer_is_told_by_the_values_that_the_learner_sees(step: CodeStep) -> None:
    verdict = await judged(step, OFF, "volume = square(edge)")
    assert verdict.kind == "reject"
    assert verdict.checks[0].got == "5"


async def test_a_wrong_answer_above_which_nothing_runs_is_told_by_the_solution(
    step: CodeStep,
) -> None:
    verdict = await judged(step, ENDLESS_NAME, "volume = square(edge)")
    assert (verdict.kind, verdict.slug) == ("reject", "one-side")
    assert "does not run to its end" in verdict.notes[0]


def test_what_is_expected_never_hangs_on_a_learner(step: CodeStep) -> None:
    own = with_own(step, lambda _: OWN)
    assert author_commands(own) == author_commands(step)
    assert OWN in learner_command(own, RIGHT).program.prelude
    assert all(isinstance(command, ObserveAll) for command in author_commands(own))


async def test_a_name_of_the_earlier_step_may_be_bound_anew(step: CodeStep) -> None:
    source = "def square(number):\n    return number ** 2\nside = 4\n" + RIGHT
    assert (await judged(step, OWN, source)).kind == "accept"


@pytest.mark.parametrize("above", [OWN.partition("\n\n")[0], f"side = 3\n{OWN}"])
async def test_givens_that_stand_below_the_earlier_answer_are_repeated_ones(
    step: CodeStep, above: str
) -> None:
    verdict = await judged(step, OWN, f"{above}\nedge = 2\n{RIGHT}")
    assert (verdict.kind, verdict.notes) == ("accept", ())


def test_an_earlier_answer_goes_with_the_givens_below_it(step: CodeStep) -> None:
    own = with_own(step, lambda _: OWN)
    repeated = read_submission(own, f"{OWN}\nedge = 2\n{RIGHT}").source
    assert repeated.strip() == RIGHT
    below = read_submission(own, f"edge = 2\n{OWN}\n{RIGHT}").source
    assert below.strip() == f"{OWN}\n{RIGHT}".strip()


async def test_what_was_judged_of_an_accepted_file_is_told(step: CodeStep) -> None:
    verdict = await judged(step, OWN, f"edge = 2\n{RIGHT}\n")
    assert verdict.program.strip() == RIGHT
    assert (await judged(step, OWN, "volume = 3")).program == ""
