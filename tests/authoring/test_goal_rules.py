"""Rules for labs that no broken lesson can show: each move of a slider has to be a quick run."""

from __future__ import annotations

from pathlib import Path

from tests.support.lessons import LAB, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.check import check


async def test_a_run_of_a_lab_is_quick(tmp_path: Path) -> None:
    lab = LAB.replace('views = ["map", "loss"]\n', "")
    lessons = write_course(tmp_path, lab=lab)
    assert await check(lessons, (), PythonRunner(), lambda *_: None) == ()
    slow = PythonRunner(milliseconds=4_000.0)
    problems = [problem.message for problem in await check(lessons, (), slow, lambda *_: None)]
    assert problems == [
        "is less than 3 times the 4.0 s that were measured",
        "takes 4.0 s: at most 3 s for a move",
    ]
