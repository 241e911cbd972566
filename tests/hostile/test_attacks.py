"""Programs that do their worst. After each: the ending is right, the next run works, all is gone.

What could reach processes that are not the worker's own is run only where the level in force, asked
of the worker itself, keeps it in.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.wait import eventually
from tests.support.worker import Worker, worker
from tutor.wire.commands import Limits
from tutor.wire.control import Protection
from tutor.wire.events import Observation, Outcome
from tutor.wire.values import IntValue

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

QUICK = Limits(seconds=0.5, output_mb=1, tasks=16)
READ_LIMIT = "import resource\nmost = resource.getrlimit(resource.RLIMIT_NPROC)[0]"
PATIENT = Limits(seconds=20, memory_mb=300, output_mb=1, tasks=16)

REFUSED_OR_ENDED: tuple[Outcome, ...] = ("processes", "raised")
"""The kernel refuses one task too many, or the warden has seen it before."""

FORGE = "import os, time\nfrom tutor.wire import frames\nfrom tutor.wire.events import *\n"


class Attack(NamedTuple):
    """A program, the endings that are right, and what else must be said of it."""

    source: str
    outcomes: tuple[Outcome, ...]
    limits: Limits = PATIENT
    detail: str = ""


CONTAINED = {
    "a swallowed BaseException": Attack(
        "while True:\n try:\n  while True: pass\n except BaseException: pass", ("timeout",), QUICK
    ),
    "all signals ignored": Attack(
        "import signal\nfor n in signal.valid_signals():\n try: signal.signal(n, signal.SIG_IGN)\n"
        " except OSError: pass\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n"
        "while True: pass",
        ("timeout",),
        QUICK,
    ),
    "its own group stopped": Attack(
        "import os, signal\nos.killpg(0, signal.SIGSTOP)\nwhile True: pass", ("timeout",), QUICK
    ),
    "endless lines": Attack("while True: print('x' * 70)", ("output",)),
    "endless output without lines": Attack(
        "import os\nwhile True: os.write(1, b'x' * 65536)", ("output",)
    ),
    "endless escape codes": Attack("while True: print(end='\\x1b]0;')", ("output",)),
    "output from a daemon": Attack(
        "import os\nif os.fork() == 0:\n os.setsid()\n while True: os.write(1, b'x' * 9999)\n"
        "while True: pass",
        ("output",),
    ),
    "lists without end": Attack("x = []\nwhile True: x.append(bytes(9999))", ("memory",)),
    "one huge object": Attack("x = bytearray(200 * 2**30)", ("memory",)),
    "shared memory": Attack(
        "import mmap\nx = []\nwhile True:\n x.append(mmap.mmap(-1, 2**24))\n"
        " x[-1].write(b'x' * 2**24)",
        ("memory",),
    ),
    "memory of many processes": Attack(
        "import os\nfor n in range(8):\n if os.fork() == 0:\n  x = b'x' * (60 * 2**20)\n"
        "  while True: pass\nwhile True: pass",
        ("memory",),
    ),
    "many processes": Attack(
        "import os, time\nfor n in range(120):\n if os.fork() == 0: time.sleep(60)\n"
        "while True: pass",
        REFUSED_OR_ENDED,
    ),
    "a tree of forks": Attack(
        "import os, time\nfor n in range(7): os.fork()\ntime.sleep(60)", REFUSED_OR_ENDED
    ),
    "forks without end that take no refusal": Attack(
        "import os\nwhile True:\n try: os.fork()\n except OSError: pass", ("processes",)
    ),
    "forks that leave their session": Attack(
        "import os, time\nfor n in range(60):\n if os.fork() == 0:\n  os.setsid()\n"
        "  if os.fork() == 0: time.sleep(60)\n  os._exit(0)\ntime.sleep(60)",
        REFUSED_OR_ENDED,
    ),
    "many threads": Attack(
        "import threading, time\nfor n in range(60):\n"
        " threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\ntime.sleep(60)",
        REFUSED_OR_ENDED,
        Limits(seconds=20, tasks=16),
    ),
    "daemons": Attack(
        "import os, signal, time\nfor n in range(5):\n if os.fork() == 0:\n  os.setsid()\n"
        "  if os.fork(): os._exit(0)\n  for s in (1, 2, 15): signal.signal(s, signal.SIG_IGN)\n"
        "  time.sleep(60)",
        ("finished",),
    ),
    "a fork that comes back": Attack("import os\nos.fork()\nprint(1)", ("finished",)),
    "all descriptors closed": Attack("import os\nos.closerange(0, 256)", ("exited",)),
    "all descriptors closed, then a loop": Attack(
        "import os\nos.closerange(0, 256)\nwhile True: pass", ("timeout",), QUICK
    ),
    "a forged Done, then a loop": Attack(
        FORGE + "os.write(3, frames.encode(Done()))\nwhile True: pass", ("timeout",), QUICK
    ),
    "a forged result, then a loop": Attack(
        FORGE + "os.write(3, b''.join(map(frames.encode, [Executed('finished'), Done()])))\n"
        "while True: pass",
        ("timeout",),
        QUICK,
    ),
    "forged answers": Attack(
        FORGE + "from tutor.wire.values import IntValue\n"
        "for n in (0, 7, -1, 2**40): "
        "os.write(3, frames.encode(Answered(n, Answer(IntValue(1)))))",
        ("finished",),
    ),
    "garbage on the channel": Attack(
        "import os, time\nos.write(3, b'garbage' * 9)\ntime.sleep(60)",
        ("crashed",),
        detail="own pipe",
    ),
    "a frame that says it is huge": Attack(
        "import os, time\nos.write(3, b'\\xff\\xff\\xff\\x7f')\ntime.sleep(60)",
        ("crashed",),
        detail="own pipe",
    ),
    "a flood of frames": Attack(
        FORGE + "x = frames.encode(LossesRecorded(0, (1.0,) * 99))\nwhile True: os.write(3, x)",
        ("timeout",),
        QUICK,
    ),
    "garbage for the warden": Attack(
        "import os\nos.set_blocking(4, False)\ntry:\n while True: os.write(4, b'\\xff' * 4096)\n"
        "except BlockingIOError: pass\nwhile True: pass",
        ("timeout",),
        QUICK,
    ),
    "sys.exit": Attack("import sys\nsys.exit(3)", ("exited",)),
    "os._exit(0)": Attack("import os\nos._exit(0)", ("exited",), detail="0"),
    "os._exit(7)": Attack("import os\nos._exit(7)", ("exited",), detail="7"),
    "abort": Attack("import os\nos.abort()", ("crashed",), detail="SIGABRT"),
    "a bad pointer": Attack("import ctypes\nctypes.string_at(0)", ("crashed",), detail="SIGSEGV"),
    "its own death": Attack(
        "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)", ("crashed",), detail="SIGTERM"
    ),
    "deep recursion": Attack("def f(): f()\nf()", ("raised",)),
    "recursion without a limit": Attack(
        "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n def __getattr__(self, n):\n"
        "  return getattr(self, n + 'x')\nlist.sort([A(), A()], key=lambda a: a.b)",
        ("crashed", "memory"),
    ),
    "a file without end": Attack(
        "with open('x', 'wb') as f:\n while True: f.write(b'x' * 2**20)", ("raised",)
    ),
    "limits raised": Attack(
        "import resource\nfor n in (resource.RLIMIT_DATA, resource.RLIMIT_NOFILE):\n"
        " resource.setrlimit(n, (resource.RLIM_INFINITY,) * 2)",
        ("raised",),
    ),
    "its folder locked": Attack(
        "import os\nos.makedirs('a/b')\nopen('a/b/c', 'w').close()\nos.chmod('a/b', 0)\n"
        "os.chmod('a', 0)\nos.chmod('.', 0)",
        ("finished",),
    ),
}

CONTAINED_ONLY_IF_SHUT_IN = {
    "kill -9 of its parent": Attack("import os\nos.kill(os.getppid(), 9)", ("finished", "raised")),
    "its parent stopped": Attack(
        "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)", ("finished", "raised")
    ),
    "kill -9 of everybody": Attack("import os\nos.kill(-1, 9)", ("finished", "raised")),
    "kill -9 of all low numbers": Attack(
        "import os\nfor n in range(1, 400):\n if n != os.getpid():\n"
        "  try: os.kill(n, 9)\n  except OSError: pass",
        ("finished",),
    ),
    "a look into its parent": Attack(
        "import os\nopen(f'/proc/{os.getppid()}/mem', 'r+b')", ("raised",)
    ),
    "writing outside its folder": Attack(
        "import os, sys\nopen(os.path.dirname(os.path.dirname(os.getcwd())) + '/x', 'w')",
        ("raised",),
    ),
}


@pytest.fixture(params=["auto", "landlock-signals", "limits-only"])
async def running(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Worker]:
    """A worker at each level. Without spares, so that each process seen is the run's."""
    protection: Protection = request.param
    async with worker(tmp_path, monkeypatch, protection=protection, spares=0) as started:
        yield started


