"""Answers to the course that were exported, or kept in a notebook: they come back to their steps.

Whole files of people, as in `whole_files/`, are matched as well; nothing is run.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.support.lessons import chapter
from tutor.course.kinds import kind_of
from tutor.course.model import CodeStep, Lesson
from tutor.progress.lesson_script import lesson_script
from tutor.progress.matched_cells import match_cells
from tutor.progress.notebook_cells import read_cells
from tutor.progress.script_formats import FORMATS, MARK, as_notebook

COURSE = chapter()
NOTEBOOKS = {
    row["name"]: row
    for row in tomllib.loads(
        (Path(__file__).parent / "whole_files" / "notebooks.toml").read_text("utf-8")
    )["file"]
}


@pytest.mark.parametrize("end", FORMATS)
@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.id)
def test_what_was_exported_comes_back_equal(lesson: Lesson, end: str) -> None:
    """Each answer that the author knows has its turn, and the first step is always open."""
    steps = [step for step in lesson.steps if kind_of(step).has_solution]
    right = {step.id: [step.solution, *step.also_right] for step in steps}
    for turn in range(max(map(len, right.values()))):
        programs = {each: known[turn % len(known)] for each, known in right.items()}
        drafts = {steps[0].id: f"# Mine\n\n{programs.pop(steps[0].id)}\n  # so far"}
        script = lesson_script(lesson, programs, {step.id: step.text for step in steps}, drafts)
        found = match_cells(COURSE, read_cells(end, FORMATS[end](script)).cells)
        assert found.doubtful == ()
        no_answers = {
            "only imports",
            "only comments",  # the title, where nothing is answered and nothing imported
            "a fence without the word python",
        }
        assert {each.why for each in found.left_out} <= no_answers
        written = {step: text.strip("\n") for step, text in (programs | drafts).items()}
        assert {each.step.id: each.code for each in found.answers} == written


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.id)
def test_so_does_a_notebook_that_has_lost_its_marks(lesson: Lesson) -> None:
    steps = [step for step in lesson.steps if kind_of(step).has_solution]
    script = lesson_script(lesson, {step.id: step.solution for step in steps})
    notebook = json.loads(as_notebook(script))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell["source"] = [line for line in cell["source"] if not line.startswith(MARK)]
    found = match_cells(COURSE, read_cells(".ipynb", json.dumps(notebook).encode()).cells)
    code_steps = {step.id for step in steps if isinstance(step, CodeStep)}
    assert {each.step.id for each in found.answers} == code_steps


@pytest.mark.parametrize(
    "name",
    [
        "the-chapter-as-jupyter-exports-it",
        "vs-code-cells-of-the-first-two",
        "labels-then-loss",
        "by-hand-after-the-network",
        "numpy-first-then-torch",
        "a-magic-and-a-plot-above",
        "an-older-try-above-the-last",
    ],
)
def test_notebooks_of_people_go_to_their_steps(name: str) -> None:
    row = NOTEBOOKS[name]
    found = match_cells(COURSE, read_cells(".py", row["text"].encode()).cells)
    assert {each.step.id for each in found.answers} == set(row["right"])
    assert found.doubtful == ()
