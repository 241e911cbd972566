"""Workers as jobs of a batch system that is pretended: they wait, are refused or end at once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.support.lessons import CODE, write_course
from tests.support.wait import eventually
from tutor.authoring.batch import dask_jobs
from tutor.authoring.batch.cluster_place import ClusterPlace
from tutor.authoring.batch.dask_clusters import SLOTS
from tutor.authoring.batch.dask_jobs import jobs_cluster
from tutor.authoring.batch.judging import WorkerGone
from tutor.authoring.batch.verdict_file import CannotUse
from tutor.cli import main
from tutor.paths import Places

JOB = {"cores": 4, "memory": "2GB", "walltime": "00:30:00"}

PROGRAMS = {
    "sbatch": """
        [ ! -e refusal ] || { cat refusal >&2; exit 1; }
        touch job-7
        echo Submitted batch job 7
    """,
    "scancel": "rm job-$1",
}


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a batch system with one queue, in which a job waits for ever."""
    folder = tmp_path / "queue"
    folder.mkdir()
    for name, lines in PROGRAMS.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\ncd {folder}\n{lines}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    for name, seconds in (("_LOOK_S", 0.01), ("_TELL_AFTER_S", 0.0)):
        monkeypatch.setattr(dask_jobs, name, seconds)
    return folder


def place(system: str = "slurm", **arguments: object) -> ClusterPlace:
    return ClusterPlace("jobs", workers=3, system=system, arguments={**JOB, **arguments})


@asynccontextmanager
async def asked_for(
    folder: Path, where: ClusterPlace, told: list[str], jobs: int = 1
) -> AsyncIterator[tuple[Any, asyncio.Task[None]]]:
    """A watched cluster for which so many jobs were submitted, with its data in `folder`."""
    places = Places(folder, folder, folder / "data", folder)
    async with jobs_cluster(where, places, told.append) as (cluster, _, watch):
        if jobs:
            cluster.scale(jobs)
        watching = asyncio.create_task(watch())
        yield cluster, watching
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_waiting_is_told_and_the_jobs_are_cancelled(tmp_path: Path, queue: Path) -> None:
    told: list[str] = []
    async with asked_for(tmp_path, place(), told):
        await eventually(lambda: told, "that it waits")
        (keys,) = (tmp_path / "data").iterdir()
        assert keys.stat().st_mode & 0o777 == 0o700
        assert {file.name for file in keys.iterdir()} == {"ca_file.pem", "cert.pem", "key.pem"}
        assert {file.stat().st_mode & 0o777 for file in keys.iterdir()} == {0o600}
        assert (queue / "job-7").exists()
    assert told == [
        "No worker has started after 0 s: the jobs wait in the queue, or have ended. "
        "Stopping this command cancels them."
    ]
    assert not (queue / "job-7").exists()
    assert list((tmp_path / "data").iterdir()) == []


async def test_the_last_words_of_a_job_are_told(tmp_path: Path, queue: Path) -> None:
    log = tmp_path / "logs" / "dask-worker-7.err"
    log.parent.mkdir()
    log.write_text("no python here\n")
    told: list[str] = []
    async with asked_for(tmp_path, place(log_directory=str(log.parent)), told):
        await eventually(lambda: told, "that it waits")
    assert f"have ended. The last lines of {log}: no python here. Stopping" in told[0]


async def test_a_refused_job_ends_it_with_the_words_of_the_queue(
    tmp_path: Path, queue: Path
) -> None:
    (queue / "refusal").write_text("sbatch: error: invalid partition: shrot\n")
    async with asked_for(tmp_path, place(), []) as (_, watching):
        with pytest.raises(WorkerGone, match=r"refused: sbatch: error: invalid partition: shrot\."):
            await watching


async def test_a_refusal_without_a_word_is_told_with_what_is_known(
    tmp_path: Path, queue: Path
) -> None:
    (queue / "refusal").write_text("")
    async with asked_for(tmp_path, place(), []) as (_, watching):
        with pytest.raises(WorkerGone, match=r"refused: .*Exit code: 1; sbatch /.*\.$"):
            await watching


