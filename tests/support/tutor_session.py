"""A session without a screen, with a small course and a fake client, in a folder of the test."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.support.fake_client import FakeClient
from tests.support.tutor_app import write_course
from tutor.client.interface import Client, OnState
from tutor.config import Config
from tutor.paths import Places
from tutor.progress.own_files import OpenedProgram
from tutor.session.core import TutorSession

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def new_session(
    folder: Path,
    *,
    client: FakeClient | None = None,
    start_at: str | None = None,
    own: OpenedProgram | None = None,
) -> TutorSession:
    """Return a session whose data stay in the folder; write the course if there is none."""
    lessons = folder / "lessons"
    if not lessons.exists():
        write_course(lessons)
    given = client or FakeClient()

    def make_client(on_state: OnState) -> Client:
        given.on_state = on_state
        return given

    places = Places(lessons, folder, folder / "data", folder / "none")
    return TutorSession(
        places, Config(), make_client=make_client, now=lambda: NOON, start_at=start_at, own=own
    )
