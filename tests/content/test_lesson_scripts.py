"""The answers to each lesson as a file: each kind runs to its end, without nntutor."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

from tests.support.lessons import chapter
from tests.support.sampling import drawn
from tutor.course.kinds import kind_of
from tutor.course.model import LabStep, Lesson, Step
from tutor.progress.lesson_script import LessonScript, lesson_script, save_files
from tutor.progress.script_formats import FORMATS, as_markdown, as_notebook, as_program

LESSONS = chapter().lessons
ONE = drawn(LESSONS, 1, "exported lesson")

pytestmark = pytest.mark.timeout(240)


def solution_of(step: Step) -> str:
    return step.solved if isinstance(step, LabStep) else step.solution


def script_of(lesson: Lesson, *, every: bool = True) -> LessonScript:
    """All solutions with their tasks, or every second one and the others open."""
    steps = [step for step in lesson.steps if kind_of(step).has_judged_program]
    return lesson_script(
        lesson,
        {step.id: solution_of(step) for step in (steps if every else steps[::2])},
        {step.id: step.text for step in steps},
        {step.id: step.scaffold for step in steps},
    )


def run_program(text: str, folder: Path) -> None:
    (folder / "answers.py").write_text(text)
    run = subprocess.run(
        [sys.executable, "-I", "answers.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def read_notebook(script: LessonScript) -> nbformat.NotebookNode:
    notebook = nbformat.reads(as_notebook(script).decode(), as_version=4)
    assert isinstance(notebook, nbformat.NotebookNode)
    return notebook


@pytest.mark.parametrize("lesson", ONE, ids=lambda lesson: lesson.id)
def test_the_solutions_run_as_one_program(lesson: Lesson, tmp_path: Path) -> None:
    script = script_of(lesson)
    assert script.missing == ()
    save_files(tmp_path / "file", b"", script.files)
    run_program(as_program(script).decode(), tmp_path)


@pytest.mark.parametrize("lesson", ONE, ids=lambda lesson: lesson.id)
def test_some_of_them_run_as_a_notebook(lesson: Lesson, tmp_path: Path) -> None:
    script = script_of(lesson, every=False)
    save_files(tmp_path / "file", b"", script.files)
    notebook = read_notebook(script)
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()


@pytest.mark.parametrize("lesson", ONE, ids=lambda lesson: lesson.id)
def test_the_code_of_a_page_runs(lesson: Lesson, tmp_path: Path) -> None:
    script = script_of(lesson, every=False)
    save_files(tmp_path / "file", b"", script.files)
    fenced = re.findall(r"^```python\n(.*?)^```", as_markdown(script).decode(), re.M | re.S)
    run_program("\n".join(fenced), tmp_path)


@pytest.mark.parametrize("every", [True, False])
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_notebook_is_a_valid_one(lesson: Lesson, every: bool) -> None:
    notebook = read_notebook(script_of(lesson, every=every))
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@pytest.mark.parametrize("end", FORMATS)
def test_what_is_not_answered_stands_there_as_comments(end: str) -> None:
    (lesson,) = (each for each in LESSONS if each.id == "architecture")
    script = script_of(lesson, every=False)
    text = FORMATS[end](script).decode()
    assert script.missing
    assert text.count("Not answered yet. The given code") == len(script.missing)
