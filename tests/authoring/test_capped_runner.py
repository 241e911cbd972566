"""Outside the app answers are judged within the limits of the config, as in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import CODE, sound_course, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.capped_runner import CappedRunner
from tutor.authoring.grade_answers import grade_file
from tutor.config import Caps
from tutor.wire.commands import Execute, Limits, ObserveAll


@pytest.mark.parametrize(
    ("caps", "limits"),
    [
        (Caps(seconds=3, memory_mb=300), Limits(seconds=3, memory_mb=300)),
        (Caps(seconds=99, memory_mb=9_999), Limits()),
        (Caps(run_seconds=1), Limits()),
    ],
    ids=["lower", "higher", "of a Run"],
)
async def test_a_lower_limit_holds_for_answers_and_for_no_program_of_the_author(
    tmp_path: Path, caps: Caps, limits: Limits
) -> None:
    course = sound_course(write_course(tmp_path, code=CODE))
    plain, runner = PythonRunner(), PythonRunner()
    assert (await grade_file(course, "double", "y = 2 * x", CappedRunner(runner, caps))).accepted
    assert {each.limits for each in runner.commands if isinstance(each, Execute)} == {limits}
    await grade_file(course, "double", "y = 2 * x", plain)
    of_author = [
        [each for each in one.commands if isinstance(each, ObserveAll)] for one in (plain, runner)
    ]
    assert of_author[0] == of_author[1] != []
