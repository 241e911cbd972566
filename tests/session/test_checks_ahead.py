"""Checks that nobody has asked for: when they run programs, and that nothing is seen of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient
from tests.support.python_runner import PythonRunner
from tests.support.tutor_app import READ, SQUARE, write_course
from tests.support.tutor_session import new_session
from tests.support.wait import eventually
from tutor.session import checks_ahead
from tutor.session.core import TutorSession
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation

RIGHT = "y = x * x\n"
WRONG = "y = x + x\n"


class Told(PythonRunner):
    """A runner that keeps what it was asked to run."""

    def __init__(self, milliseconds: float = 1.0) -> None:
        super().__init__(milliseconds=milliseconds)
        self.asked: list[tuple[Execute, tuple[Question, ...]]] = []

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        self.asked.append((command, questions))
        return await super().observe(command, questions)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the pause and the rest, so that no test waits for the clock."""
    monkeypatch.setattr(checks_ahead, "PAUSE_S", 0.0)
    monkeypatch.setattr(checks_ahead, "REST", 0.0)


def _client(milliseconds: float = 1.0) -> FakeClient:
    client = FakeClient(runner=Told(milliseconds))
    client.can_run_ahead = True
    return client


async def _session(folder: Path, client: FakeClient, code: str = SQUARE) -> TutorSession:
    write_course(folder / "lessons", {"10-read-me": READ, "20-square": code})
    session = new_session(folder, client=client, start_at="square")
    await session.open()
    return session


def _type(session: TutorSession, source: str) -> None:
    assert session.state.step is not None
    session.runs.checks_ahead.changed(session.state.step, source)


async def _nothing_is_under_way() -> None:
    """Wait until each check that was begun ahead has ended."""

    def ended() -> bool:
        return not any(
            "ChecksAhead" in getattr(task.get_coro(), "__qualname__", "")
            for task in asyncio.all_tasks()
        )

    await eventually(ended, "the checks ahead to end")


@pytest.mark.parametrize("source", [RIGHT, WRONG])
async def test_it_runs_what_the_check_will_ask_for(tmp_path: Path, source: str) -> None:
    client = FakeClient(runner=(runner := Told()))
    client.can_run_ahead = True
    session = await _session(tmp_path, client)
    _type(session, source)
    await _nothing_is_under_way()
    ahead = list(runner.asked)
    assert ahead
    assert session.state.verdict is None
    assert not session.state.done
    assert session.runs.checks_ahead.has_checked(source)
    assert not session.runs.checks_ahead.has_checked(f"{source}#")
    assert session.runs.check(source)
    assert not session.runs.checks_ahead.has_checked(source), "they are given once"
    await eventually(lambda: session.state.verdict is not None, "the verdict")
    asked = [*[(c, runner.asked[0][1]) for c in client.commands], *runner.asked[len(ahead) :]]
    assert sorted(map(str, {*asked})) == sorted(map(str, {*ahead}))
    await session.close()


async def test_only_the_newest_text_is_run(tmp_path: Path) -> None:
    client = _client()
    session = await _session(tmp_path, client)
    forgotten = client.forgotten
    _type(session, WRONG)
    _type(session, RIGHT)
    await _nothing_is_under_way()
    assert client.forgotten == forgotten + 2
    assert {command.program.source for command in client.run_ahead} == {RIGHT}
    await session.close()


@pytest.mark.parametrize(
    "source",
    ["y = (", "y = ...\n", "y = x * x\n" * 1_000],
    ids=["unfinished", "the scaffold", "too long for it"],
)
async def test_what_would_not_be_run_is_not(tmp_path: Path, source: str) -> None:
    client = _client()
    session = await _session(tmp_path, client)
    _type(session, source)
    await _nothing_is_under_way()
    assert not client.run_ahead
    await session.close()


@pytest.mark.parametrize(
    ("code", "milliseconds", "can"),
    [
        (SQUARE, 1.0, False),
        (SQUARE, checks_ahead.QUICK_MS + 1, True),
        (SQUARE.replace('kind = "code"', 'kind = "code"\nnetwork = true'), 1.0, True),
        (SQUARE.replace('kind = "code"', 'kind = "code"\ngpu = true'), 1.0, True),
    ],
    ids=["the client cannot", "slow programs", "the network", "a graphics card"],
)
async def test_nor_where_it_could_cost_something(
    tmp_path: Path, code: str, milliseconds: float, can: bool
) -> None:
    client = _client(milliseconds)
    client.can_run_ahead = can
    session = await _session(tmp_path, client, code)
    _type(session, RIGHT)
    await _nothing_is_under_way()
    assert not client.run_ahead
    await session.close()


async def test_a_run_ends_it_and_the_next_step_forgets_it(tmp_path: Path) -> None:
    client = FakeClient(held=True, runner=Told())
    client.can_run_ahead = True
    session = await _session(tmp_path, client)
    _type(session, RIGHT)
    assert session.runs.run(RIGHT)
    await _nothing_is_under_way()
    assert not client.run_ahead
    _type(session, WRONG)
    await _nothing_is_under_way()
    assert not client.run_ahead, "something runs"
    forgotten = client.forgotten
    session.move(-1)
    assert client.forgotten > forgotten
    await session.close()


async def test_a_fault_in_it_is_left_to_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = _client()
    session = await _session(tmp_path, client)
    await _nothing_is_under_way()

    async def fail(_command: ObserveAll) -> tuple[Observation, ...]:
        raise RuntimeError("a fault of the tutor")

    monkeypatch.setattr(client, "observe_all", fail)
    _type(session, RIGHT)
    await _nothing_is_under_way()
    assert not client.run_ahead
    assert "fault" not in session.state.notice
    await session.close()
