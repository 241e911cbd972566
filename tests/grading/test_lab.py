"""A lab is judged by runs with the values of its sliders, which together reach every goal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import DRAWN, LAB, sound_course, write_course
from tests.support.python_runner import PythonRunner
from tutor.course.model import LabStep
from tutor.grading.kinds import grading_of
from tutor.grading.lab import (
    NOTHING_DRAWN,
    REACHED,
    goals_in,
    goals_question,
    grade_lab,
    lab_command,
)


@pytest.fixture
def step(tmp_path: Path) -> LabStep:
    (found,) = sound_course(write_course(tmp_path, lab=LAB)).steps()
    assert isinstance(found, LabStep)
    return found


def test_the_program_runs_below_the_lines_of_the_sliders(step: LabStep) -> None:
    program = lab_command(step, "width = 2\nrate = 0.5\n").program
    assert program.given == "base = 3"
    assert program.source == "width = 2\nrate = 0.5\n\ntotal = base * width * (rate > 0)\n"


async def test_runs_reach_the_goals_together(step: LabStep) -> None:
    verdict = await grade_lab(step, step.solved, PythonRunner())
    assert (verdict.kind, verdict.message) == ("accept", REACHED)
    assert verdict.program == step.solved
    assert [check.passed for check in verdict.checks] == [True, True]


async def test_a_goal_that_no_run_reaches_is_named(step: LabStep) -> None:
    verdict = await grade_lab(step, "width = 8\nrate = 0.1\n", PythonRunner())
    assert (verdict.kind, verdict.slug) == ("reject", "goal-not-reached")
    assert "In another run, less than 6." in verdict.message
    assert "At least 12" not in verdict.message
    assert verdict.program == ""


@pytest.mark.parametrize(
    ("source", "kind", "slug"),
    [
        ("", "not-attempted", "empty-answer"),
        ("width = 3\nrate = 0.1", "reject", "not-slider-values"),
        ("total = 12", "reject", "not-slider-values"),
        ("x = 1\n" * 100_000, "reject", "too-long"),
    ],
)
async def test_what_is_no_values_of_the_sliders_is_not_run(
    step: LabStep, source: str, kind: str, slug: str
) -> None:
    verdict = await grade_lab(step, source, PythonRunner())
    assert (verdict.kind, verdict.slug) == (kind, slug)


async def test_a_program_that_raises_is_explained(tmp_path: Path) -> None:
    text = LAB.replace("base * width * (rate > 0)", "base / (width - 1)")
    (step,) = sound_course(write_course(tmp_path, lab=text)).steps()
    assert isinstance(step, LabStep)
    verdict = await grade_lab(step, "width = 1\nrate = 0.1", PythonRunner())
    assert (verdict.kind, verdict.slug) == ("reject", "division-by-zero")
    assert "line 4: total = base / (width - 1)" in verdict.evidence


async def test_a_run_shows_the_values_that_the_step_names(step: LabStep) -> None:
    grading = grading_of(step)
    assert grading.command is not None
    assert grading.reached_goals is not None
    command = grading.command(step, "width = 4\nrate = 0.1\n")
    observation = await PythonRunner().observe(command, grading.questions(step))
    assert grading.shown_values(step, observation) == (("in all", "12"),)
    assert grading.reached_goals(step, observation) == {0}


async def test_a_drawing_is_judged_by_the_run_that_it_is_bound_in(tmp_path: Path) -> None:
    (step,) = sound_course(write_course(tmp_path, lab=DRAWN)).steps()
    assert isinstance(step, LabStep)
    assert (await grade_lab(step, step.solved, PythonRunner())).message == REACHED
    assert (await grade_lab(step, step.scaffold, PythonRunner())).slug == "goal-not-reached"
    assert (await grade_lab(step, 'drawing = "9"', PythonRunner())).slug == "not-slider-values"
    assert (await grade_lab(step, "", PythonRunner())).message == NOTHING_DRAWN


def test_a_run_is_asked_which_goals_another_drawing_reaches(tmp_path: Path) -> None:
    text = f'{DRAWN}\n[[goal]]\ntrue = "drawing[0] == most"\nsay = "First."\n'
    (step,) = sound_course(write_course(tmp_path, lab=text)).steps()
    for drawing, reached in (("99", {0, 1}), ("09", set()), ("990", {0, 1}), ("919", {0, 1})):
        answer = repr(eval(goals_question(step, drawing), {"most": "9"}))
        assert goals_in(answer) == reached, drawing