async def test_a_refusal_of_a_further_job_is_only_told(tmp_path: Path, queue: Path) -> None:
    told: list[str] = []
    async with asked_for(tmp_path, place(), told) as (cluster, watching):
        await eventually((queue / "job-7").exists, "the job")
        (queue / "refusal").write_text("sbatch: error: one job for each\n")
        cluster.scale(2)
        await eventually(lambda: len(told) > 1, "the refusal")
        assert not watching.done()
    assert told[1] == "A further job was refused: sbatch: error: one job for each."


async def test_without_the_programs_of_the_batch_system_it_ends(
    tmp_path: Path, queue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (queue / "sbatch").unlink()
    monkeypatch.setenv("PATH", str(queue))
    async with asked_for(tmp_path, place(), []) as (_, watching):
        with pytest.raises(WorkerGone, match=r"refused: .*No such file or directory: 'sbatch'"):
            await watching


async def test_no_job_is_asked_for_while_there_is_nothing_to_do(
    tmp_path: Path, queue: Path
) -> None:
    told: list[str] = []
    async with asked_for(tmp_path, place(), told, jobs=0) as (cluster, _):
        await eventually(lambda: cluster.scheduler_info, "the scheduler")
    assert (told, list(queue.glob("job-*"))) == ([], [])


@pytest.mark.parametrize("system", ["slurm", "pbs", "sge", "lsf"])
async def test_a_job_of_each_system_has_a_worker_of_ours(
    tmp_path: Path, queue: Path, system: str
) -> None:
    walltime = "00:30" if system == "lsf" else "00:30:00"
    where = place(system, walltime=walltime, worker_extra_args=["--local-directory", "/scratch"])
    async with asked_for(tmp_path, where, [], jobs=0) as (cluster, _):
        lines = cluster.job_script().splitlines()
    words = lines[-1].split()
    last = {word: words[at + 1] for at, word in enumerate(words[:-1]) if word.startswith("--")}
    assert lines[-2] == "export PYTHONSAFEPATH=1"
    assert (last["--nthreads"], last["--memory-limit"]) == (str(SLOTS), "0")
    assert last["--local-directory"] == "/scratch"
    assert last["--protocol"] == "tls://"
    assert last["--tls-key"].startswith(f"{tmp_path}/data/dask-")
    assert "--no-dashboard" in words


@pytest.mark.filterwarnings("ignore:unclosed cluster")  # it is made before its arguments are read
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cores": None}, "for slurm: You must specify how much cores and memory"),
        ({"partition": "short"}, "dask-jobqueue cannot use that for slurm: .*'partition'"),
        ({"shared_temp_directory": "/dev/null/keys"}, "/dev/null/keys cannot be written"),
        ({"shared_temp_directory": "/tmp/my keys"}, "The path /tmp/my keys cannot"),
    ],
)
async def test_what_no_job_can_be_made_of_is_refused(
    tmp_path: Path, queue: Path, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(CannotUse, match=message):
        async with asked_for(tmp_path, place("slurm", **arguments), []):
            pass


async def test_ctrl_c_stays_with_the_command(
    tmp_path: Path, queue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "dask_jobqueue"]:
        monkeypatch.delitem(sys.modules, name)
    before = signal.getsignal(signal.SIGINT)
    async with asked_for(tmp_path, place(), [], jobs=0):
        assert "dask_jobqueue.runner" in sys.modules
        assert signal.getsignal(signal.SIGINT) is before


def test_the_command_says_why_there_is_no_job_and_how_to_go_on(tmp_path: Path, queue: Path) -> None:
    (queue / "refusal").write_text("sbatch: error: no such account\n")
    course = write_course(tmp_path / "course", code=CODE)
    answers, out, where = (tmp_path / name for name in ("a.jsonl", "out.jsonl", "slurm.toml"))
    answers.write_text('{"id": 1, "step": "double", "code": "y = 2 * x"}\n')
    where.write_text('kind = "slurm"\ncores = 1\nmemory = "1GB"\n')
    places = ["--lessons", str(course), "--data-dir", str(tmp_path / "data")]
    options = ["--jsonl", str(answers), "--resume", str(out), "--dask", str(where)]
    done = CliRunner().invoke(main, [*places, "grade", *options])
    assert done.exit_code == 1
    assert "nntutor: The job was refused: sbatch: error: no such account. " in done.output
    assert "has the complete verdicts of the first 0 answers." in done.output
    assert list((tmp_path / "data").iterdir()) == []
