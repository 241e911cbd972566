"""The way to another machine: what comes before the node, what ends it, and what is told then."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.test_idleness import SetClock
from tests.support.nodes import fake_srun, queued_until, shell
from tests.support.wait import eventually, wait_until
from tests.support.worker import HERE_BY_PIPE, STUB, TEST_MARK, Worker, marked, worker
from tutor.client import node_supervisor
from tutor.client.frame_pipe import FramePipe
from tutor.client.node_pipe import command_line, overlap_hint
from tutor.client.remote import RemoteClient
from tutor.wire import node
from tutor.wire.commands import Execute, Limits, ObserveAll, Program
from tutor.wire.events import Observation, OutputWritten, RunEnded
from tutor.wire.node import MAX_BEFORE_MARKER, PROTOCOL, FromNode, Hello, Observed, Ping
from tutor.wire.values import IntValue, TextValue

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

FOREVER = Execute(Program(source="print('begun')\nwhile True: pass"), live=True)
ORPHANS = Execute(
    Program(
        source=(
            "import os, signal, time\nfor n in range(3):\n if os.fork() == 0:\n  os.setsid()\n"
            "  signal.signal(signal.SIGTERM, signal.SIG_IGN)\n  time.sleep(600)\n"
            "print('begun')\nwhile True: pass"
        )
    ),
    live=True,
)


async def _begun(running: Worker, command: Execute = FOREVER) -> asyncio.Task[Observation]:
    """Begin an endless program, and wait until it runs; the task returns how it ended."""
    batches = running.client.begin(command).events()
    while not any(isinstance(event, OutputWritten) for event in await anext(batches)):
        pass

    async def rest() -> Observation:
        ended = [batch async for batch in batches][-1][-1]
        assert isinstance(ended, RunEnded)
        return ended.observation

    return asyncio.create_task(rest())


def _node_of(running: Worker) -> int:
    """Return the pid of the node, as the one that has the zygote's parent."""
    nodes = [pid for pid in running.processes() if b"tutor.node" in _words_of(pid)]
    return nodes[-1]


def _words_of(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


@pytest.mark.parametrize("greeting", ["echo Welcome to node7", "head -c 60000 /dev/zero"])
async def test_what_a_login_shell_prints_first_is_dropped_and_kept_for_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, greeting: str
) -> None:
    command = shell(f'{greeting}; exec "$@"')
    async with worker(tmp_path, monkeypatch, command=command, spares=1) as running:
        assert (await running.observe("x = 1")).outcome == "finished"
        assert running.client.connection is not None
        before = running.client.connection.before_marker
        assert before in (b"Welcome to node7\n", bytes(60_000))


@pytest.mark.parametrize(
    ("command", "phase", "said"),
    [
        (("no-such-srun",), "failed", "`no-such-srun` cannot be started: No such file"),
        (shell("echo 'ssh: no route to host' >&2; exit 255"), "unreachable", "no route to host."),
        (shell("exit 3"), "unreachable", "with status 3 and no output"),
        (shell("echo 'No module named tutor' >&2"), "unreachable", "`python` under [worker]"),
        (shell(f"head -c {MAX_BEFORE_MARKER + 1} /dev/zero; cat"), "failed", "did not answer"),
        (shell(r"printf '\0nntutor-node-999\n'; cat"), "failed", "incompatible version"),
        (
            shell(rf"printf '\0nntutor-node-{PROTOCOL}\nxxxxxxxxx'; cat"),
            "unreachable",
            "was lost: it sent",
        ),
        (
            shell(rf"printf '\0nntutor-node-{PROTOCOL}\n'"),
            "unreachable",
            "connection to the machine was lost",
        ),
    ],
)
async def test_why_there_is_no_node_is_told_and_what_was_asked_is_lost(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    phase: str,
    said: str,
) -> None:
    async with worker(tmp_path, monkeypatch, command=command) as running:
        run = running.client.begin(FOREVER)
        observation = await running.observe("x = 1")
        ended = [batch async for batch in run.events()][-1][-1]
        programs = (Program(), Program())
        authors = await running.client.observe_all(ObserveAll(programs, ()))
        assert isinstance(ended, RunEnded)
        for lost in (observation, ended.observation, *authors):
            assert lost.outcome == "lost"
            assert said in lost.detail
        assert (running.client.state.phase, len(authors)) == (phase, 2)
        assert running.client.state.reason == observation.detail


