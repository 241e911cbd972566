"""No verdict tells what is not the learner's: no inside of a check, no error of ours.

Judged is a part, drawn by the seed of the run, of all known programs, and of solutions with odd
things under their names.
"""

from __future__ import annotations

import pytest

from tests.content.answers import ANSWERS
from tests.support.lessons import chapter
from tests.support.sampling import drawn
from tutor.authoring.verdict_rules import find_leaks
from tutor.client.client import WorkerClient
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, Course
from tutor.grading.grade import grade
from tutor.grading.plan import wrong_programs

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(300),  # a step has up to 200 programs, where all are judged
    pytest.mark.xdist_group("content"),
    pytest.mark.asyncio(loop_scope="package"),
]

MAX_STEPS, MAX_PROGRAMS = 8, 4
"""Steps, and programs of each of them, that are judged where not all are."""

ODD = (
    "{name} = None",
    "{name} = []",
    "{name} = 0",
    "{name} = 'text'",
    "{name} = object()",
    "{name} = lambda *values: None",
    "{name} = lambda *values: 1 / 0",
    "{name} = torch.tensor([float('nan')])",
    "{name} = nn.Linear(1, 1)",
    "{name} = nn.Sequential(nn.Linear(3, 2), nn.Linear(5, 1))",
)
"""In place of each name that a solution binds, the rest as it is."""


def programs_for(step: CodeStep) -> list[str]:
    """Right, wrong and unfinished ones, and the solution with something else under each name."""
    known = ANSWERS.get(step.id)
    right = [row.program for row in known.right] if known else []
    wrong = [row.program for row in known.wrong] if known else []
    own = [step.scaffold, step.solution, *step.also_right, *wrong_programs(step)]
    return [*own, *right, *wrong, *odd(step)]


def odd(step: CodeStep) -> list[str]:
    """Each with one name that is bound again, to what no check expects."""
    names = bound_names(step.solution)
    return [
        f"{step.solution.rstrip()}\n{form.format(name=name)}\n" for name in names for form in ODD
    ]


def steps() -> list[str]:
    return [step.id for step in chapter().steps() if isinstance(step, CodeStep)]


@pytest.mark.parametrize("step_id", drawn(steps(), MAX_STEPS, "told"))
async def test_all_that_is_told_is_the_learners(
    step_id: str, course: Course, client: WorkerClient
) -> None:
    step = course.find(step_id)
    assert isinstance(step, CodeStep)
    programs = programs_for(step)
    for program in drawn(programs, MAX_PROGRAMS, f"told {step_id}"):
        verdict = await grade(step, program, client)
        assert find_leaks(step, verdict) == [], program
