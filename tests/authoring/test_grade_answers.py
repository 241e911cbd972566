from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import CODE, QUIZ, READ, sound_course, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.grade_answers import grade_file, verdict_json
from tutor.course.model import Course
from tutor.grading.verdict import CheckResult, Verdict
from tutor.session.words.watch_text import verdict_text


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return sound_course(write_course(tmp_path, read=READ, quiz=QUIZ, code=CODE))


async def test_one_file(course: Course) -> None:
    verdict = await grade_file(course, "double", "y = 2 * x", PythonRunner())
    assert verdict.kind == "accept"
    assert verdict_text(verdict).startswith("✓ Right.")


def test_a_verdict_as_a_learner_reads_it() -> None:
    verdict = Verdict(
        "reject",
        "squared",
        "You *squared* it.",
        evidence=("y = x ** 2", "got 9\n\x1b[31mexpected\t6"),
        notes=("`x` was changed.",),
    )
    assert verdict_text(verdict) == (
        "✗ Not right yet.\n\nYou squared it.\n\n"
        "    y = x ** 2\n    got 9\n    expected    6\n\n`x` was changed."
    )
    assert verdict_text(Verdict("accept")) == "✓ Right."


def test_a_verdict_as_json() -> None:
    verdict = Verdict(
        "reject",
        "squared",
        "No.",
        checks=(CheckResult("y", True), CheckResult("y", False, "Off.", variation="x = -5")),
        outcome="finished",
        milliseconds=3.14159,
    )
    assert verdict_json(verdict, id=None, step="double") == {
        "id": None,
        "step": "double",
        "verdict": "reject",
        "slug": "squared",
        "message": "No.",
        "outcome": "finished",
        "error": None,
        "lines": None,
        "checks": [
            {"name": "y", "passed": True, "message": ""},
            {"name": "y (x = -5)", "passed": False, "message": "Off."},
        ],
        "ms": 3.1,
    }


def test_that_the_worker_was_lost_is_told() -> None:
    lost = Verdict("tutor-fault", "tutor-fault", "Not run.", outcome="lost")
    assert verdict_json(lost, id=1, step="double")["outcome"] == "lost"
    fault = Verdict("tutor-fault", "tutor-fault", "Wrong lesson.", outcome="finished")
    assert verdict_json(fault, id=1, step="double")["outcome"] is None
