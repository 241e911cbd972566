"""Where nobody sees a run, nothing is told of it but its steps."""

from __future__ import annotations

from pathlib import Path

from tests.support.lessons import CODE, sound_course, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.grade_answers import grade_file
from tutor.wire.commands import Execute


async def test_an_answer_outside_the_app_is_judged_without_telling_what_a_run_shows(
    tmp_path: Path,
) -> None:
    runner = PythonRunner()
    course = sound_course(write_course(tmp_path, code=CODE))
    assert (await grade_file(course, "double", "y = 2 * x", runner)).accepted
    base, *others = (each for each in runner.commands if isinstance(each, Execute))
    assert base.counts_steps, "a verdict on one out of time tells them"
    assert others
    assert not any(each.live or each.views for each in (base, *others))
    assert not any(each.counts_steps for each in others)
