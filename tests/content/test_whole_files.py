"""Files of several exercises, as people keep them: the whole chapter, given code and answers."""

from __future__ import annotations

import pytest

from tests.support.lessons import chapter
from tests.support.sampling import drawn
from tutor.client.client import WorkerClient
from tutor.course.given_variations import bound_names, other_exercises
from tutor.course.model import CodeStep
from tutor.grading.grade import grade
from tutor.grading.sections import wanted_names
from tutor.grading.verdict import Verdict

COURSE = chapter()
STEPS = [step for step in COURSE.steps() if isinstance(step, CodeStep)]
ALONE = [
    step
    for step in STEPS
    if step.given not in ("", *(each.given for each in other_exercises(COURSE, step)))
]
"""Those whose given code tells them from the others."""

IN_ONE_FILE = drawn(STEPS, 5, "steps in one file")
SHORTER = drawn(STEPS, 3, "steps in shorter files")
MISTAKEN = drawn(ALONE, 3, "mistakes in one file")

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("content"),
    pytest.mark.asyncio(loop_scope="package"),
]


def in_one_file(steps: list[CodeStep], answers: dict[str, str] | None = None) -> str:
    """The steps' given code and answers, one below the other; the solution where none is set."""
    told = answers or {}
    parts = [f"# {step.title}\n{step.given}\n{told.get(step.id, step.solution)}" for step in steps]
    return "\n".join([COURSE.prelude, *parts])


async def verdict_on(step: CodeStep, source: str, client: WorkerClient) -> Verdict:
    return await grade(step, source, client, other_exercises(COURSE, step))


def ids(steps: list[CodeStep]) -> list[str]:
    return [step.id for step in steps]


@pytest.mark.parametrize("step", IN_ONE_FILE, ids=ids(IN_ONE_FILE))
async def test_the_chapter_in_one_file_answers_each_of_its_steps(
    step: CodeStep, client: WorkerClient
) -> None:
    verdict = await verdict_on(step, in_one_file(STEPS), client)
    assert verdict.accepted, verdict.message
    assert step.given == "" or any(note.startswith("Lines ") for note in verdict.notes)


@pytest.mark.parametrize("step", SHORTER, ids=ids(SHORTER))
async def test_so_does_a_file_that_begins_or_ends_with_it(
    step: CodeStep, client: WorkerClient
) -> None:
    place = STEPS.index(step)
    for steps in (STEPS[: place + 1], STEPS[place : place + 2], STEPS[place : place + 3]):
        verdict = await verdict_on(step, in_one_file(steps), client)
        assert verdict.accepted, verdict.message


@pytest.mark.parametrize("step", MISTAKEN, ids=ids(MISTAKEN))
async def test_a_mistake_among_right_answers_is_told_by_its_name(
    step: CodeStep, client: WorkerClient
) -> None:
    wanted = wanted_names(step)
    whole = [m for m in step.misconceptions if m.wrong and wanted <= set(bound_names(m.wrong))]
    for mistake in whole[:4]:
        verdict = await verdict_on(step, in_one_file(STEPS, {step.id: mistake.wrong}), client)
        assert (verdict.kind, verdict.slug) == ("reject", mistake.id)
