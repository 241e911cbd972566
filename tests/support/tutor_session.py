"""A session without a screen, with a small course, in a folder of the test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from tests.support.fake_client import FakeClient
from tests.support.tutor_app import DOUBLE, write_course
from tests.support.wait import eventually
from tutor.client.client import WorkerClient
from tutor.client.interface import Client, OnState
from tutor.config import Config
from tutor.paths import Places
from tutor.progress.own_files import OpenedProgram
from tutor.session.core import Hub, TutorSession

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def new_session(
    folder: Path,
    *,
    client: FakeClient | WorkerClient | None = None,
    start_at: str | None = None,
    own: OpenedProgram | None = None,
    config: Config | None = None,
    now: Callable[[], datetime] = lambda: NOON,
) -> TutorSession:
    """Return a session whose data stay in the folder; write the course if there is none.

    Without a `client` it has a fake one.
    """
    lessons = folder / "lessons"
    if not lessons.exists():
        write_course(lessons)
    given = client or FakeClient()

    def make_client(on_state: OnState) -> Client:
        given.on_state = on_state
        return given

    places = Places(lessons, folder, folder / "data", folder / "none")
    return TutorSession(
        places,
        config or Config(),
        make_client=make_client,
        now=now,
        start_at=start_at,
        own=own,
    )


def bare_hub(**parts: object) -> Hub:
    """Return a hub of nothing but these parts, for a part that needs no others."""
    return cast(Hub, SimpleNamespace(**parts))


async def open_session(folder: Path, worker: WorkerClient, prelude: str = "") -> TutorSession:
    """Return a session on a step with code that a real worker is ready to run."""
    lessons = write_course(folder / "lessons", {"10-double": DOUBLE})
    course = lessons / "course.toml"
    course.write_text(course.read_text().replace('prelude = ""', f"prelude = '''\n{prelude}\n'''"))
    session = new_session(folder, client=worker, start_at="double")
    await session.open()
    await eventually(lambda: session.state.worker.phase == "ready", "the worker")
    return session
