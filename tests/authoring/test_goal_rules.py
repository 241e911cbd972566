"""Rules for labs that no broken lesson can show: each move of a slider has to be a quick run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import LAB, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.check import check


async def test_a_run_of_a_lab_is_quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = LAB.replace('views = ["map", "loss"]\n', "")
    lessons = write_course(tmp_path, lab=lab)
    too_slow = [
        "is less than 3 times the 4.0 s that were measured",
        "takes 4.0 s: at most 3 s for a move",
    ]
    for seconds, problems in ((2.9, []), (4.0, too_slow)):
        monkeypatch.setattr("time.process_time", lambda seconds=seconds: seconds)
        found = await check(lessons, (), PythonRunner(milliseconds=4_000.0), lambda *_: None)
        assert [problem.message for problem in found] == problems