async def _survive(running: Worker, attack: Attack) -> Observation:
    observation = await running.observe(attack.source, limits=attack.limits)
    assert observation.outcome in attack.outcomes, observation
    assert attack.detail in observation.detail
    await eventually(lambda: not running.processes("nnt-learner"), "all of the run to end")
    assert (await running.observe("x = 1")).outcome == "finished"
    assert running.phases == ["starting", "ready"], "the worker lived through it"
    return observation


def _where_it_differs() -> list[object]:
    """Each attack at the first two levels; at the last, those of many processes."""
    return [
        pytest.param(level, attack, id=f"{level}-{name}")
        for name, attack in CONTAINED.items()
        for level in ("auto", "landlock-signals", "limits-only")
        if level != "limits-only" or "fork" in attack.source
    ]


@pytest.mark.parametrize(("running", "attack"), _where_it_differs(), indirect=["running"])
async def test_it_is_contained(running: Worker, attack: Attack) -> None:
    await _survive(running, attack)


@pytest.mark.parametrize(
    "attack", CONTAINED_ONLY_IF_SHUT_IN.values(), ids=CONTAINED_ONLY_IF_SHUT_IN.keys()
)
async def test_it_is_kept_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attack: Attack
) -> None:
    for number, protection in enumerate(("auto", "landlock-signals")):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with worker(folder, monkeypatch, protection=protection, spares=0) as running:  # type: ignore[arg-type] # a literal
            await running.until("ready")
            assert _shut_in(running), "else this would end processes of yours"
            await _survive(running, attack)