async def test_another_version_there_is_refused_and_both_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_supervisor, "__version__", "99.1")
    async with worker(tmp_path, monkeypatch, command=HERE_BY_PIPE) as running:
        assert (await running.client.settle()).phase == "failed"
        reason = running.client.state.reason
        assert "this machine has 99.1" in reason
        assert reason.endswith("Install 99.1 there, too.")


async def test_while_a_job_is_queued_that_is_told_and_what_is_asked_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted = tmp_path / "granted"
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    command = fake_srun(tmp_path, queued_until(granted))
    async with worker(tmp_path, monkeypatch, command=command) as running:
        client = running.client
        waiting = asyncio.create_task(running.observe("x = 1", "x"))
        handle = client.begin(Execute(Program(source="print('ran')"), live=True))
        await eventually(lambda: "queued" in client.state.reason, "the word of srun")
        assert client.state.phase == "waiting"
        assert client.state.reason == "srun: job 13 queued and waiting for resources."
        handle.watch(("tensors",))
        handle.pause(1)
        handle.resume()
        granted.touch()
        assert (await waiting).answers[0].value == IntValue(1)
        ended = [batch async for batch in handle.events()][-1][-1]
        assert isinstance(ended, RunEnded)
        assert ended.observation.output == "ran\n"
        assert "waiting" not in running.phases


async def test_what_waits_for_a_machine_can_be_stopped_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = fake_srun(tmp_path, queued_until(tmp_path / "never"))
    async with worker(tmp_path, monkeypatch, command=command) as running:
        client = running.client
        first, second = client.begin(FOREVER), client.begin(FOREVER)
        observing = asyncio.create_task(running.observe("x = 1"))
        await eventually(lambda: "queued" in client.state.reason, "the word of srun")
        first.stop()
        client.stop()
        assert (await observing).outcome == "stopped"
        for run in (first, second):
            ended = [batch async for batch in run.events()][-1][-1]
            assert isinstance(ended, RunEnded)
            assert ended.observation.outcome == "stopped"
        left = client.begin(FOREVER)
        await client.close()
        ended = [batch async for batch in left.events()][-1][-1]
        assert isinstance(ended, RunEnded)
        assert ended.observation.outcome == "lost"


async def test_inside_a_job_the_waiting_says_how_it_may_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLURM_JOB_ID", "13")
    command = fake_srun(tmp_path, queued_until(tmp_path / "never"))
    async with worker(tmp_path, monkeypatch, command=command) as running:
        assert "`--overlap`" in running.client.state.reason
        await eventually(lambda: "queued" in running.client.state.reason, "the word of srun")
        assert "`--overlap`" in running.client.state.reason


def test_only_srun_inside_a_job_may_wait_for_itself() -> None:
    inside = {"SLURM_JOB_ID": "13"}
    assert "job 13" in overlap_hint(("/usr/bin/srun", "-p", "gpu"), inside)
    assert overlap_hint(("srun", "--overlap"), inside) == ""
    assert overlap_hint(("ssh", "node7"), inside) == ""
    assert overlap_hint(("srun",), {}) == ""


