"""One real worker with the stub engine, by each client, for each test that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.worker import HERE_BY_PIPE, Worker, worker

COMMANDS = {"here": None, "node": HERE_BY_PIPE}
"""The commands that reach the worker: its own client, and the one for another machine."""


@pytest.fixture(params=COMMANDS)
def reached_by(request: pytest.FixtureRequest) -> tuple[str, ...] | None:
    """Have a test run with both clients: that of this machine, and that of another one."""
    return COMMANDS[request.param]


@pytest.fixture
async def running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reached_by: tuple[str, ...] | None
) -> AsyncIterator[Worker]:
    """At the best level of this machine, with each client."""
    async with worker(tmp_path, monkeypatch, command=reached_by) as started:
        yield started
