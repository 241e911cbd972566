"""The node as a process: what it refuses, what it takes of its surroundings, and what it hides."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.worker import HERE_BY_PIPE, worker
from tutor.node.own_client import make_own_client
from tutor.node.server import why_signalled
from tutor.paths import find_places
from tutor.wire.node import PROTOCOL, Hello, Leaving, find_marker, marker

START = [sys.executable, "-P", "-m", "tutor.node"]


@pytest.mark.process
@pytest.mark.parametrize("kind", ["terminal", "no input"])
def test_without_a_line_to_an_app_it_says_what_it_is_for(kind: str) -> None:
    own, terminal = pty.openpty()
    given = terminal if kind == "terminal" else subprocess.DEVNULL
    done = subprocess.run(START, stdin=given, capture_output=True, check=False)
    os.close(own)
    os.close(terminal)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"not with `srun --pty` or `ssh -t`" in done.stderr


@pytest.mark.process
def test_where_the_app_has_gone_it_says_that_it_is_there_and_ends() -> None:
    done = subprocess.run(START, input=b"", capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith(marker())
    assert done.stderr == b""


@pytest.mark.process
async def test_a_temporary_folder_of_another_machine_is_no_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = (*HERE_BY_PIPE, "TMPDIR=/no/such/folder")
    async with worker(tmp_path, monkeypatch, command=command, spares=1) as running:
        assert (await running.observe("import tempfile; tempfile.mkstemp()")).outcome == "finished"


@pytest.mark.process
async def test_what_a_library_prints_there_is_no_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, os\nos.write(1, b'before')\natexit.register(os.write, 1, b'after')\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    async with worker(tmp_path, monkeypatch, command=HERE_BY_PIPE, spares=1) as running:
        assert (await running.observe("x = 1")).outcome == "finished"
        assert running.client.connection is not None
        assert running.client.connection.before_marker == b"before"
    assert running.client.state.phase == "closed"


@pytest.mark.parametrize("present", [True, False])
async def test_lessons_and_data_there_are_hidden_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, present: bool
) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr("tutor.node.own_client.WorkerClient", lambda **found: given.update(found))
    monkeypatch.setenv("NNTUTOR_DATA_DIR", str(tmp_path))
    hello = Hello(hidden=("/app/lessons", str(tmp_path)), learner_present=present, spares=4)
    make_own_client(hello, lambda _: None)
    assert given["hidden"] == ("/app/lessons", str(tmp_path), str(find_places().lessons))
    assert (given["kept"] is not None, given["fonts"] is not None) == (present, present)
    assert (given["spares"], given["network"]) == (4, False)
    assert given["rehearses_training"] is present


async def test_an_installation_without_lessons_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr("tutor.node.own_client.WorkerClient", lambda **found: given.update(found))
    monkeypatch.setenv("NNTUTOR_LESSONS", "/no/such/folder")
    make_own_client(Hello(hidden=("/app/data",), learner_present=True), lambda _: None)
    assert (given["hidden"], given["kept"]) == (("/app/data",), None)


@pytest.mark.parametrize(
    ("left", "why"), [("60", "time limit"), ("7200", "signal"), ("", "signal")]
)
def test_a_signal_shortly_before_the_end_of_a_job_is_the_end_of_its_time(
    left: str, why: str
) -> None:
    end = str(int(time.time()) + int(left)) if left else "unknown"
    assert why_signalled({"SLURM_JOB_END_TIME": end}) == Leaving(why)  # type: ignore[arg-type]
    assert why_signalled({}) == Leaving("signal")


def test_the_marker_is_found_behind_whatever_comes_first() -> None:
    found = find_marker(b"hello \0 nntutor-node-1\n" + marker() + b"rest")
    assert found is not None
    assert found[1] == b"%d" % PROTOCOL
    assert find_marker(marker()[:-1]) is None