def test_srun_gets_one_task_and_ssh_words_for_a_shell() -> None:
    tail = ["-P", "-m", "tutor.node"]
    assert command_line(("srun", "-p", "gpu"), "/a b/python") == [
        *("srun", "--ntasks=1", "--unbuffered", "-p", "gpu", "/a b/python"),
        *tail,
    ]
    assert command_line(("/usr/bin/ssh", "node7"), "/a b/python") == [
        *("/usr/bin/ssh", "node7", "'/a b/python'"),
        *tail,
    ]
    assert command_line(("env",), "python") == ["env", "python", *tail]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (
            "slurmstepd: error: *** STEP 13.0 ON n1 CANCELLED AT 2026-11-28 DUE TO TIME LIMIT ***",
            "The machine was given back (time limit).",
        ),
        (
            "slurmstepd: error: *** JOB 13 ON n1 CANCELLED AT 2026-11-28 ***",
            "The machine was given back (the job was cancelled).",
        ),
        ("client_loop: send disconnect", "was lost: client_loop: send disconnect."),
    ],
)
async def test_a_machine_that_is_taken_away_is_told_and_can_be_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str, reason: str
) -> None:
    script = f'"$@"\n[ $? = 0 ] || echo "{told}" >&2\n'
    async with worker(
        tmp_path, monkeypatch, command=fake_srun(tmp_path, script), spares=1
    ) as running:
        run = await _begun(running)
        os.kill(_node_of(running), signal.SIGKILL)
        observation = await run
        assert observation.outcome == "lost"
        assert reason in observation.detail
        assert running.client.state.phase == "unreachable"
        running.client.keep_awake()
        assert running.client.state.phase == "unreachable", "a key asks for no machine"
        assert (await running.observe("x = 1")).outcome == "lost"
        await eventually(lambda: running.processes() == [], "all its processes to end")
        again = running.client.begin(Execute(Program(source="print('again')")))
        ended = [batch async for batch in again.events()][-1][-1]
        assert isinstance(ended, RunEnded)
        assert ended.observation.output == "again\n"


@pytest.mark.parametrize(("seconds", "why"), [(60, " (time limit)"), (3600, "")])
async def test_a_node_that_is_told_to_end_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int, why: str
) -> None:
    now = os.stat(tmp_path).st_mtime
    monkeypatch.setenv("SLURM_JOB_END_TIME", str(int(now) + seconds))
    async with worker(tmp_path, monkeypatch, command=HERE_BY_PIPE, spares=1) as running:
        run = await _begun(running)
        os.kill(_node_of(running), signal.SIGTERM)
        assert (await run).detail == f"The machine was given back{why}."
        assert running.client.connection is not None
        assert running.client.connection.exit_status == 0


@pytest.mark.parametrize("direction", ["there", "back"])
async def test_the_end_of_the_command_ends_all_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direction: str
) -> None:
    """As an srun or ssh that is killed: what it passed on in one direction comes to its end."""
    command = shell('cat | "$@" | cat')
    async with worker(tmp_path, monkeypatch, command=command, spares=1) as running:
        run = await _begun(running, ORPHANS)
        passing_on = sorted(running.processes("cat"))
        os.kill(passing_on[0 if direction == "there" else 1], signal.SIGKILL)

        def has_ended() -> bool:
            running.client.want_spares(1)  # who sends nothing notices it by the next sign of life
            return run.done()

        await eventually(has_ended, "the end of the run")
        assert run.result().outcome == "lost"
        await eventually(lambda: running.processes() == [], "all its processes to end")


def test_when_the_app_is_killed_all_dies_with_it_there(tmp_path: Path) -> None:
    program = (
        "import asyncio\nfrom tutor.client.remote import RemoteClient\n"
        "from tests.client.test_remote import ORPHANS\nfrom tutor.wire.node import Hello\n"
        "async def main():\n"
        f"    client = RemoteClient({HERE_BY_PIPE!r}, Hello(engine={STUB!r}))\n"
        "    await client.start()\n"
        "    async for batch in client.begin(ORPHANS).events():\n"
        "        print(batch, flush=True)\n"
        "asyncio.run(main())\n"
    )
    mark = f"app-death-node-{os.getpid()}"
    environment = {**os.environ, TEST_MARK: mark, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE
    ) as app:
        assert app.stdout is not None
        assert b"begun" in app.stdout.readline()
        assert len(marked(mark)) >= 8
        app.kill()
    wait_until(lambda: not marked(mark), "all processes to die")
    wait_until(lambda: not list(tmp_path.iterdir()), "their folder to go")


