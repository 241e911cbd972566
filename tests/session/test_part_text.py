"""What is said of a run of some lines alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import sound_course
from tests.support.tutor_app import write_course
from tutor.course.model import Step
from tutor.session.run_summary import run_summary
from tutor.session.state import Activity, PartRun
from tutor.session.words.run_text import has_run_alone, missed_line, runs_alone
from tutor.wire.events import ErrorFacts, Executed, Observation

WHOLE = "y = 1\nif x:\n    y = 2\nz = y\nlate = 3\n"
NO_Y = ErrorFacts("NameError", "name 'y' is not defined", 4, source_line="z = y", nearest=("x",))


@pytest.fixture
def step(tmp_path: Path) -> Step:
    step = sound_course(write_course(tmp_path)).find("double")
    assert step is not None
    return step


def test_which_lines_run_is_told(step: Step) -> None:
    one, several = PartRun(WHOLE, 4, 4), PartRun(WHOLE, 2, 4)
    assert runs_alone(one, None) == "Only line 4 runs."
    assert runs_alone(several, step) == "Only lines 2 to 4 run, after the given code."
    assert has_run_alone(several, step) == "Only lines 2 to 4 have run, after the given code."


def test_a_name_that_another_line_binds_is_told_with_that_line() -> None:
    part = PartRun(WHOLE, 4, 4)
    assert missed_line(NO_Y, part, None) == (
        "`y` does not exist in this run: line 3 binds it, and only line 4 has run."
    )
    late = ErrorFacts("NameError", "name 'late' is not defined", 4)
    assert "line 5 binds it" in missed_line(late, part, None)


@pytest.mark.parametrize(
    ("error", "whole"),
    [
        (ErrorFacts("NameError", "name 'yy' is not defined", 4), WHOLE),
        (ErrorFacts("NameError", "name 'z' is not defined", 4), WHOLE),
        (ErrorFacts("ValueError", "name 'y' is not defined", 4), WHOLE),
        (NO_Y, "y = (\n\n\nz = y"),
    ],
)
def test_nothing_is_said_of_any_other_error(error: ErrorFacts, whole: str) -> None:
    assert missed_line(error, PartRun(whole, 4, 4), None) == ""


def test_the_end_of_the_run_has_these_words() -> None:
    raised = Observation("raised", Executed("raised", error=NO_Y))
    part = PartRun(WHOLE, 4, 4)
    ending = run_summary(raised, Activity(1, "run", part=part))
    assert ending.message.startswith("`y` does not exist in this run")
    assert ending.part == part
    assert "Did you mean `x`?" in run_summary(raised, Activity(1, "run")).message
