"""One real worker with the stub engine, by each client, for each test that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.sampling import drawn
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


MOST_BY_NODE = 30
"""Tests of the other client in one run, drawn from over a hundred: each starts two Pythons more."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave some of the tests of the client for another machine to other runs."""
    by_node = [
        item
        for item in items
        if isinstance(item, pytest.Function)
        and hasattr(item, "callspec")
        and item.callspec.params.get("reached_by") == "node"
    ]
    kept = set(drawn(by_node, MOST_BY_NODE, "clients"))
    left_out = [item for item in by_node if item not in kept]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
