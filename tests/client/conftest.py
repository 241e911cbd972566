"""One real worker with the stub engine for each test that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.worker import Worker, worker


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    """At the best level of this machine."""
    async with worker(tmp_path, monkeypatch) as started:
        yield started
