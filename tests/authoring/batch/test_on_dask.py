"""`nntutor grade --dask`: two workers of Dask give what one worker here gives, whatever they do."""

from __future__ import annotations

import os
import pickle
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import pytest
from click.testing import CliRunner
from distributed import Client, Security

from tests.authoring.batch.test_command import Class, plain, until_written
from tests.support.lessons import sound_course
from tests.support.sampling import WHOLE
from tests.support.stub_dask_worker import POISON
from tests.support.wait import wait_until
from tests.support.worker import marked
from tutor.authoring.batch import on_dask
from tutor.authoring.batch.dask_clusters import local_cluster
from tutor.authoring.batch.judging import WorkerGone
from tutor.authoring.batch.on_dask import JudgingPlugin
from tutor.cli import main
from tutor.client.short_lived import NotProtected
from tutor.client.worker_facts import WorkerFacts
from tutor.config import Caps, Config
from tutor.paths import find_places

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]


@pytest.fixture
def learners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Class]:
    monkeypatch.setenv("DASK_DISTRIBUTED__WORKER__PRELOAD", '["tests.support.stub_dask_worker"]')
    made = Class(tmp_path)
    yield made
    wait_until(lambda: not marked(made.mark), "the end of all processes")


def workers(learners: Class) -> set[int]:
    """The workers of Dask that have started one of PyTorch, which is how they are found."""
    return {
        parent
        for pid in marked(learners.mark, "nnt-zygote")
        if (parent := parent_of(pid)) is not None
    }


def parent_of(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])


def test_stopped_and_with_a_worker_killed_it_gives_what_plain_grading_gives(
    learners: Class,
) -> None:
    learners.write(
        300 if WHOLE else 100,
        lambda number: f"import time; time.sleep(0.02); y = {2 + number % 2} * x  # {number}",
    )
    whole = plain(learners.run("--jobs", 4)[1])
    with learners.start("--dask", "local", "--out", learners.out, "--jobs", 1) as process:
        until_written(learners, 10)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        err = process.stderr.read().decode()
    before = len(learners.records())
    assert process.returncode == 130
    assert f"has the complete verdicts of the first {before} answers." in err
    assert "Traceback" not in err
    with learners.start("--dask", "local", "--resume", learners.out, "--jobs", 1) as process:
        until_written(learners, before + 10)
        os.kill(min(workers(learners)), signal.SIGKILL)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 1
    assert plain(learners.out.read_bytes()) == whole