async def test_an_answer_that_nobody_waits_for_harms_no_other(running: Worker) -> None:
    for _ in range(5):
        task = asyncio.create_task(running.observe("x = 1"))
        await asyncio.wait([task], timeout=0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    observations = await asyncio.gather(*(running.observe(f"x = {n}", "x") for n in range(3)))
    assert [each.answers[0].value for each in observations] == [IntValue(n) for n in range(3)]
    await eventually(lambda: running.client.can_run_ahead, "nothing to be under way")


async def test_a_late_answer_to_who_was_cancelled_is_dropped() -> None:
    """It may come before the one who was cancelled has had a turn to say so."""
    client = RemoteClient(HERE_BY_PIPE, Hello())
    task = asyncio.create_task(client.observe(FOREVER, ()))
    await asyncio.wait([task], timeout=0)
    task.cancel()
    client._take(Observed(1, (Observation("finished"),)))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.state.phase == "absent"


async def test_values_of_several_questions_may_be_larger_than_a_frame_of_one(
    running: Worker,
) -> None:
    observation = await running.observe("x = 'x' * 3_000_000", *["x"] * 4)
    assert [each.value for each in observation.answers] == [TextValue("x" * 3_000_000)] * 4


async def test_all_that_was_printed_is_fetched_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch, command=HERE_BY_PIPE, spares=1) as running:
        source = "import os\nfor n in range(5): os.write(1, b'%d' % n * 1_000_000)"
        limits = Limits(seconds=50, output_mb=9)
        run = running.client.begin(Execute(Program(source=source), limits, live=True))
        assert [batch async for batch in run.events()]
        first, second = await asyncio.gather(running.client.printed(), running.client.printed())
        assert first == second
        assert first is not None
        assert first.left_out == 0
        assert first.file.read_text() == "".join(str(n) * 1_000_000 for n in range(5))
        assert first.file.stat().st_mode & 0o777 == 0o600


async def test_a_line_that_falls_silent_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is stopped, so that it neither passes anything on nor ends by itself."""
    clock = SetClock()
    monkeypatch.setenv(TEST_MARK, tmp_path.name)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    hello = Hello(engine=STUB, spares=1, silence_s=60.0)
    client = RemoteClient(HERE_BY_PIPE, hello, line_clock=clock)
    await client.start()
    run = asyncio.create_task(client.observe(FOREVER, ()))
    await eventually(lambda: client.state.phase == "ready", "the worker to be ready")
    stopped = next(pid for pid in marked(tmp_path.name) if b"tutor.node" in _words_of(pid))
    os.kill(stopped, signal.SIGSTOP)
    clock.resume(59)
    assert client.state.phase == "ready"
    clock.resume(16)
    observation = await run
    assert observation.outcome == "lost"
    assert "it stopped answering" in observation.detail
    await client.close()
    await eventually(lambda: not marked(tmp_path.name), "all processes to die")


async def test_a_sign_of_life_is_sent_and_any_byte_is_one() -> None:
    clock, ended, taken = SetClock(), list[str](), list[FromNode]()
    (from_other, other_out), (other_in, to_other) = os.pipe(), os.pipe()
    line = FramePipe(
        (from_other, to_other),
        node.from_node_reader(),
        taken.append,
        ended.append,
        silence_s=60.0,
        clock=clock,
    )
    try:
        for _ in range(10):
            clock.resume(50)
            os.write(other_out, node.encode(Ping()))
            await eventually(lambda: not select.select([from_other], [], [], 0)[0], "a reader")
        assert (ended, taken) == ([], [])
        clock.resume(75)
        assert ended == ["it stopped answering"]
        heard = node.to_node_reader().feed(os.read(other_in, 1 << 16))
        assert heard.count(Ping()) >= 30
    finally:
        line.close()
        for descriptor in (from_other, other_out, other_in, to_other):
            os.close(descriptor)
