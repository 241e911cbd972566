"""Runs that are paused in real processes: nothing of them runs meanwhile, and no time passes."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.wait import eventually
from tests.support.worker import Worker, worker
from tutor.wire.commands import Execute, Limits, Program
from tutor.wire.control import Protection
from tutor.wire.events import Observation, OutputWritten, Paused, RunEnded, RunEvent

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

TRAINING = """
for step in range(1, 6):
    for name in ("forward", "backward", "step"):
        phase(name, step)
print("trained")
"""
PLAIN = "print('begun')\nwhile True:\n    pass\n"
FORKS = "import os\n" + "if os.fork() == 0: os.setsid()\n" * 2
FORGED = (
    "import os\nfrom tutor.wire import frames\nfrom tutor.wire.events import *\n"
    "for number in range(20): os.write(3, frames.encode(Paused(number, 'step', 7)))\n"
    "print('begun')\nwhile True: os.write(3, frames.encode(Paused(1, 'step', 7)))\n"
)


class Watched:
    """A live run, its events collected as they come."""

    def __init__(
        self,
        running: Worker,
        source: str,
        hold: int = 0,
        seconds: float = 10,
        limits: Limits | None = None,
    ) -> None:
        limits = limits or Limits(seconds=seconds, output_mb=1)
        command = Execute(Program(source=source), limits, live=True, hold=hold)
        self.running = running
        self.events: list[RunEvent] = []
        self.handle = running.client.begin(command)
        self._batches = self.handle.events()
        self._task = asyncio.create_task(self._collect())

    async def _collect(self) -> None:
        async for batch in self._batches:
            self.events += batch

    @property
    def pauses(self) -> list[Paused]:
        """All so far."""
        return [event for event in self.events if isinstance(event, Paused)]

    async def paused(self, number: int) -> Paused:
        """Waits until it stands still as that number asked."""
        await eventually(lambda: any(p.number == number for p in self.pauses), "the pause")
        return self.pauses[-1]

    async def printed(self, text: str) -> None:
        """Waits until that was printed."""
        await eventually(lambda: text in self._printed, f"{text} to be printed")

    @property
    def _printed(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, OutputWritten))

    async def ended(self) -> Observation:
        """Waits for the end."""
        await self._task
        ended = self.events[-1]
        assert isinstance(ended, RunEnded)
        return ended.observation

    async def leave(self) -> None:
        """Lets go of it, as an app does that dies."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._batches.aclose()  # type: ignore[attr-defined] # it is a generator

    def states(self) -> list[str]:
        """Of the processes that have been given a program, as /proc shows them."""
        stats = (Path(f"/proc/{pid}/stat") for pid in self.running.processes("nnt-learner"))
        return [_state(stat) for stat in stats]

    async def stands_still(self) -> None:
        """Waits until a process is stopped."""
        await eventually(lambda: "T" in self.states(), "a stopped process")

    async def goes_on(self) -> None:
        """Waits until none is."""
        await eventually(lambda: "T" not in self.states(), "no stopped process")


def _state(stat: Path) -> str:
    try:
        return stat.read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


async def _a_turn() -> None:
    """Lets everything else in the event loop go on once."""
    loop = asyncio.get_running_loop()
    turn = loop.create_future()
    loop.call_soon(turn.set_result, None)
    await turn


@pytest.fixture(params=["auto", "landlock-signals"])
async def any_level(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Worker]:
    protection: Protection = request.param
    async with worker(tmp_path, monkeypatch, protection=protection) as started:
        yield started


async def test_a_training_waits_before_each_phase_that_it_is_asked_to(running: Worker) -> None:
    run = Watched(running, TRAINING, hold=1)
    assert await run.paused(1) == Paused(1, "forward", 1)
    await run.stands_still()
    run.handle.step_phase(2)
    assert await run.paused(2) == Paused(2, "backward", 1)
    run.handle.step_phase(3)
    assert await run.paused(3) == Paused(3, "step", 1)
    run.handle.resume()
    assert (await run.ended()).outcome == "finished"
    await run.printed("trained")
    assert [pause.number for pause in run.pauses] == [1, 2, 3]


