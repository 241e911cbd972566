from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import PREDICT, sound_course, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.grade_answers import grade_file

TRUE_FALSE = PREDICT.replace('"one"', '"true-false"')
NUMBER = PREDICT.partition("[[option]]")[0].replace(
    'mode = "one"', 'mode = "number"\nanswer = "y"\ntolerance = 0.1'
)


@pytest.mark.parametrize(
    ("step", "guess", "kind", "said"),
    [
        (PREDICT, "1\n", "accept", ""),
        (PREDICT, "2", "reject", "That is in `y`."),
        (PREDICT, "", "not-attempted", "Choose one answer."),
        (PREDICT, "1 2", "not-attempted", "Choose only one answer"),
        (PREDICT, "3", "not-attempted", "Give the numbers of the options, from 1 to 2."),
        (PREDICT, "x = 1", "not-attempted", "Give the numbers of the options, from 1 to 2."),
        (PREDICT.replace("That is in", "{key:run} it: that is in"), "2", "reject", "Run it: that"),
        (TRUE_FALSE, "t f", "accept", ""),
        (TRUE_FALSE, "True, true", "reject", "That is in `y`."),
        (TRUE_FALSE, "t", "not-attempted", "Give t or f for each of the 2 statements"),
        (NUMBER, "1,0", "accept", ""),
        (NUMBER, "1.2", "reject", "1.2 is too large."),
        (NUMBER, "one", "not-attempted", "`one` is not a number."),
    ],
)
async def test_a_guess_from_a_file(
    tmp_path: Path, step: str, guess: str, kind: str, said: str
) -> None:
    course = sound_course(write_course(tmp_path, step=step))
    verdict = await grade_file(course, "halved", guess, PythonRunner())
    assert verdict.kind == kind
    assert verdict.message.startswith(said)
