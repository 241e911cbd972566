"""The session as a whole, with a fake client and no screen: opening, going about, its end."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.support.fake_client import FakeClient, finished
from tests.support.python_runner import PythonRunner
from tests.support.tutor_app import DOUBLE, READ, SQUARE, add_lesson, write_course
from tests.support.tutor_session import NOON, new_session
from tests.support.wait import eventually
from tutor.progress.entries import StepRead
from tutor.progress.fold import Place, read_progress
from tutor.progress.journal import Journal
from tutor.session.core import (
    CANNOT_BE_SHOWN,
    LESSON_END,
    NO_WAY_BACK,
    THE_BEGINNING,
    THE_END,
    WAY_BACK,
    Hub,
    TutorSession,
)
from tutor.session.events import CursorMoved
from tutor.session.opening import SOON
from tutor.session.state import State
from tutor.wire.commands import Execute
from tutor.wire.events import OutputWritten


async def test_nobody_has_come_to_the_first_step_until_it_is_said(tmp_path: Path) -> None:
    session = new_session(tmp_path)
    await session.open(enter=False)
    assert session.state.step is not None
    assert session.state.step.id == "read-me"
    entered = [session.state.is_entered]
    session.go_to("read-me")
    session.go_to("read-me")
    assert [*entered, session.state.is_entered] == [False, True]
    await session.close()
    journal = "".join(file.read_text() for file in (tmp_path / "data" / "journal").iterdir())
    assert journal.count('"step-opened"') == 1


async def test_what_can_wait_comes_after_the_front_end_has_settled(tmp_path: Path) -> None:
    client, settled = FakeClient(), asyncio.Event()
    session = new_session(tmp_path, client=client)
    opening = asyncio.create_task(session.open(settled=settled.wait))
    await eventually(lambda: session.state.is_entered, "the first step")
    before = (session.state.is_whole, client.started)
    settled.set()
    await opening
    assert before == (False, False)
    assert (session.state.is_whole, client.started) == (True, True)
    await session.close()


async def test_all_steps_may_be_asked_for_before_the_first_is_shown(tmp_path: Path) -> None:
    renamed = READ.replace('id = "read-me"', 'id = "read-us"\nwas = "read-me"')
    write_course(tmp_path / "lessons", {"10-read-us": renamed, "20-square": SQUARE})
    earlier = Journal(tmp_path / "data", now=lambda: NOON)
    earlier.record(StepRead(step="read-me"))
    earlier.close()
    session = new_session(tmp_path, start_at="square")
    session.read_outline(whole=True)
    assert len(session.state.course.steps()) == 2
    await session.open()
    assert session.state.is_whole
    assert session.state.done == {"read-us"}
    await session.close()


DEEP = SQUARE.replace("[[check]]", "[[chekc]]")
"""A step whose head is right, and which cannot be used all the same."""


async def ready(folder: Path, steps: dict[str, str], start_at: str) -> TutorSession:
    """A session at this step of a course of these, of which the outline has been read."""
    write_course(folder / "lessons", steps)
    session = new_session(folder, start_at=start_at)
    await session.open()
    return session


def shown(session: TutorSession) -> str:
    assert session.state.step is not None
    return session.state.step.id


async def test_a_step_that_cannot_be_used_is_passed_over_and_told(tmp_path: Path) -> None:
    steps = {"10-double": DOUBLE, "20-square": DEEP, "30-read-me": READ}
    session = await ready(tmp_path, steps, "double")
    told_before = session.state.problems
    session.move(1)
    assert shown(session) == "read-me"
    assert session.state.notice == f"The step square {CANNOT_BE_SHOWN}"
    assert [step.id for step in session.state.course.steps()] == ["double", "read-me"]
    assert told_before == ()
    assert any("chekc: is not a key here" in problem for problem in session.state.problems)
    session.move(-1)
    assert shown(session) == "double"
    assert session.state.notice == ""
    await session.close()


async def test_behind_the_last_step_that_can_be_used_is_the_end(tmp_path: Path) -> None:
    session = await ready(tmp_path, {"10-double": DOUBLE, "20-square": DEEP}, "double")
    session.move(1)
    assert shown(session) == "double"
    assert session.state.notice == THE_END
    session.move(-1)
    assert session.state.notice == THE_BEGINNING
    await session.close()


async def test_to_go_to_a_step_that_cannot_be_used_leads_nowhere(tmp_path: Path) -> None:
    session = await ready(tmp_path, {"10-double": DOUBLE, "20-square": DEEP}, "double")
    session.go_to("square")
    assert shown(session) == "double"
    assert session.state.notice == f"The step square {CANNOT_BE_SHOWN}"
    session.go_to("square")
    assert [step.id for step in session.state.course.steps()] == ["double"]
    await session.close()


async def test_where_the_last_place_cannot_be_used_it_begins_at_the_next_open_step(
    tmp_path: Path,
) -> None:
    steps = {"10-read-me": READ, "20-square": DEEP, "30-double": DOUBLE}
    earlier = Journal(tmp_path / "data", now=lambda: NOON)
    earlier.record(StepRead(step="read-me"))
    earlier.close()
    session = await ready(tmp_path, steps, "square")
    assert shown(session) == "double"
    assert session.state.problems[0] == "The step square cannot be shown."
    await session.close()


async def test_one_may_go_on_before_the_outline_is_read(tmp_path: Path) -> None:
    settled = asyncio.Event()
    session = new_session(tmp_path, start_at="double")
    opening = asyncio.create_task(session.open(settled=settled.wait))
    await eventually(lambda: session.state.is_entered, "the first step")
    session.move(1)
    places = [(shown(session), session.state.is_whole)]
    session.go_to("read-me")
    places.append((shown(session), session.state.is_whole))
    session.move(-1)
    assert session.state.notice == THE_BEGINNING
    settled.set()
    await opening
    places.append((shown(session), session.state.is_whole))
    assert places == [("square", False), ("read-me", False), ("read-me", True)]
    await session.close()


async def test_titles_around_the_step_come_before_all_others(tmp_path: Path) -> None:
    steps = {
        f"{n:03}-read-{n}": READ.replace("read-me", f"read-{n}") for n in range(100, 100 + 3 * SOON)
    }
    write_course(tmp_path / "lessons", steps)
    settled = asyncio.Event()
    session = new_session(tmp_path, start_at="read-190")
    opening = asyncio.create_task(session.open(settled=settled.wait))
    await eventually(lambda: session.state.is_entered, "the first step")
    session.read_outline(whole=False)
    titles = {step.id: step.title for step in session.state.course.steps()}
    assert len(titles) == len(steps)
    assert all(titles[f"read-{n}"] for n in range(165, 215))
    assert not titles["read-100"]
    settled.set()
    await opening
    assert all(step.title for step in session.state.course.steps())
    await session.close()


async def test_a_check_knows_the_givens_of_all_other_steps(tmp_path: Path) -> None:
    """Also of those that nobody has met: another exercise begins where they stand."""
    other = SQUARE.replace("x = 3", "a = 1\nb = 2")
    write_course(tmp_path / "lessons", {"10-double": DOUBLE, "20-square": other})
    session = new_session(tmp_path, start_at="double")
    opening = asyncio.create_task(session.open())
    await eventually(lambda: session.worker.client is not None, "the worker")
    assert session.runs.check("x = 3\ny = 2 * x\na = 1\nb = 2\ny = 7\n")
    await eventually(lambda: session.state.verdict is not None, "the verdict")
    assert session.state.verdict is not None
    assert session.state.verdict.accepted
    assert session.state.verdict.notes
    await opening
    await session.close()


async def test_an_event_of_a_listener_waits_until_the_one_before_was_told_to_all(
    tmp_path: Path,
) -> None:
    session = new_session(tmp_path)
    told: list[tuple[str, str, bool]] = []

    def first(old: State, new: State) -> None:
        told.append(("first", new.notice, new.slow_link))
        if new.notice and not new.slow_link:
            session.set(slow_link=True)

    def second(old: State, new: State) -> None:
        told.append(("second", new.notice, new.slow_link))

    session.subscribe(first)
    unsubscribe = session.subscribe(second)
    session.notify("one")
    assert told == [
        ("first", "one", False),
        ("second", "one", False),
        ("first", "one", True),
        ("second", "one", True),
    ]
    unsubscribe()
    session.notify("two")
    assert told[-1] == ("first", "two", True)
    await session.close()


async def test_what_changes_nothing_is_not_told(tmp_path: Path) -> None:
    session = new_session(tmp_path)
    told: list[State] = []
    session.subscribe(lambda old, new: told.append(new))
    session.dispatch(CursorMoved(0))
    assert told == []
    await session.close()


async def test_a_task_that_fails_is_told_with_its_error(tmp_path: Path) -> None:
    class Broken(FakeClient):
        async def start(self) -> None:
            raise RuntimeError("a bug of ours")

    session = new_session(tmp_path, client=Broken())
    failures: list[Exception] = []
    session.subscribe(
        lambda old, new: (
            failures.append(new.failure)
            if new.failure is not None and new.failure is not old.failure
            else None
        )
    )
    await session.open()
    await eventually(lambda: failures, "the failure")
    assert len(failures) == 1
    assert str(session.state.failure) == "a bug of ours"
    await session.close()


async def test_to_leave_a_step_ends_its_run_and_saves_what_was_written(tmp_path: Path) -> None:
    client = FakeClient([finished()], held=True)
    session = new_session(tmp_path, client=client, start_at="double")
    await session.open()
    assert session.state.step is not None
    session.drafts.edit(session.state.step, "y = 6\n")
    assert session.runs.run("y = 6\n")
    assert not session.runs.check("y = 6\n")
    session.move(1)
    assert session.state.activity is None
    assert client.stops == 1
    session.move(-1)
    assert session.state.replaced is not None
    assert session.state.replaced.text == "y = 6\n"
    await session.close()
    assert client.closed
    assert (tmp_path / "data" / "drafts" / "basics" / "double.py").read_text() == "y = 6\n"
    assert "double" in read_progress(tmp_path / "data")[0].opened


async def test_a_run_that_nobody_judges_keeps_no_states_of_its_training(tmp_path: Path) -> None:
    client = FakeClient([finished()])
    session = new_session(tmp_path, client=client, start_at="double")
    await session.open()
    assert session.runs.run("y = 6\n")
    assert [command.step_log for command in client.commands] == [False]
    assert [command.shapes for command in client.commands] == [True]
    await session.close()


async def test_a_run_is_told_the_width_of_its_output_and_a_check_is_not(tmp_path: Path) -> None:
    runner = PythonRunner()
    client = FakeClient([finished()], runner=runner)
    session = new_session(tmp_path, client=client, start_at="double")
    await session.open()
    assert session.runs.run("y = 6\n", columns=61)
    await eventually(lambda: session.state.activity is None, "the end of the run")
    assert [command.columns for command in client.commands] == [61]
    runner.commands.clear()
    assert session.runs.check("y = 6\n")
    await eventually(lambda: session.state.verdict is not None, "the verdict")
    judged = [*client.commands[1:], *runner.commands]
    widths = [command.columns for command in judged if isinstance(command, Execute)]
    assert widths
    assert set(widths) == {0}
    await session.close()


async def test_what_was_handed_over_is_on_the_disk_at_once_when_that_is_asked(
    tmp_path: Path,
) -> None:
    session = new_session(tmp_path, start_at="double")
    await session.open()
    assert session.state.step is not None
    session.drafts.edit(session.state.step, "z = 1\n")
    assert session.save_now().problem == ""
    assert (tmp_path / "data" / "drafts" / "basics" / "double.py").read_text() == "z = 1\n"
    await session.close()


def test_its_face_is_small() -> None:
    names = [name for name in vars(TutorSession) if not name.startswith("_")]
    parts = {"runs", "worker", "timeline", "answers", "help", "drafts"}
    assert parts < set(vars(Hub))
    assert len(names) <= 6


def went_back(session: TutorSession) -> Place | None:
    place = session.take_way_back()
    if place is not None:
        session.go_to(place.step)
    return place


async def test_the_way_back_leads_over_all_jumps_and_ends(tmp_path: Path) -> None:
    steps = {"10-double": DOUBLE, "20-square": SQUARE, "30-read-me": READ}
    session = await ready(tmp_path, steps, "double")
    places = [Place(step, "code", 1, 2, 0) for step in ("double", "square")]
    session.go_to("square", leaving=places[0])
    assert session.state.notice == WAY_BACK
    session.go_to("read-me", leaving=places[1])
    assert went_back(session) == places[1]
    assert shown(session) == "square"
    session.move(1)
    assert went_back(session) == places[0]
    assert shown(session) == "double"
    assert went_back(session) is None
    assert session.state.notice == NO_WAY_BACK
    assert shown(session) == "double"
    await session.close()


async def test_the_last_step_of_a_lesson_leads_nowhere_by_itself(tmp_path: Path) -> None:
    lessons = write_course(tmp_path / "lessons", {"10-read-me": READ})
    add_lesson(lessons, "", {"10-on": READ.replace("read-me", "on")})
    session = new_session(tmp_path)
    await session.open()
    assert not session.move(1)
    assert (shown(session), session.state.notice) == ("read-me", LESSON_END)
    assert session.state.done == {"read-me"}
    session.go_to("on")
    assert not session.move(1)
    assert session.state.notice == THE_END
    assert session.move(-1)
    assert shown(session) == "read-me"
    await session.close()


async def test_a_jump_that_leads_nowhere_adds_no_way_back(tmp_path: Path) -> None:
    session = await ready(tmp_path, {"10-double": DOUBLE, "20-square": DEEP}, "double")
    session.go_to("square", leaving=Place("double", "code", 1, 2, 0))
    assert session.state.way_back == ()
    assert session.state.notice == f"The step square {CANNOT_BE_SHOWN}"
    await session.close()


async def test_a_check_of_nothing_leaves_the_last_run_in_view(tmp_path: Path) -> None:
    client = FakeClient([finished(OutputWritten("stdout", "ran\n"))])
    session = new_session(tmp_path, client=client, start_at="double")
    await session.open()
    await eventually(lambda: session.worker.client is not None, "the worker")
    assert session.runs.run("print('ran')\n")
    await session.runs.until_idle()
    before = session.timeline.current
    assert session.runs.check("")
    await session.runs.until_idle()
    assert session.state.verdict is not None
    assert session.state.verdict.kind == "not-attempted"
    assert session.timeline.current is before
    await session.close()
