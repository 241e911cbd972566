"""The answers to each lesson as one program: plain Python runs it to its end, without nntutor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tutor.course.kinds import kind_of
from tutor.course.load import load_course
from tutor.course.model import Lesson
from tutor.progress.lesson_script import lesson_script, save_script

LESSONS = load_course(Path(__file__).parents[2] / "lessons")[0].lessons


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_the_solutions_run_as_one_program(lesson: Lesson, tmp_path: Path) -> None:
    programs = {step.id: step.solution for step in lesson.steps if kind_of(step).has_solution}
    script = lesson_script(lesson, programs)
    assert script.missing == ()
    save_script(script, tmp_path / "answers.py")
    run = subprocess.run(
        [sys.executable, "-I", "answers.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