async def test_a_running_training_is_paused_at_its_next_phase(running: Worker) -> None:
    endless = "import itertools\nfor step in itertools.count(1): phase('backward', step)\n"
    run = Watched(running, endless)
    await eventually(lambda: running.processes("nnt-learner"), "a process")
    run.handle.pause(1)
    first = await run.paused(1)
    run.handle.resume()
    await run.goes_on()
    run.handle.pause(2)
    second = await run.paused(2)
    assert (first.phase, second.phase) == ("backward", "backward")
    assert second.step > first.step
    running.client.stop()
    assert (await run.ended()).outcome == "stopped"


async def test_a_program_without_phases_is_stopped_where_it_stands(any_level: Worker) -> None:
    run = Watched(any_level, PLAIN)
    await run.printed("begun")
    run.handle.pause(1)
    paused = await run.paused(1)
    assert (paused.phase, paused.step) == ("none", 0)
    assert paused.line in (2, 3)
    await run.stands_still()
    run.handle.resume()
    await run.goes_on()
    any_level.client.stop()
    assert (await run.ended()).outcome == "stopped"


async def test_all_its_processes_stand_still(any_level: Worker) -> None:
    run = Watched(any_level, FORKS + PLAIN)
    await run.printed("begun\n" * 4)
    run.handle.pause(1)
    await run.paused(1)
    await eventually(lambda: run.states().count("T") == 4, "four stopped processes")
    any_level.client.stop()
    any_level.client.stop()
    assert (await run.ended()).outcome == "stopped"


async def test_no_time_passes_meanwhile_and_all_of_it_afterwards(running: Worker) -> None:
    begun = time.monotonic()
    run = Watched(running, f"phase('backward')\n{PLAIN}", hold=1, seconds=0.5)
    await run.paused(1)
    paused = time.monotonic()
    await eventually(lambda: time.monotonic() - paused > 1.0, "twice its time")
    assert [type(event) for event in run.events] == [Paused]
    resumed = time.monotonic()
    run.handle.resume()
    observation = await run.ended()
    assert observation.outcome == "timeout"
    around = (time.monotonic() - resumed) + (paused - begun)
    assert 400 < observation.milliseconds < 1000 * around


@pytest.mark.parametrize("source", [f"phase('step')\n{PLAIN}", PLAIN])
async def test_stop_ends_what_is_paused(running: Worker, source: str) -> None:
    run = Watched(running, source, hold=1)
    if source == PLAIN:
        await run.printed("begun")
        run.handle.pause(1)
    await run.paused(1)
    running.client.stop()
    assert (await run.ended()).outcome == "stopped"
    assert (await running.observe("x = 1")).outcome == "finished"


async def test_what_swallows_the_interrupt_is_killed(running: Worker) -> None:
    source = "while True:\n try:\n  while True: phase('step')\n except BaseException: print('no')\n"
    run = Watched(running, source, hold=1)
    await run.paused(1)
    running.client.stop()
    assert (await run.ended()).outcome == "stopped"


@pytest.mark.parametrize("source", [TRAINING, PLAIN])
async def test_a_paused_run_that_is_left_is_gone(running: Worker, source: str) -> None:
    run = Watched(running, source, hold=1 if source == TRAINING else 0)
    if source == PLAIN:
        await run.printed("begun")
        run.handle.pause(1)
    await run.paused(1)
    await run.stands_still()
    await run.leave()
    await run.goes_on()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_many_quick_wishes_leave_it_as_the_last_one_says(running: Worker, seed: int) -> None:
    chance = random.Random(seed)
    # without an end: on a loaded machine the wishes take longer than any number of steps
    source = "step = 0\nwhile True:\n    step += 1\n    phase('backward', step)\n"
    run = Watched(running, source, hold=1, seconds=50)
    await run.paused(1)
    wishes = (run.handle.pause, run.handle.step_phase, lambda _: run.handle.resume())
    for number in range(2, 150):
        chance.choice(wishes)(number)
        if chance.random() < 0.3:
            await _a_turn()
    run.handle.resume()
    run.handle.pause(150)
    await run.paused(150)
    run.handle.step_phase(151)
    step = (await run.paused(151)).step
    run.handle.step_phase(152)
    assert (await run.paused(152)).step == step + 1, "one phase, and not one more"
    run.handle.resume()
    running.client.stop()
    assert (await run.ended()).outcome == "stopped"


