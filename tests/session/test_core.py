"""The session as a whole, with a fake client and no screen: opening, going about, its end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import READ, SQUARE, write_course
from tests.support.wait import eventually
from tutor.client.interface import Client, OnState
from tutor.config import Config
from tutor.paths import Places
from tutor.progress.entries import StepRead
from tutor.progress.fold import read_progress
from tutor.progress.journal import Journal
from tutor.session.core import TutorSession
from tutor.session.events import (
    CourseRequested,
    CursorMoved,
    Event,
    LinkChanged,
    NoticeGiven,
    TaskFailed,
)
from tutor.session.state import State

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def new_session(
    folder: Path, *, client: FakeClient | None = None, start_at: str | None = None
) -> TutorSession:
    """One of the small course, whose data stay in the folder."""
    lessons = folder / "lessons"
    if not lessons.exists():
        write_course(lessons)
    given = client or FakeClient()

    def make_client(on_state: OnState) -> Client:
        given.on_state = on_state
        return given

    places = Places(lessons, folder, folder / "data", folder / "none")
    return TutorSession(
        places, Config(), make_client=make_client, now=lambda: NOON, start_at=start_at
    )


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
    session.dispatch(CourseRequested())
    assert len(session.state.course.steps()) == 2
    await session.open()
    assert session.state.is_whole
    assert session.state.done == {"read-us"}
    await session.close()


async def test_an_event_of_a_listener_waits_until_the_one_before_was_told_to_all(
    tmp_path: Path,
) -> None:
    session = new_session(tmp_path)
    told: list[tuple[str, str, bool]] = []

    def first(old: State, new: State) -> None:
        told.append(("first", new.notice, new.slow_link))
        if new.notice and not new.slow_link:
            session.dispatch(LinkChanged(slow=True))

    def second(old: State, new: State) -> None:
        told.append(("second", new.notice, new.slow_link))

    session.subscribe(first)
    unsubscribe = session.subscribe(second)
    session.dispatch(NoticeGiven("one"))
    assert told == [
        ("first", "one", False),
        ("second", "one", False),
        ("first", "one", True),
        ("second", "one", True),
    ]
    unsubscribe()
    session.dispatch(NoticeGiven("two"))
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
    failures: list[Event] = []
    session.subscribe(
        lambda old, new: (
            failures.append(TaskFailed(new.failure))
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
    assert parts < set(names)
    assert len([*names, "state"]) <= 14