def _shut_in(running: Worker) -> bool:
    facts = running.client.describe()
    return facts.level == "namespaces" or (
        facts.level == "landlock-signals" and facts.landlock >= 6
    )


async def test_a_program_may_end_its_warden_where_nothing_prevents_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch, protection="limits-only", spares=0) as running:
        source = "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(60)"
        await running.until("ready")
        prevented = running.client.describe().runs_as_nobody
        assert (await running.observe(source)).outcome == ("raised" if prevented else "lost")
        assert (await running.observe("x = 1")).outcome == "finished"


async def test_where_an_endless_program_stood(running: Worker) -> None:
    source = "x = 1\ndef f():\n    while True: pass\nf()"
    observation = await running.observe(source, limits=QUICK)
    assert (observation.outcome, observation.line) == ("timeout", 3)


async def test_memory_within_the_limit_is_no_offence(running: Worker) -> None:
    source = (
        "import os, mmap, time\nx = b'x' * (80 * 2**20)\ny = mmap.mmap(-1, 60 * 2**20)\n"
        "y.write(b'y' * 60 * 2**20)\n"
        "for n in range(8):\n if os.fork() == 0:\n  z = x[0] + y[0]\n  time.sleep(60)\n"
        "time.sleep(0.5)"
    )
    assert (await running.observe(source, limits=PATIENT)).outcome == "finished"


FORKS_UNSEEN_BY_PYTHON = """
import ctypes, time
libc = ctypes.CDLL(None)
made = 0
while (pid := libc.fork()) > 0:
    made += 1
if pid == 0:
    time.sleep(60)
"""


async def test_the_kernel_bounds_the_number_of_tasks_where_nobody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warden looks for what is more than `tasks`. Below that, only the kernel says no."""
    async with worker(tmp_path, monkeypatch, spares=0) as running:
        facts = await running.client.settle()
        assert facts.nproc_enforced
        most = (await running.observe(READ_LIMIT, "most", limits=QUICK)).answers[0].value
        assert most == IntValue(QUICK.tasks + 16)
        limits = Limits(seconds=20, output_mb=1, tasks=16)
        both = (
            running.observe(FORKS_UNSEEN_BY_PYTHON, "made", limits=limits),
            running.observe(FORKS_UNSEEN_BY_PYTHON, "made", limits=limits),
        )
        for observation in await asyncio.gather(*both):
            if observation.outcome == "finished":
                made = observation.answers[0].value
                assert isinstance(made, IntValue)
                assert 16 <= made.value < 32, "each run is counted by itself"
            else:
                assert observation.outcome == "processes"


async def test_the_apps_own_limits_stay(running: Worker) -> None:
    before = [resource.getrlimit(n) for n in (resource.RLIMIT_DATA, resource.RLIMIT_NOFILE)]
    await running.observe("x = 1")
    after = [resource.getrlimit(n) for n in (resource.RLIMIT_DATA, resource.RLIMIT_NOFILE)]
    assert after == before