async def test_a_pause_that_comes_with_the_end_holds_nothing_up(running: Worker) -> None:
    for _ in range(5):
        run = Watched(running, "print('begun')")
        await run.printed("begun")
        run.handle.pause(1)
        assert (await run.ended()).outcome == "finished"


@pytest.mark.parametrize("asked", [False, True])
async def test_a_forged_pause_stops_no_clock_but_with_the_program(
    running: Worker, asked: bool
) -> None:
    run = Watched(running, FORGED, seconds=1)
    await run.printed("begun")
    if asked:
        run.handle.pause(1)
        await run.paused(1)
        await run.stands_still()
        run.handle.resume()
    observation = await run.ended()
    assert observation.outcome == "timeout"
    assert len(run.pauses) == asked


async def test_what_is_asked_before_the_worker_is_ready_is_done_then(running: Worker) -> None:
    run = Watched(running, PLAIN)
    run.handle.pause(1)
    paused = await run.paused(1)
    assert paused.phase == "none"
    running.client.stop()
    assert (await run.ended()).outcome == "stopped"


async def test_what_is_asked_of_a_run_changes_no_other(running: Worker) -> None:
    run, other = Watched(running, PLAIN), Watched(running, PLAIN)
    observed = asyncio.create_task(running.observe("print(sum(range(3000000)))"))
    await run.printed("begun")
    await other.printed("begun")
    run.handle.pause(1)
    await run.paused(1)
    assert (await observed).outcome == "finished"
    other.handle.stop()
    assert (await other.ended()).outcome == "stopped"
    assert other.pauses == []
    await run.stands_still()
    run.handle.stop()
    assert (await run.ended()).outcome == "stopped"


async def test_what_is_asked_of_a_run_that_has_ended_does_nothing(running: Worker) -> None:
    run = Watched(running, "print('begun')")
    ended = await run.ended()
    run.handle.pause(1)
    run.handle.step_phase(2)
    run.handle.resume()
    run.handle.extend(20)
    run.handle.stop()
    assert await run.ended() == ended
    assert run.pauses == []
    assert (await running.observe("x = 1")).outcome == "finished"


SLOW = (
    "import time\nprint('begun')\nuntil = time.monotonic() + 3\n"
    "while time.monotonic() < until: pass\n"
)
MORE = Limits(seconds=2, extendable_to=30, output_mb=1)


@pytest.mark.parametrize("paused", [False, True])
async def test_a_run_that_is_given_more_time_comes_to_its_end(
    running: Worker, paused: bool
) -> None:
    run = Watched(running, SLOW, limits=MORE)
    await run.printed("begun")
    if paused:
        run.handle.pause(1)
        await run.paused(1)
    run.handle.extend(20)
    if paused:
        run.handle.resume()
    observation = await run.ended()
    assert observation.outcome == "finished"
    assert observation.milliseconds > 2_000
    assert observation.limits is not None
    assert observation.limits.seconds == 22


async def test_more_time_that_was_given_before_the_worker_was_ready_counts(
    running: Worker,
) -> None:
    run = Watched(running, SLOW, limits=MORE)
    run.handle.extend(20)
    assert (await run.ended()).outcome == "finished"


async def test_a_run_gets_no_more_than_its_limits_allow(running: Worker) -> None:
    for limits in (Limits(seconds=0.5), Limits(seconds=0.5, extendable_to=0.9)):
        run = Watched(running, PLAIN, limits=limits)
        await run.printed("begun")
        for _ in range(3):
            run.handle.extend(20)
        observation = await run.ended()
        assert observation.outcome == "timeout"
        assert observation.limits is not None
        assert observation.limits.seconds == limits.max_seconds
        assert observation.milliseconds < 15_000


async def test_the_kernels_limit_of_processor_time_leaves_room_for_it(running: Worker) -> None:
    source = "import resource\nprint(resource.getrlimit(resource.RLIMIT_CPU))"
    run = Watched(running, source, limits=Limits(seconds=1, extendable_to=100))
    await run.printed("(205, 207)")
    assert (await run.ended()).outcome == "finished"
