"""The worker as a whole: how it starts, fails, dies, comes back, and ends."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.wait import DEADLINE, eventually, wait_until
from tests.support.worker import STUB, TEST_MARK, Worker, marked, worker
from tutor.client import process_pool, supervisor
from tutor.client.client import WorkerClient
from tutor.client.learner_process import LearnerProcess, ProcessListener
from tutor.wire.commands import Command, Execute, Limits, Program
from tutor.wire.control import Begin, Protection

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

LEVELS: list[Protection] = ["auto", "landlock-signals", "limits-only"]


def _engine(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> str:
    (folder / "broken_engine.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr(supervisor, "_BACK_OFF", (0.0, 0.0))
    return "broken_engine"


async def _lost(running: Worker) -> str:
    observation = await running.observe("x = 1")
    assert observation.outcome == "lost"
    return observation.detail


async def test_without_torch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reached_by: tuple[str, ...] | None
) -> None:
    source = "def load(): raise ModuleNotFoundError(\"No module named 'torch'\")"
    engine = _engine(tmp_path, monkeypatch, source)
    async with worker(tmp_path, monkeypatch, command=reached_by, engine=engine) as running:
        assert "pip install torch" in await _lost(running)
        assert running.phases == ["starting", "failed"]


async def test_a_failed_worker_can_be_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reached_by: tuple[str, ...] | None
) -> None:
    engine = _engine(tmp_path, monkeypatch, "def load(): raise OSError('no such library')")
    async with worker(tmp_path, monkeypatch, command=reached_by, engine=engine) as running:
        assert "no such library" in await _lost(running)
        (tmp_path / "broken_engine.py").write_text(f"from {STUB} import *")
        await running.client.start()
        assert (await running.observe("x = 1")).outcome == "finished"
        assert running.phases == ["starting", "failed", "starting", "ready"]


@pytest.mark.parametrize(
    "source",
    [
        "import os; os.abort()",
        "import os\nfor n in range(3, 999):\n try: os.write(n, b'garbage')\n except OSError: pass",
        "import os; os.kill(os.getppid(), 9)",
    ],
    ids=["crash", "garbage", "waiter killed"],
)
async def test_a_worker_that_keeps_dying_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    body = source.replace("\n", "\n ")
    engine = _engine(tmp_path, monkeypatch, f"def load():\n {body}\n return 'x'\ndef warm(): pass")
    async with worker(tmp_path, monkeypatch, engine=engine) as running:
        assert "ended 3 times in a row" in await asyncio.wait_for(_lost(running), DEADLINE)
        assert running.phases == ["starting", "restarting", "restarting", "failed"]


async def test_deaths_before_a_run_that_went_well_count_no_more(
    running: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_BACK_OFF", (0.0,))
    for deaths in range(3):
        assert (await running.observe("x = 1")).outcome == "finished"
        assert running.client.describe().restarts == deaths
        os.kill(await running.zygote(), signal.SIGKILL)
        await running.until("restarting")
    assert (await running.observe("x = 1")).outcome == "finished"
    assert "failed" not in running.phases


async def test_a_program_that_kills_its_worker_is_run_once_more_and_then_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "import os, signal\nstat = open(f'/proc/{os.getppid()}/stat').read()\n"
        "os.kill(int(stat.rpartition(')')[2].split()[1]), signal.SIGKILL)\nwhile True: pass"
    )
    monkeypatch.setattr(supervisor, "_BACK_OFF", (0.0,) * 5)
    async with worker(tmp_path, monkeypatch, protection="limits-only", spares=0) as running:
        assert (await running.observe(program)).outcome == "lost"
        assert (await running.observe("x = 1")).outcome == "finished"
        assert running.phases.count("restarting") == 2


async def test_a_run_is_given_up_when_no_process_for_it_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[LearnerProcess] = []

    class Dying(LearnerProcess):
        def begin(self, command: Command, limits: Begin, listener: ProcessListener) -> None:
            begun.append(self)
            if len(begun) < 10:
                listener.on_exit(None)
            else:
                listener.give_up("it is tried for ever")
            self.close()

    async with worker(tmp_path, monkeypatch, spares=0) as running:
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(process_pool, "LearnerProcess", Dying)
            assert "ended unexpectedly" in await _lost(running)
        assert len(begun) == 3
        assert (await running.observe("x = 1")).outcome == "finished"


async def test_a_process_that_died_while_it_waited_gets_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reached_by: tuple[str, ...] | None
) -> None:
    async with worker(
        tmp_path, monkeypatch, command=reached_by, protection="limits-only", spares=1
    ) as running:
        await eventually(lambda: running.processes("nnt-learner"), "a process that waits")
        (warden,) = running.processes("nnt-warden")
        os.kill(warden, signal.SIGKILL)
        wait_until(lambda: warden not in running.processes(), "it to die, unseen by the client")
        assert running.client.describe().spares == 1
        assert (await running.observe("x = 1")).outcome == "finished"
        await eventually(lambda: running.client.describe().spares == 1, "another that waits")


async def test_a_worker_that_takes_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = _engine(tmp_path, monkeypatch, "import time\ndef load(): time.sleep(60)")
    monkeypatch.setattr(supervisor, "_PATIENCE", 0.2)
    async with worker(tmp_path, monkeypatch, engine=engine) as running:
        assert "not loaded" in await _lost(running)


async def test_elsewhere_than_on_linux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    async with worker(tmp_path, monkeypatch) as running:
        assert "only be run on Linux" in await _lost(running)


@pytest.mark.parametrize("protection", LEVELS)
async def test_a_dead_zygote_is_replaced(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    protection: Protection,
    reached_by: tuple[str, ...] | None,
) -> None:
    async with worker(tmp_path, monkeypatch, command=reached_by, protection=protection) as running:
        daemon = "import os, time\nif os.fork() == 0:\n os.setsid()\n time.sleep(60)\n"
        run = asyncio.create_task(running.observe(f"{daemon}print(1)\nwhile True: pass"))
        await eventually(lambda: len(running.processes("nnt-learner")) >= 2, "the run")
        os.kill(await running.zygote(), signal.SIGKILL)
        assert (await run).outcome == "lost"
        assert (await running.observe("x = 1")).outcome == "finished"
        assert running.phases == ["starting", "ready", "restarting", "ready"]
        assert running.client.describe().restarts == 1


async def test_a_run_asked_of_a_dying_worker_is_made_by_the_next(running: Worker) -> None:
    await running.until("ready")
    os.kill(await running.zygote(), signal.SIGKILL)
    await eventually(lambda: not running.processes("nnt-zygote"), "it to die")
    assert (await running.observe("x = 1")).outcome == "finished"


@pytest.mark.parametrize("protection", LEVELS)
async def test_a_dead_warden_loses_only_its_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    protection: Protection,
    reached_by: tuple[str, ...] | None,
) -> None:
    async with worker(
        tmp_path, monkeypatch, command=reached_by, protection=protection, spares=0
    ) as running:
        source = "import os, time\nif os.fork() == 0:\n os.setsid()\n time.sleep(60)\nprint(1)\n"
        batches = running.client.begin(Execute(Program(source=source + "time.sleep(60)"))).events()
        await anext(batches)
        (warden,) = running.processes("nnt-warden")
        os.kill(warden, signal.SIGKILL)
        last = [batch async for batch in batches][-1][-1]
        assert getattr(last, "observation").outcome == "lost"  # noqa: B009 - one of many events
        await eventually(lambda: not running.processes("nnt-learner"), "its processes to go")
        assert (await running.observe("x = 1")).outcome == "finished"
        assert running.phases == ["starting", "ready"]


async def test_a_stopped_warden_costs_the_worker_not_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reached_by: tuple[str, ...] | None
) -> None:
    async with worker(
        tmp_path, monkeypatch, command=reached_by, protection="limits-only", spares=0
    ) as running:
        run = asyncio.create_task(
            running.observe("while True: pass", limits=Limits(seconds=50.0, output_mb=1))
        )
        await eventually(lambda: running.processes("nnt-learner"), "the run")
        os.kill(running.processes("nnt-warden")[0], signal.SIGSTOP)
        running.client.stop()
        running.client.stop()
        assert (await run).outcome == "lost"
        assert (await running.observe("x = 1")).outcome == "finished"


async def test_closing_in_the_middle_of_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reached_by: tuple[str, ...] | None
) -> None:
    async with worker(tmp_path, monkeypatch, command=reached_by) as running:
        runs = [asyncio.create_task(running.observe("while True: pass")) for _ in range(6)]
        await eventually(lambda: len(running.processes("nnt-learner")) >= 4, "the runs")
        await running.client.close()
        assert {run.outcome for run in await asyncio.gather(*runs)} == {"lost"}
        assert running.processes() == []
        assert (await running.observe("x = 1")).outcome == "lost"


async def test_closing_before_it_is_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with worker(tmp_path, monkeypatch) as running:
        await running.client.close()
        assert running.phases == ["starting", "closed"]


async def test_a_client_never_started_has_nothing_to_close() -> None:
    client = WorkerClient(engine=STUB)
    assert client.state.phase == "absent"
    await client.close()


@pytest.mark.parametrize("protection", LEVELS)
def test_when_the_app_is_killed_all_dies_with_it(tmp_path: Path, protection: Protection) -> None:
    program = (
        "import asyncio\nfrom tutor.client.client import WorkerClient\n"
        "from tutor.wire.commands import Execute, Program\n"
        "async def main():\n"
        f"    client = WorkerClient(engine={STUB!r}, protection={protection!r})\n"
        "    await client.start()\n"
        "    source = '''import os, signal, time\n"
        "for n in range(5):\n"
        "    if os.fork() == 0:\n"
        "        os.setsid()\n"
        "        signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "        time.sleep(60)\n"
        'print("begun")\n'
        "while True: pass'''\n"
        "    async for batch in client.begin(Execute(Program(source=source))).events():\n"
        "        print(batch, flush=True)\n"
        "asyncio.run(main())\n"
    )
    mark = f"app-death-{protection}-{os.getpid()}"
    environment = {**os.environ, TEST_MARK: mark, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE
    ) as app:
        assert app.stdout is not None
        assert b"begun" in app.stdout.readline()
        assert len(marked(mark)) >= 8
        app.kill()
    wait_until(lambda: not marked(mark), "all processes to die")


async def test_leftovers_of_a_killed_app_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch) as running:
        await running.until("ready")
        (own,) = (tmp_path / "scratch").iterdir()
        gone = own.with_name(f"{own.name}-gone")
        gone.mkdir()
        (gone / "run-1").mkdir(mode=0o000)
        await running.client.close()
        await running.client.start()
        await running.until("ready")
        assert not gone.exists()


def test_what_the_killed_app_of_another_user_left_stays(tmp_path: Path) -> None:
    left = Path(_in_another_process(tmp_path, "print(scratch_folder.make())"))
    stays = "import os\nown = os.getuid()\nos.getuid = lambda: own + 1\nscratch_folder.make()"
    _in_another_process(tmp_path, stays)
    assert left.exists()
    _in_another_process(tmp_path, "scratch_folder.make()")
    assert not left.exists()


def _in_another_process(folder: Path, source: str) -> str:
    """What a program prints that is an app of its own, with this temporary folder."""
    return subprocess.run(
        [sys.executable, "-c", f"from tutor.client import scratch_folder\n{source}"],
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


async def test_settings_of_the_c_library_are_the_users_where_there_are_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "import os; print(os.environ['GLIBC_TUNABLES'])"
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    async with worker(tmp_path, monkeypatch, spares=1) as running:
        assert (await running.observe(told)).output == "glibc.malloc.hugetlb=1\n"
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.check=0")
    shutil.rmtree(tmp_path / "scratch")
    async with worker(tmp_path, monkeypatch, spares=1) as running:
        assert (await running.observe(told)).output == "glibc.malloc.check=0\n"
