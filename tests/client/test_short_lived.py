"""A worker for one command: closed however it ends, and no stranger's program where it is open."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.worker import STUB
from tutor.cli import main
from tutor.client import factory
from tutor.client.client import WorkerClient
from tutor.client.interface import DescribedClient
from tutor.client.short_lived import NotProtected, with_worker
from tutor.config import Config
from tutor.paths import Places
from tutor.wire.commands import Execute, Program

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]


@pytest.fixture
def without_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    client = partial(WorkerClient, engine=STUB, protection="landlock-signals", spares=0)
    monkeypatch.setattr(factory, "WorkerClient", client)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "lessons", tmp_path, tmp_path / "data", tmp_path / "config.toml")


async def _run(client: DescribedClient) -> str:
    return (await client.observe(Execute(Program(source="x = 1")), ())).outcome


@pytest.mark.usefixtures("without_namespaces")
def test_programs_that_are_not_trusted_are_not_run_where_they_reach_something(
    places: Places,
) -> None:
    ran: list[DescribedClient] = []

    async def action(client: DescribedClient) -> None:
        ran.append(client)

    with pytest.raises(NotProtected, match="use the network and reach sockets"):
        with_worker(action, Config(), places, trusted=False)
    assert ran == []
    assert with_worker(_run, Config(), places) == "finished"


def test_where_they_reach_nothing_they_are_run(
    monkeypatch: pytest.MonkeyPatch, places: Places
) -> None:
    monkeypatch.setattr(factory, "WorkerClient", partial(WorkerClient, engine=STUB, spares=0))
    assert with_worker(_run, Config(), places, trusted=False) == "finished"


@pytest.mark.usefixtures("without_namespaces")
def test_grade_says_what_to_do() -> None:
    lines = '{"id": 1, "step": "sigmoid", "code": "x = 1"}\n'
    done = CliRunner().invoke(main, ["grade", "--jsonl", "-"], input=lines)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "A program can use the network" in done.stderr
    assert "`nntutor doctor`" in done.stderr
    assert "`--trust-answers`" in done.stderr
    trusted = CliRunner().invoke(main, ["grade", "--trust-answers", "--jsonl", "-"], input=lines)
    assert trusted.exit_code == 1
    assert '"id":1' in trusted.stdout.replace(" ", "")


@pytest.mark.usefixtures("without_namespaces")
def test_check_warns() -> None:
    done = CliRunner().invoke(main, ["check", "--json"])
    assert "A program can use the network" in done.stderr
    assert "Check only lessons that you trust" in done.stderr