def test_an_answer_that_ends_workers_is_lost_alone(
    learners: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dask is told to blame what runs beside it at once, which is then tried alone, and not to wait
    for the only worker to come back, which the command does.
    """
    monkeypatch.setenv("DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT", "1ms")
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    learners.write(30, lambda number: f"y = 2 * x  # {number} {POISON * (number == 17)}")
    status, out, err = learners.run("--dask", "local:1")
    records = plain(out)
    assert (status, err) == (1, "")
    assert [record["id"] for record in records] == list(range(30))
    assert [r["id"] for r in records if r["verdict"] != "accept"] == [17]
    assert (records[17]["slug"], records[17]["outcome"]) == ("no-machine", "lost")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--dask", "tcp://127.0.0.1:1"], "is not encrypted"),
        (["--dask", "local", "--changed", __file__, __file__], "--changed compares two files"),
        (["--dask", "local"], "need --jsonl"),
    ],
)
def test_what_cannot_be_is_refused(learners: Class, options: list[str], message: str) -> None:
    learners.write(1)
    lines = ["--jsonl", str(learners.answers)] if "tcp:" in options[1] else []
    done = CliRunner().invoke(main, ["grade", *lines, *options])
    assert done.exit_code == 2
    assert message in done.output


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("tls://127.0.0.1:1", "needs certificates"),
        ("place.toml", "The certificates cannot be used: .*No such file"),
    ],
)
def test_a_scheduler_needs_certificates(learners: Class, where: str, message: str) -> None:
    learners.write(1)
    place = learners.folder / "place.toml"
    files = 'ca = "gone"\ncert = "gone"\nkey = "gone"\n'
    place.write_text(f'kind = "scheduler"\naddress = "tls://127.0.0.1:1"\n{files}')
    dask = str(place) if where.endswith("toml") else where
    status, out, err = learners.run("--dask", dask)
    assert (status, out) == (2, b"")
    assert re.search(message, err)
    assert "Traceback" not in err


def test_without_dask_it_says_how_to_add_it(
    learners: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "tutor.authoring.batch.on_dask", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    learners.write(1)
    lessons, lines = str(learners.course), str(learners.answers)
    done = CliRunner().invoke(
        main, ["--lessons", lessons, "grade", "--jsonl", lines, "--dask", "local"]
    )
    assert done.exit_code == 2
    assert "run `pip install '.[dask]'` in its checkout" in done.output


async def test_nobody_else_here_can_connect() -> None:
    """Nor is there a page in a port that another such command would want as well."""
    async with local_cluster(0, Security.temporary()) as cluster:
        assert cluster.scheduler_address.startswith("tls://127.0.0.1:")
        assert cluster.scheduler.http_server.port != 8787
        with pytest.raises(OSError, match=r"TLS|SSL|certificate|Timed out"):
            async with Client(
                cluster.scheduler_address, security=Security.temporary(), asynchronous=True
            ):
                pass


class TestPlugin:
    """What a worker says of itself before it judges."""

    async def problem(
        self, learners: Class, monkeypatch: pytest.MonkeyPatch, facts: WorkerFacts, *, trusted: bool
    ) -> Exception | None:
        """What keeps a worker with these facts from judging."""

        class Client:
            start = close = AsyncMock()
            settle = AsyncMock(return_value=facts)
            describe = Mock(return_value=facts)

        monkeypatch.setattr(on_dask, "make_client", lambda *_, **__: Client())
        plugin = JudgingPlugin(
            sound_course(learners.course), find_places(learners.course), trusted=trusted, jobs=1
        )
        there = pickle.loads(pickle.dumps(plugin))
        await there.setup(Mock())
        try:
            there.torch_version()
        except (WorkerGone, NotProtected) as problem:
            return pickle.loads(pickle.dumps(problem))  # type: ignore[no-any-return]
        finally:
            await there.teardown(Mock())
        return None

    async def test_where_programs_are_not_kept_apart_it_refuses(
        self, learners: Class, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        facts = WorkerFacts(phase="ready", level="limits-only")
        refused = await self.problem(learners, monkeypatch, facts, trusted=False)
        assert isinstance(refused, NotProtected)
        assert "A program can use the network, read your files" in str(refused)
        assert await self.problem(learners, monkeypatch, facts, trusted=True) is None

    async def test_the_limits_of_the_command_hold_there(
        self, learners: Class, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made: list[Config] = []

        def make_client(config: Config, *_: object, **__: object) -> AsyncMock:
            made.append(config)
            return AsyncMock(settle=AsyncMock(return_value=WorkerFacts(phase="failed")))

        monkeypatch.setattr(on_dask, "make_client", make_client)
        caps = Caps(seconds=3)
        plugin = JudgingPlugin(
            sound_course(learners.course),
            find_places(learners.course),
            trusted=True,
            jobs=1,
            caps=caps,
        )
        there = pickle.loads(pickle.dumps(plugin))
        await there.setup(Mock())
        await there.teardown(Mock())
        assert made == [Config(limits=caps)]

    async def test_a_worker_without_torch_says_why(
        self, learners: Class, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        facts = WorkerFacts(phase="failed", reason="PyTorch is not there.")
        problem = await self.problem(learners, monkeypatch, facts, trusted=False)
        assert isinstance(problem, WorkerGone)
        assert str(problem).endswith(": PyTorch is not there.")

    async def test_another_tutor_judges_nothing(
        self, learners: Class, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answers = iter([b"here", b"there"])
        monkeypatch.setattr(on_dask, "surroundings", lambda _: next(answers))
        problem = await self.problem(learners, monkeypatch, WorkerFacts("ready"), trusted=True)
        assert isinstance(problem, WorkerGone)
        assert "must have the same versions" in str(problem)
