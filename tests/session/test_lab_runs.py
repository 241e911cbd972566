"""A lab without a screen: moves are runs of which the newest wins, and goals once reached stay."""

from __future__ import annotations

import asyncio
from math import nan
from pathlib import Path

from tests.support.fake_client import FakeClient, finished
from tests.support.lessons import LAB
from tests.support.tutor_app import READ, write_course
from tests.support.tutor_session import new_session
from tests.support.wait import eventually
from tutor.grading.lab import REACHED
from tutor.progress.fold import read_progress
from tutor.session.answers import NOT_A_NUMBER
from tutor.session.core import TutorSession
from tutor.wire.events import LossesRecorded, NameBound, TrainingNoted


async def at_lab(folder: Path, client: FakeClient | None = None, lab: str = LAB) -> TutorSession:
    write_course(folder / "lessons", {"10-widen": lab, "20-read-me": READ})
    session = new_session(folder, client=client, start_at="widen")
    await session.open()
    return session


def lines(width: int, rate: float = 0.1) -> str:
    return f"width = {width}\nrate = {rate}\n"


async def run_with(session: TutorSession, width: int) -> None:
    runs = session.state.last_run
    session.answers.lab.move(lines(width))
    await eventually(
        lambda: session.state.last_run > runs and session.state.activity is None, "the run"
    )


async def test_several_runs_reach_the_goals_of_a_step_together(tmp_path: Path) -> None:
    session = await at_lab(tmp_path)
    await run_with(session, 8)
    await run_with(session, 2)
    assert session.state.goals == {0: lines(8)}
    assert session.state.ending is not None
    assert session.state.ending.values == (("in all", "6"),)
    await run_with(session, 1)
    assert session.state.goals == {0: lines(8), 1: lines(1)}
    assert session.state.verdict is not None
    assert session.state.verdict.message == REACHED
    assert session.state.step_done
    await session.drafts.save_and_wait()
    assert (tmp_path / "data/drafts/basics/widen.py").read_text() == lines(1)
    assert (tmp_path / "data/accepted/basics/widen.py").read_text() == f"{lines(8)}\n{lines(1)}"
    await session.close()
    assert "widen" in read_progress(tmp_path / "data")[0].done


async def test_goals_count_from_the_opening_of_the_step(tmp_path: Path) -> None:
    session = await at_lab(tmp_path)
    await run_with(session, 8)
    session.go_to("read-me")
    session.go_to("widen")
    assert session.state.goals == {}
    await run_with(session, 1)
    assert session.state.goals == {1: lines(1)}
    assert not session.state.step_done
    await session.close()


async def test_the_newest_move_wins_and_a_run_under_way_is_stopped(tmp_path: Path) -> None:
    client = FakeClient(held=True)
    session = await at_lab(tmp_path, client)
    assert session.answers.lab.run(lines(1))
    for width in (2, 4, 8):
        session.answers.lab.move(lines(width))
    await eventually(lambda: len(client.commands) == 2, "the newest run")
    assert client.runs[0].stops == 1
    assert client.commands[-1].program.source.startswith(lines(8))
    client.release()
    await eventually(lambda: session.state.activity is None, "its end")
    assert session.state.goals == {0: lines(8)}
    await session.close()


LIVE = LAB.replace("start = 2", "start = 2\nlive = true").replace("guess =", "pace = 20\nguess =")


async def test_a_live_slider_acts_on_the_run_and_another_one_begins_a_new_run(
    tmp_path: Path,
) -> None:
    forged = NameBound("rate", nan, 2), NameBound("other", 1.0, 2)
    bound = TrainingNoted(bound=(NameBound("width", 8.0, 2), *forged))
    begun = (LossesRecorded(0, (1.0, 0.5)),)
    client = FakeClient([begun, finished(bound)], [begun, finished()], held=True)
    session = await at_lab(tmp_path, client, LIVE)
    assert session.answers.lab.run(lines(1), paced=True)
    assert client.commands[0].pace == 20
    client.release()
    await eventually(lambda: bool(session.timeline.current.losses), "its begin")
    session.answers.lab.move(lines(8))
    await eventually(lambda: client.bound == [{"width": 8}], "the move")
    client.release()
    await eventually(lambda: session.state.activity is None, "its end")
    assert session.state.goals == {1: lines(8)}, "the numbers of the end"
    session.answers.lab.move(lines(8))
    await eventually(lambda: len(client.commands) == 2, "a new run, since none is under way")
    client.release()
    await eventually(lambda: bool(session.timeline.current.losses), "its begin")
    session.answers.lab.move(lines(2, 0.5))
    await eventually(lambda: len(client.commands) == 3, "a new run, for the other slider")
    assert (client.runs[1].stops, client.bound) == (1, [{"width": 8}])
    await session.close()


async def test_a_move_that_comes_too_late_for_its_run_begins_a_new_one(tmp_path: Path) -> None:
    begun = (LossesRecorded(0, (1.0, 0.5)),)
    client = FakeClient([begun, finished()], held=True)
    session = await at_lab(tmp_path, client, LIVE)
    assert session.answers.lab.run(lines(1), paced=True)
    client.release()
    await eventually(lambda: bool(session.timeline.current.losses), "its begin")
    session.answers.lab.move(lines(8))
    await eventually(lambda: client.bound == [{"width": 8}], "the move")
    client.release(2)
    await eventually(lambda: len(client.commands) == 2, "a new run, since nothing was bound")
    assert client.commands[1].program.source.startswith(lines(8))
    await session.close()


async def test_a_step_that_is_left_is_not_run_again(tmp_path: Path) -> None:
    client = FakeClient(held=True)
    session = await at_lab(tmp_path, client)
    assert session.answers.lab.run(lines(1))
    session.answers.lab.move(lines(8))
    session.go_to("read-me")
    await eventually(
        lambda: not any("_run_settled" in repr(task) for task in asyncio.all_tasks()), "the move"
    )
    assert len(client.commands) == 1
    await session.close()


async def test_a_guess_is_a_number_or_nothing_and_is_asked_once(tmp_path: Path) -> None:
    session = await at_lab(tmp_path)
    asked = session.state.wants_guess
    assert asked
    assert not session.answers.lab.guess("many", lines(2))
    assert session.state.notice == NOT_A_NUMBER
    assert session.answers.lab.guess(" 1,5 ", lines(2))
    await session.runs.until_idle()
    assert session.state.guess == "1,5"
    asked = session.state.wants_guess
    assert not asked
    await session.close()


async def test_what_is_no_value_of_a_slider_is_not_run(tmp_path: Path) -> None:
    session = await at_lab(tmp_path)
    assert not session.answers.lab.run("width = 3\nrate = 0.1\n")
    assert "`width = …` with 1, 2, 4, 8" in session.state.notice
    await session.close()
