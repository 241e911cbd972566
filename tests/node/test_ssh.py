"""A node behind a real sshd on the loopback: what a login shell prints, and what is left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import ssh_server
from tests.support.wait import eventually
from tests.support.worker import worker
from tutor.wire.values import IntValue

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

GREETING = "ForceCommand echo hello; exec $SSH_ORIGINAL_COMMAND"
"""As a shell whose start prints something even where nobody reads it."""


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    """The command that logs in, to a shell that greets."""
    with ssh_server(tmp_path_factory.mktemp("sshd"), GREETING) as command:
        yield command


async def test_programs_run_there_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ssh: tuple[str, ...]
) -> None:
    async with worker(tmp_path, monkeypatch, command=ssh, spares=1) as running:
        assert (await running.observe("x = 6", "x * 7")).answers[0].value == IntValue(42)
        connection = running.client.connection
        assert connection is not None
        assert connection.before_marker == b"hello\n"
    connection = running.client.connection
    assert connection is not None
    assert connection.exit_status == 0


async def test_without_a_key_that_is_told_and_nothing_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ssh: tuple[str, ...]
) -> None:
    command = (*ssh[:-1], "-o", "IdentityFile=none", ssh[-1])
    keyless = tuple("IdentityFile=none" if "IdentityFile" in word else word for word in command)
    async with worker(tmp_path, monkeypatch, command=keyless) as running:
        assert (await running.client.settle()).phase == "unreachable"
        assert "Permission denied (publickey)" in running.client.state.reason


async def test_an_ssh_that_is_killed_leaves_nothing_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ssh: tuple[str, ...]
) -> None:
    async with worker(tmp_path, monkeypatch, command=ssh, spares=1) as running:
        assert (await running.observe("x = 1")).outcome == "finished"
        (client,) = running.processes("ssh")
        os.kill(client, signal.SIGKILL)
        await running.until("unreachable")
        assert "connection to the machine was lost" in running.client.state.reason
        await eventually(lambda: running.processes() == [], "all its processes to end")
