"""The learner's own answers in later steps: from the verdict on, and in the next session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tutor_session import new_session
from tests.support.used_steps import OWN, used_course
from tutor.grading.verdict import Verdict
from tutor.session.core import TutorSession
from tutor.session.events import VerdictReached
from tutor.session.run_events import ActivityRequested
from tutor.session.state import Activity


async def shown(session: TutorSession, step_id: str) -> str:
    """What stands for the answer to the first used step once this one is on screen."""
    session.go_to(step_id)
    assert session.state.step is not None
    return session.state.step.used[0].own


async def session_at(folder: Path, step_id: str) -> TutorSession:
    if not (folder / "lessons").exists():
        used_course(folder / "lessons")
    session = new_session(folder, start_at=step_id)
    await session.open()
    return session


def accept(session: TutorSession, program: str, run_id: int = 1) -> None:
    session.dispatch(ActivityRequested(Activity(run_id, "check", source=program)))
    session.dispatch(VerdictReached(Verdict("accept", program=program), run_id))


@pytest.mark.parametrize("saved_first", [True, False])
async def test_an_accepted_program_is_there_in_the_later_step(
    tmp_path: Path, *, saved_first: bool
) -> None:
    session = await session_at(tmp_path, "square")
    accept(session, OWN)
    if saved_first:
        session.save_now()
    assert await shown(session, "cube") == OWN
    await session.close()


async def test_the_next_session_has_it_from_its_first_frame_on(tmp_path: Path) -> None:
    session = await session_at(tmp_path, "square")
    accept(session, "square = None")
    accept(session, OWN, 2)
    await session.close()
    later = new_session(tmp_path, start_at="cube")
    assert later.state.step is not None
    assert later.state.step.used[0].own == OWN
    await later.open()
    assert later.state.step.used[0].own == OWN
    await later.close()


async def test_one_that_was_not_accepted_or_comes_late_is_not_kept(tmp_path: Path) -> None:
    session = await session_at(tmp_path, "square")
    session.dispatch(ActivityRequested(Activity(1, "check", source="area = 1")))
    session.dispatch(VerdictReached(Verdict("reject", "wrong-value"), 1))
    session.dispatch(VerdictReached(Verdict("accept", program=OWN), 1))
    assert await shown(session, "cube") == ""
    await session.close()


async def test_resetting_the_earlier_step_takes_nothing_away(tmp_path: Path) -> None:
    session = await session_at(tmp_path, "square")
    accept(session, OWN)
    session.help.reset()
    assert await shown(session, "cube") == OWN
    await session.close()
