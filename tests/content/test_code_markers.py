"""No program that is right has a marker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.content.answers import ANSWERS
from tests.grading.test_code_markers import ended
from tests.support.lessons import chapter
from tests.support.libraries import installed_library
from tutor.course.kinds import kind_of, scaffold_of
from tutor.course.model import CheckedStep, CodeStep, PredictStep, Step
from tutor.grading.code_markers import MarkerSearch, givens_of

pytestmark = pytest.mark.xdist_group("torch")

STEPS = [step for step in chapter().steps() if kind_of(step).has_program]


def right_programs(step: Step) -> Iterator[str]:
    yield scaffold_of(step)
    if isinstance(step, CheckedStep):
        yield step.solution
    if isinstance(step, CodeStep):
        yield from step.also_right
    if isinstance(step, PredictStep):
        yield step.program
    if step.id in ANSWERS:
        yield from (row.program for row in ANSWERS[step.id].right)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_no_right_program_has_a_marker(step: Step) -> None:
    search = MarkerSearch(givens_of(step), installed_library())
    for program in right_programs(step):
        found = ended(search.search(program))
        said = [search.explain(each) for each in found.markers]
        assert said == [], program


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_a_name_that_nothing_binds_is_marked_in_each(step: Step) -> None:
    search = MarkerSearch(givens_of(step))
    program = f"{scaffold_of(step)}\nunbound_anywhere\n"
    assert len(ended(search.search(program)).markers) == 1
