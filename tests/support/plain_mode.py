"""A learner in plain mode, in this process, with a fake worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.fake_client import FakeClient
from tests.support.tutor_session import new_session
from tutor.config import Config
from tutor.plain.conversation import begin, obey
from tutor.plain.desk import Desk
from tutor.plain.teller import Teller
from tutor.progress.own_files import OpenedProgram


class Listener:
    """Types lines, and hears what is told."""

    def __init__(self, desk: Desk, heard: list[str]) -> None:
        self.desk = desk
        self.heard = heard
        """All lines so far."""

    async def types(self, *lines: str) -> list[str]:
        """Types the lines; returns what the last of them is answered with."""
        before = len(self.heard)
        for line in lines:
            before = len(self.heard)
            await obey(self.desk, line)
        return self.heard[before:]


@asynccontextmanager
async def listening(
    folder: Path,
    *,
    client: FakeClient | None = None,
    start_at: str | None = None,
    config: Config | None = None,
    own: OpenedProgram | None = None,
    review: bool = False,
) -> AsyncIterator[Listener]:
    """A learner in plain mode at a step of the small course, or at a program of their own."""
    heard: list[str] = []
    session = new_session(folder, client=client, start_at=start_at, config=config, own=own)
    await session.open()
    desk = Desk(session, Teller(heard.append), data=folder / "data")
    await begin(desk, "command", review=review)
    yield Listener(desk, heard)
    await session.close()
    assert desk.fault is None
    assert session.state.failure is None
