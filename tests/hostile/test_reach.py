"""What a program can reach of the machine and of its owner: nothing but what it needs.

Each attack is a program that tries; each must fail where the kernel offers namespaces, and those
that concern files must fail with Landlock alone, too. Beside them, what must still work.
"""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import sysconfig
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.worker import STUB, Worker, worker
from tutor.client.client import WorkerClient
from tutor.client.worker_facts import SEEN
from tutor.paths import find_places, hidden_from_programs
from tutor.wire.commands import Execute, Limits, Program, Question
from tutor.wire.control import Protection
from tutor.wire.events import Observation
from tutor.wire.values import IntValue, TextValue

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

ROOT = Path(__file__).parents[2]
SECRET = "a line that only its owner may read"
LIMITS = Limits(seconds=20, output_mb=1)


@pytest.fixture
async def shut_in(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    """A worker in a folder with a short name: the path of a socket has 107 bytes at most."""
    with tempfile.TemporaryDirectory() as folder:
        async with worker(Path(folder), monkeypatch, spares=0) as running:
            facts = await running.client.settle()
            assert facts.isolated, f"this kernel offers too little: {facts.unprotected}"
            yield running


async def _says(running: Worker, source: str) -> str:
    """What the program prints."""
    observation = await running.observe(source, limits=LIMITS)
    assert observation.outcome == "finished", observation
    return observation.output.strip()


TRY = """
def tried(action):
    try:
        return repr(action())
    except OSError as error:
        return type(error).__name__
"""


@contextmanager
def _listening() -> Iterator[int]:
    """A port of this machine that takes any connection."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


async def test_no_port_of_this_machine_answers(shut_in: Worker) -> None:
    with _listening() as port:
        with socket.create_connection(("127.0.0.1", port), 5):
            pass  # so that it is the sandbox that refuses below
        source = (
            f"import socket\n{TRY}\n"
            f"print(tried(lambda: socket.create_connection(('127.0.0.1', {port}), 5)))"
        )
        assert await _says(shut_in, source) == "ConnectionRefusedError"


async def test_nothing_leaves_by_udp(shut_in: Worker) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind(("127.0.0.1", 0))
        here.setblocking(False)
        source = (
            "import socket\nx = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            f"x.sendto(b'out', {here.getsockname()!r})"
        )
        assert (await shut_in.observe(source, limits=LIMITS)).outcome == "finished"
        with pytest.raises(BlockingIOError):
            here.recv(16)


async def test_it_has_a_loopback_of_its_own(shut_in: Worker) -> None:
    source = (
        "import socket\nserver = socket.create_server(('127.0.0.1', 0))\n"
        "client = socket.create_connection(server.getsockname())\n"
        "client.send(b'hello')\nprint(server.accept()[0].recv(5))"
    )
    assert await _says(shut_in, source) == "b'hello'"
    source = "import socket\nprint([name for _, name in socket.if_nameindex()])"
    assert await _says(shut_in, source) == "['lo']"


async def test_two_runs_do_not_meet_on_it(shut_in: Worker) -> None:
    serving = (
        "import socket\nx = socket.create_server(('127.0.0.1', 7777))\nprint('up')\nx.accept()"
    )
    command = Execute(Program(source=serving), LIMITS)
    async for batch in shut_in.client.begin(command).events():
        if any("up" in str(event) for event in batch):
            source = (
                f"import socket\n{TRY}\n"
                "print(tried(lambda: socket.create_connection(('127.0.0.1', 7777), 5)))"
            )
            assert await _says(shut_in, source) == "ConnectionRefusedError"
            break


@pytest.mark.parametrize("abstract", [True, False], ids=["abstract", "a file"])
async def test_no_socket_of_another_program_is_reached(
    tmp_path: Path, shut_in: Worker, abstract: bool
) -> None:
    address = f"\0nntutor-test-{os.getpid()}" if abstract else str(tmp_path / "agent")
    with socket.socket(socket.AF_UNIX) as agent, socket.socket(socket.AF_UNIX) as visitor:
        agent.bind(address)
        agent.listen()
        visitor.connect(address)
        source = (
            f"import socket\n{TRY}\n"
            f"print(tried(lambda: socket.socket(socket.AF_UNIX).connect({address!r})))"
        )
        assert await _says(shut_in, source) in ("ConnectionRefusedError", "FileNotFoundError")


async def test_shared_memory_of_another_program_is_not_found(shut_in: Worker) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    key = 0x6E6E0000 | os.getpid() & 0xFFFF
    segment = libc.shmget(key, 4096, 0o1666)
    assert segment >= 0, os.strerror(ctypes.get_errno())
    try:
        assert libc.shmget(key, 0, 0) == segment
        source = f"import ctypes\nprint(ctypes.CDLL(None).shmget({key}, 0, 0))"
        assert await _says(shut_in, source) == "-1"
    finally:
        libc.shmctl(segment, 0, None)


@pytest.mark.parametrize("folder", ["/run", "/tmp", "/var", "/home"])
async def test_shared_folders_are_empty_but_for_what_is_needed(
    shut_in: Worker, folder: str
) -> None:
    """What Python is made of may lie there, and the run's own folder."""
    needed = (sys.prefix, sys.base_prefix, str(ROOT), tempfile.gettempdir())
    source = f"import os\nprint(sorted(os.listdir({folder!r})))"
    names = set(eval(await _says(shut_in, source)))
    allowed = {
        Path(path).relative_to(folder).parts[0] for path in needed if path.startswith(f"{folder}/")
    }
    assert names <= allowed


@pytest.fixture(params=["auto", "landlock-signals"])
async def owner(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[WorkerClient, Path]]:
    """A worker whose owner has a home with a secret, data, and a folder of programs."""
    home = tmp_path / "home"
    for name in ("data/drafts", "work", "elsewhere"):
        (home / name).mkdir(parents=True)
        (home / name / "secret.txt").write_text(SECRET)
    (home / "secret.txt").write_text(SECRET)
    (home / "work" / "helpers.py").write_text("answer = 42\n")
    (home / "work" / "numbers.csv").write_text("1,2\n")
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    monkeypatch.setenv("HOME", str(home))
    protection: Protection = request.param
    client = WorkerClient(
        engine=STUB,
        protection=protection,
        spares=0,
        shown=(str(home / "work"),),
        hidden=(*hidden_from_programs(find_places()), str(home / "data")),
    )
    await client.start()
    facts = await client.settle()
    assert facts.landlock or facts.own_root
    try:
        yield client, home
    finally:
        await client.close()


async def _run(client: WorkerClient, source: str, *questions: str) -> Observation:
    command = Execute(Program(source=source), LIMITS)
    return await client.observe(command, tuple(map(Question, questions)))


async def test_files_of_its_owner_cannot_be_read(owner: tuple[WorkerClient, Path]) -> None:
    client, home = owner
    lessons = find_places().lessons
    step = next(lessons.glob("*/*-sigmoid.toml"))
    copies = Path(sysconfig.get_path("purelib")).glob("tutor/content/lessons/*/*-sigmoid.toml")
    paths = (
        *copies,  # which pip makes for an editable install, too
        *(home / "secret.txt", home / "data/secret.txt", home / "elsewhere/secret.txt"),
        *(step, ROOT / "README.md", ROOT / "tests/content/answers/sigmoid.toml", "/etc/shadow"),
        *(home / "work/../secret.txt", "/proc/1/environ", f"/proc/{os.getpid()}/environ"),
    )
    for path in map(str, paths):
        source = f"{TRY}\nx = tried(lambda: open({path!r}, 'rb').read())"
        observation = await _run(client, source, "x")
        value = observation.answers[0].value
        assert isinstance(value, TextValue)
        assert value.value in ("FileNotFoundError", "PermissionError", "NotADirectoryError"), path


async def test_its_own_watcher_tells_no_paths(owner: tuple[WorkerClient, Path]) -> None:
    client, home = owner
    source = "x = open('/proc/1/cmdline').read() + open(f'/proc/{os.getppid()}/cmdline').read()"
    observation = await _run(client, f"import os\n{source}", "str(x)")
    value = observation.answers[0].value
    assert isinstance(value, TextValue)
    assert "tutor.worker" in value.value
    for path in (find_places().lessons, home):
        assert str(path) not in value.value


async def test_it_is_told_whether_other_processes_are_seen(
    owner: tuple[WorkerClient, Path],
) -> None:
    client, _ = owner
    own = Path("/proc/self/cmdline").read_text()
    source = f"{TRY}\nx = tried(lambda: open('/proc/{os.getpid()}/cmdline').read()[:20])"
    value = (await _run(client, source, "x")).answers[0].value
    assert isinstance(value, TextValue)
    assert (value.value == repr(own[:20])) is (SEEN in client.describe().protection)


@pytest.mark.parametrize("folder", ["home", "lessons", "data", "checkout"])
async def test_folders_of_its_owner_cannot_be_listed(
    owner: tuple[WorkerClient, Path], folder: str
) -> None:
    client, home = owner
    path = {
        "home": home,
        "lessons": find_places().lessons,
        "data": home / "data",
        "checkout": ROOT / "bench",
    }[folder]
    source = (
        f"import os\n{TRY}\nx = tried(lambda: sorted(set(os.listdir({str(path)!r})) - {{'work'}}))"
    )
    value = (await _run(client, source, "x")).answers[0].value
    assert isinstance(value, TextValue)
    assert value.value in ("FileNotFoundError", "PermissionError", "[]")


async def test_files_of_the_current_folder_can_be_read(owner: tuple[WorkerClient, Path]) -> None:
    client, home = owner
    source = (
        "import helpers\nx = helpers.answer\ny = open('numbers.csv').read()\n"
        f"z = open({str(home / 'work/numbers.csv')!r}).read()"
    )
    observation = await _run(client, source, "x", "int(y == z == '1,2\\n')")
    assert [answer.value for answer in observation.answers] == [IntValue(42), IntValue(1)]


@pytest.mark.parametrize("name", ["numbers.csv", "new.csv"])
async def test_but_not_written(owner: tuple[WorkerClient, Path], name: str) -> None:
    client, home = owner
    path = home / "work" / name
    source = f"{TRY}\nx = tried(lambda: open({str(path)!r}, 'w'))"
    value = (await _run(client, source, "x")).answers[0].value
    assert isinstance(value, TextValue)
    assert value.value in ("PermissionError", "OSError")
    assert (home / "work/numbers.csv").read_text() == "1,2\n"
    assert not (home / "work/new.csv").exists()


async def test_no_file_of_the_current_folder_takes_the_place_of_a_module(
    owner: tuple[WorkerClient, Path],
) -> None:
    client, home = owner
    (home / "work" / "colorsys.py").write_text("raise SystemExit\n")
    observation = await _run(client, "import colorsys\nx = colorsys.__file__", "x")
    value = observation.answers[0].value
    assert isinstance(value, TextValue)
    assert str(home) not in value.value


async def test_its_environment_holds_nothing_of_its_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/tmp/agent")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("LC_TIME", "C.UTF-8")
    async with worker(tmp_path, monkeypatch, spares=0) as running:
        source = (
            "import os\nprint(sorted({'SSH_AUTH_SOCK', 'AWS_SECRET_ACCESS_KEY', 'LC_TIME', 'PATH'} "
            "& set(os.environ)))\n"
            f"print({SECRET!r} in open('/proc/self/environ').read())"
        )
        assert await _says(running, source) == "['LC_TIME', 'PATH']\nFalse"


async def test_a_thread_may_name_itself(shut_in: Worker) -> None:
    source = (
        "import threading\ndef name():\n"
        "    path = f'/proc/self/task/{threading.get_native_id()}/comm'\n"
        "    open(path, 'w').write('counting')\n    print(open(path).read())\n"
        "thread = threading.Thread(target=name)\nthread.start()\nthread.join()"
    )
    assert await _says(shut_in, source) == "counting"


ORDINARY = {
    "a temporary file": "import tempfile\nwith tempfile.NamedTemporaryFile() as f: f.write(b'x')",
    "a file of its own": "open('x.txt', 'w').write('x')\nprint(open('x.txt').read())",
    "a file in its home": "import os\nopen(os.path.expanduser('~/x'), 'w').write('x')",
    "another Python": "import subprocess, sys\n"
    "subprocess.run([sys.executable, '-c', 'import json, numpy'], check=True)",
    "a shell": "import subprocess\nassert subprocess.check_output('echo $((1+1))', shell=True) "
    "== b'2\\n'",
    "a pool": "import multiprocessing\nwith multiprocessing.Pool(2) as pool:\n"
    "    assert pool.map(abs, [-1]) == [1]",
    "a process that is spawned": "import multiprocessing\n"
    "context = multiprocessing.get_context('spawn')\nx = context.Process(target=print)\n"
    "x.start()\nx.join()\nassert x.exitcode == 0",
    "a manager": "import multiprocessing\nwith multiprocessing.Manager() as m: x = m.list([1])",
    "a pair of sockets": "import socket\na, b = socket.socketpair()\na.send(b'x')",
    "its own processor": "import os\nassert os.cpu_count() and os.sched_getaffinity(0)",
    "limits of its own": "import os, resource, subprocess\n"
    "child = subprocess.Popen(['sleep', '60'])\n"
    "for pid in (0, os.getpid(), child.pid):\n"
    "    resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, 64))\n"
    "    os.setpriority(os.PRIO_PROCESS, pid, 10)\n"
    "    os.sched_setaffinity(pid, os.sched_getaffinity(pid))\nchild.kill()",
    "its own account": "import os\nassert os.getuid() == os.stat('.').st_uid",
    "the clock of the place": "import time\nassert time.localtime()",
    "a module not yet imported": "import sqlite3, xml.etree.ElementTree, ctypes.util",
}


@pytest.mark.parametrize("source", ORDINARY.values(), ids=ORDINARY.keys())
async def test_an_ordinary_program_runs(shut_in: Worker, source: str) -> None:
    observation = await shut_in.observe(source, limits=LIMITS)
    assert observation.outcome == "finished", observation


@pytest.mark.parametrize(("granted", "asks"), [(True, True), (True, False), (False, True)])
async def test_it_has_the_network_if_lesson_and_learner_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, granted: bool, asks: bool
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    client = WorkerClient(engine=STUB, network=granted, spares=1)
    await client.start()
    try:
        with _listening() as port:
            source = f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 5)"
            command = Execute(Program(source=source), LIMITS, network=asks)
            outcome = (await client.observe(command, ())).outcome
            assert outcome == ("finished" if granted and asks else "raised")
    finally:
        await client.close()
