"""A worker of which nothing is asked ends, and comes back by itself. The clock is the test's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.support.wait import eventually
from tests.support.worker import Worker, worker
from tutor.client.idleness import Idleness
from tutor.wire.commands import Execute, Limits, ObserveAll, Program
from tutor.wire.control import Protection
from tutor.wire.events import Paused

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

AFTER = 600.0


class Timer:
    """Of the clock below."""

    def __init__(self, when: float, act: Callable[[], object]) -> None:
        self.when = when
        self.act = act
        self.is_set = True

    def cancel(self) -> None:
        self.is_set = False


class SetClock:
    """Shows what it was set to."""

    def __init__(self) -> None:
        self._now = 0.0
        self._timers: list[Timer] = []

    def time(self) -> float:
        return self._now

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer:
        timer = Timer(self._now + delay, callback)
        self._timers.append(timer)
        return timer

    @property
    def timers(self) -> int:
        """Those that are still to go off."""
        return sum(timer.is_set for timer in self._timers)

    def resume(self, seconds: float) -> None:
        """Whatever was to happen by then happens."""
        end = self._now + seconds
        while due := [timer for timer in self._timers if timer.is_set and timer.when <= end]:
            first = min(due, key=lambda timer: timer.when)
            self._now = first.when
            first.cancel()
            first.act()
        self._now = end


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def idle(clock: SetClock, told: list[float], busy: Callable[[], bool] = bool) -> Idleness:
    return Idleness(AFTER, busy, lambda: told.append(clock.time()), clock)


def test_it_is_told_once_after_the_last_to_stir(clock: SetClock) -> None:
    told: list[float] = []
    idleness = idle(clock, told)
    idleness.touch()
    clock.resume(AFTER - 1)
    for _ in range(50):
        idleness.touch()
    assert clock.timers == 1
    clock.resume(AFTER - 1)
    assert told == []
    clock.resume(5 * AFTER)
    assert told == [2 * AFTER - 1]
    assert clock.timers == 0
    idleness.touch()
    clock.resume(AFTER)
    assert len(told) == 2


def test_who_is_busy_is_not_idle(clock: SetClock) -> None:
    told: list[float] = []
    is_busy = True
    idleness = idle(clock, told, lambda: is_busy)
    idleness.touch()
    clock.resume(20 * AFTER)
    assert told == []
    is_busy = False
    clock.resume(2 * AFTER)
    assert len(told) == 1


def test_what_is_forgotten_is_not_told(clock: SetClock) -> None:
    told: list[float] = []
    idleness = idle(clock, told)
    idleness.touch()
    idleness.cancel()
    clock.resume(2 * AFTER)
    assert told == []


def test_without_a_time_nothing_is_ever_idle(clock: SetClock) -> None:
    Idleness(None, bool, lambda: None, clock).touch()
    assert clock.timers == 0


@pytest.fixture
async def sleepy(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clock: SetClock,
    reached_by: tuple[str, ...] | None,
) -> AsyncIterator[Worker]:
    async with worker(
        tmp_path, monkeypatch, command=reached_by, idle_seconds=AFTER, clock=clock
    ) as running:
        await running.until("ready")
        yield running


async def _fall_asleep(running: Worker, clock: SetClock) -> None:
    def falls_asleep() -> bool:
        clock.resume(AFTER)
        return running.client.state.phase == "asleep"

    await eventually(falls_asleep, "it to fall asleep, once the last run is quite over")
    await eventually(lambda: running.processes() == [], "all its processes to end")


@pytest.mark.parametrize("protection", ["auto", "landlock-signals", "limits-only"])
async def test_nothing_is_left_of_it_and_the_next_run_brings_it_back(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clock: SetClock,
    protection: Protection,
    reached_by: tuple[str, ...] | None,
) -> None:
    async with worker(
        tmp_path,
        monkeypatch,
        command=reached_by,
        protection=protection,
        idle_seconds=AFTER,
        clock=clock,
    ) as running:
        assert (await running.observe("x = 1")).outcome == "finished"
        await eventually(lambda: running.client.describe().spares == 2, "its spares")
        await _fall_asleep(running, clock)
        assert running.client.describe().spares == 0
        assert (await running.observe("x = 2")).outcome == "finished"
        await _fall_asleep(running, clock)
        assert (await running.observe("x = 3")).outcome == "finished"
        again = ["asleep", "starting", "ready"]
        assert running.phases == ["starting", "ready", *again, *again]
        assert running.client.describe().restarts == 0


async def test_who_types_keeps_it_awake_and_wakes_it(sleepy: Worker, clock: SetClock) -> None:
    clock.resume(AFTER - 1)
    sleepy.client.keep_awake()
    clock.resume(AFTER - 1)
    assert sleepy.client.state.phase == "ready"
    await _fall_asleep(sleepy, clock)
    sleepy.client.keep_awake()
    sleepy.client.keep_awake()
    await sleepy.until("ready")
    await eventually(lambda: sleepy.client.describe().spares == 2, "its spares")
    assert sleepy.phases == ["starting", "ready", "asleep", "starting", "ready"]


async def test_one_that_is_woken_while_it_ends_begins_after_that(
    sleepy: Worker, clock: SetClock
) -> None:
    clock.resume(AFTER)
    run = asyncio.create_task(sleepy.observe("x = 1"))
    assert (await run).outcome == "finished"
    assert len(sleepy.processes("nnt-zygote")) == 1


async def test_a_run_is_never_idle_not_even_paused(sleepy: Worker, clock: SetClock) -> None:
    program = Program(source="while True: phase('forward')")
    batches = sleepy.client.begin(Execute(program, Limits(seconds=30), hold=1)).events()
    async for batch in batches:
        if any(isinstance(event, Paused) for event in batch):
            break
    clock.resume(5 * AFTER)
    assert sleepy.client.state.phase == "ready"
    sleepy.client.stop()
    assert [batch async for batch in batches]
    clock.resume(AFTER - 1)
    assert sleepy.client.state.phase == "ready"
    await _fall_asleep(sleepy, clock)


async def test_what_is_known_of_an_author_s_program_wakes_nobody(
    sleepy: Worker, clock: SetClock
) -> None:
    command = ObserveAll((Program(source="x = 1"),), ())
    await sleepy.client.observe_all(command)
    await _fall_asleep(sleepy, clock)
    await sleepy.client.observe_all(command)
    assert sleepy.client.state.phase == "asleep"


async def test_closing_while_it_sleeps_or_is_woken(sleepy: Worker, clock: SetClock) -> None:
    clock.resume(AFTER)
    sleepy.client.keep_awake()
    await sleepy.client.close()
    assert sleepy.processes() == []
    assert clock.timers == 0
    assert sleepy.client.state.phase == "closed"
