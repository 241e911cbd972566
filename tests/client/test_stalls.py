"""A program is not charged for the time in which the app stands still."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.client.test_idleness import SetClock
from tests.support.wait import wait_until
from tests.support.worker import Worker, texts, worker
from tutor.client.stalls import BEAT, STALL, StallWatch
from tutor.wire.commands import Execute, Limits, Program, Question
from tutor.wire.control import Protection
from tutor.wire.events import RunEnded
from tutor.wire.values import IntValue

WAITS = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
print("begun", flush=True)
signal.sigwait({signal.SIGUSR1})
"""
LIMITS = Limits(seconds=2.0)


class Late(SetClock):
    """A clock whose timers may go off late."""

    def miss(self, seconds: float) -> None:
        """Let time pass without any timer."""
        self._now += seconds


def test_only_a_beat_that_comes_late_is_told() -> None:
    clock, stalls = Late(), list[float]()
    watch = StallWatch(stalls.append, clock)
    watch.begin()
    clock.resume(20 * BEAT)
    clock.miss(STALL - BEAT)
    assert not watch.check()
    assert stalls == []
    clock.miss(14.0)
    assert watch.check()
    assert not watch.check()
    clock.resume(20 * BEAT)
    assert stalls == [14.0]
    watch.end()
    clock.miss(14.0)
    assert not watch.check()
    assert (stalls, clock.timers) == ([14.0], 0)


def _is_held_or_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] in b"TZX"
    except OSError:
        return True


def _stand_still_past_the_limit(running: Worker) -> None:
    """Let the program go on, and do nothing until its time is up."""
    (learner,) = running.processes("nnt-learner")
    os.kill(learner, signal.SIGUSR1)
    wait_until(lambda: _is_held_or_gone(learner), "its time to be up")


@pytest.mark.process
@pytest.mark.xdist_group("process")
@pytest.mark.parametrize(
    ("protection", "then", "outcome"),
    [
        ("auto", "", "finished"),
        ("limits-only", "", "finished"),
        ("auto", "print('x' * 300_000)", "finished"),
        ("auto", "while True: pass", "timeout"),
    ],
    ids=["for questions", "for questions, without namespaces", "for room", "it does not wait"],
)
async def test_an_app_that_stood_still_refuses_no_program_that_waited_for_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    protection: Protection,
    then: str,
    outcome: str,
) -> None:
    async with worker(tmp_path, monkeypatch, protection=protection, spares=0) as running:
        command = Execute(Program(source=f"{WAITS}{then}\n"), LIMITS)
        batches = running.client.begin(command, (Question("6 * 7"),)).events()
        async for batch in batches:
            if "begun" in texts([batch]):
                _stand_still_past_the_limit(running)
        ended = batch[-1]
        assert isinstance(ended, RunEnded)
        assert ended.observation.outcome == outcome
        if outcome == "finished":
            assert [answer.value for answer in ended.observation.answers] == [IntValue(42)]
            assert ended.observation.milliseconds < LIMITS.seconds * 1000
        assert running.phases == ["starting", "ready"]
