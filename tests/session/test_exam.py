"""An exam: no hint and no solution is shown, whatever is asked for, and answers are judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tutor_session import new_session
from tests.support.used_steps import OWN, used_course
from tutor.config import Config
from tutor.course.help_levels import Help
from tutor.course.model import CodeStep
from tutor.first_screen.given_code import WITHHELD, all_givens
from tutor.grading.verdict import Verdict
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.fold import read_progress
from tutor.session.commands import offered_commands
from tutor.session.core import TutorSession
from tutor.session.events import VerdictReached
from tutor.session.run_events import ActivityRequested
from tutor.session.solution_help import EXAM, Choice, offers
from tutor.session.state import Activity


async def exam_at(folder: Path, step: str) -> TutorSession:
    session = new_session(folder, start_at=step, config=Config(exam=True))
    await session.open()
    return session


@pytest.mark.parametrize("step", ["double", "ask-me"])
async def test_no_hint_is_shown_and_the_notice_says_why(tmp_path: Path, step: str) -> None:
    session = await exam_at(tmp_path, step)
    assert session.help.show_hint() is False
    assert session.state.notice == EXAM
    assert session.state.hint_numbers == ()
    kept, _ = read_progress(tmp_path / "data")
    assert kept.hints == {}
    assert {"hint", "ladder"}.isdisjoint(
        command.name for command in offered_commands("code", session.state)
    )
    await session.close()


@pytest.mark.parametrize("choice", ["hint", "lines", "words", "whole", "put"])
async def test_no_part_of_a_solution_is_given(tmp_path: Path, choice: Choice) -> None:
    session = await exam_at(tmp_path, "double")
    assert session.state.step is not None
    assert offers(session.state.step, session.state) == ()
    text = session.state.replaced
    session.help.accept(choice)
    assert (session.state.help, session.state.replaced) == (Help(), text)
    assert session.state.notice == EXAM
    await session.close()


async def test_what_was_shown_before_the_exam_is_hidden_in_it_and_there_after_it(
    tmp_path: Path,
) -> None:
    session = new_session(tmp_path, start_at="double")
    await session.open()
    session.help.show_hint()
    session.help.accept("whole")
    await session.close()
    session = await exam_at(tmp_path, "double")
    assert (session.state.hints, session.state.help) == (0, Help())
    await session.close()
    session = new_session(tmp_path, start_at="double")
    await session.open()
    assert (session.state.hints, session.state.help.level) == (1, "whole")
    await session.close()


@pytest.mark.parametrize("exam", [True, False])
async def test_a_right_answer_counts_as_ever_and_uncovers_no_other(
    tmp_path: Path, exam: bool
) -> None:
    session = new_session(tmp_path, start_at="double", config=Config(exam=exam))
    await session.open()
    session.dispatch(ActivityRequested(Activity(1, "check")))
    session.dispatch(VerdictReached(Verdict("accept"), 1))
    assert session.state.step_done
    assert session.state.has_open_help is not exam
    assert session.state.reference == ("" if exam else "y = 2 * x")
    await session.close()


@pytest.mark.parametrize("own", ["", OWN], ids=["solution", "own"])
async def test_a_solution_that_stands_for_an_earlier_answer_runs_unseen(
    tmp_path: Path, own: str
) -> None:
    used_course(tmp_path / "lessons")
    if own:
        AcceptedAnswers(tmp_path / "data").save("first", "square", own)
    session = await exam_at(tmp_path, "cube")
    step = session.state.step
    assert isinstance(step, CodeStep)
    shown = all_givens(step)
    assert ("def square" in shown, WITHHELD in shown) == (bool(own), not own)
    assert "edge = 2" in shown
    assert "def square" in step.before
    await session.close()
