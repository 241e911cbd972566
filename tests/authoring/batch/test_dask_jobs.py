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
from tutor.authoring.batch.dask_clusters import scheduler_options
from tutor.authoring.batch.dask_jobs import JobsCluster, jobs_cluster
from tutor.authoring.batch.judging import WorkerGone
from tutor.authoring.batch.verdict_file import CannotUse
from tutor.cli import main
from tutor.paths import Places

JOB = {"cores": 4, "memory": "2GB", "walltime": "00:30:00"}

PROGRAMS = {
    "sbatch": """
        [ ! -e refusal ] || { cat refusal >&2; exit 1; }
        [ -e ended ] && echo "no python here" > "$(cat ended)/dask-worker-7.err" || touch job-7
        echo Submitted batch job 7
    """,
    "squeue": "[ ! -e job-7 ] || echo 'job 7: PENDING (Resources)'",
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
    for name, seconds in (("_LOOK_S", 0.01), ("_ASK_AFTER_S", (0.0,)), ("_TELL_AFTER_S", 0.0)):
        monkeypatch.setattr(dask_jobs, name, seconds)
    return folder


def place(system: str = "slurm", **arguments: object) -> ClusterPlace:
    return ClusterPlace("jobs", workers=3, system=system, arguments={**JOB, **arguments})


@asynccontextmanager
async def asked_for(
    folder: Path, where: ClusterPlace, told: list[str], jobs: int = 1
) -> AsyncIterator[JobsCluster]:
    """A cluster for which so many jobs were submitted, with a data folder in `folder`."""
    places = Places(folder, folder, folder / "data", folder)
    async with jobs_cluster(where, places, told.append, scheduler_options()) as cluster:
        if jobs:
            cluster.cluster.scale(jobs)
        yield cluster


async def test_the_words_of_the_queue_are_told_and_its_jobs_are_cancelled(
    tmp_path: Path, queue: Path
) -> None:
    told: list[str] = []
    async with asked_for(tmp_path, place(), told) as jobs:
        watching = asyncio.create_task(jobs.watch())
        await eventually(lambda: told, "what the queue says")
        (keys,) = (tmp_path / "data").iterdir()
        assert keys.stat().st_mode & 0o777 == 0o700
        assert {file.name for file in keys.iterdir()} == {"ca_file.pem", "cert.pem", "key.pem"}
        assert {file.stat().st_mode & 0o777 for file in keys.iterdir()} == {0o600}
        assert (queue / "job-7").exists()
        watching.cancel()
    assert told[0].startswith("No worker has started after 0 s. squeue says: job 7: PENDING (Res")
    assert told[1:] == []
    assert not (queue / "job-7").exists()
    assert list((tmp_path / "data").iterdir()) == []


async def test_jobs_that_cannot_be_cancelled_are_told(
    tmp_path: Path, queue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_jobs, "_CANCELLED_S", 0.0)
    (queue / "scancel").write_text("#!/bin/sh\nexit 1\n")
    told: list[str] = []
    async with asked_for(tmp_path, place(), told):
        await eventually((queue / "job-7").exists, "the job")
    assert told == ["Not cancelled yet: job 7: PENDING (Resources)."]


async def test_a_refused_job_ends_it_with_the_words_of_the_queue(
    tmp_path: Path, queue: Path
) -> None:
    (queue / "refusal").write_text("sbatch: error: invalid partition: shrot\n")
    async with asked_for(tmp_path, place(), []) as jobs:
        with pytest.raises(WorkerGone, match=r"refused: sbatch: error: invalid partition: shrot\."):
            await jobs.watch()


async def test_a_refusal_without_a_word_is_told_with_what_is_known(
    tmp_path: Path, queue: Path
) -> None:
    (queue / "refusal").write_text("")
    async with asked_for(tmp_path, place(), []) as jobs:
        with pytest.raises(WorkerGone, match=r"refused: .*Exit code: 1; sbatch /.*\.$"):
            await jobs.watch()


async def test_a_job_that_ends_after_others_were_refused_was_not_refused(
    tmp_path: Path, queue: Path
) -> None:
    async with asked_for(tmp_path, place(), []) as jobs:
        await eventually(lambda: jobs._submitted.numbers, "the job")
        (queue / "refusal").write_text("sbatch: error: one job for each\n")
        jobs.cluster.scale(2)
        await eventually(lambda: jobs._submitted.refusals, "the refusal")
        (job,) = [each for each in jobs.cluster.workers.values() if each.job_id]
        await job.close()
        jobs._give_up_if_refused()
        jobs.cluster.scale(3)
        with pytest.raises(WorkerGone, match="refused: sbatch: error: one job for each"):
            await jobs.watch()


async def test_without_the_programs_of_the_batch_system_it_ends(
    tmp_path: Path, queue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (queue / "sbatch").unlink()
    monkeypatch.setenv("PATH", str(queue))
    async with asked_for(tmp_path, place(), []) as jobs:
        with pytest.raises(WorkerGone, match=r"refused: .*No such file or directory: 'sbatch'"):
            await jobs.watch()


async def test_jobs_that_end_without_a_worker_end_it_with_their_last_words(
    tmp_path: Path, queue: Path
) -> None:
    (tmp_path / "logs").mkdir()
    (queue / "ended").write_text(str(tmp_path / "logs"))
    async with asked_for(tmp_path, place(log_directory=str(tmp_path / "logs")), []) as jobs:
        with pytest.raises(
            WorkerGone, match=r"have ended, .* output of one of them: no python here\."
        ):
            await jobs.watch()


async def test_the_last_words_of_an_earlier_job_are_not_told(tmp_path: Path, queue: Path) -> None:
    old = tmp_path / "logs" / "other.err"
    old.parent.mkdir()
    old.write_text("last week\n")
    os.utime(old, (1_000_000, 1_000_000))
    (queue / "ended").write_text(str(tmp_path))
    async with asked_for(tmp_path, place(log_directory=str(old.parent)), []) as jobs:
        with pytest.raises(WorkerGone, match=r"no worker has started\.$"):
            await jobs.watch()


async def test_a_batch_system_that_does_not_answer_is_not_taken_for_one_without_the_jobs(
    tmp_path: Path, queue: Path
) -> None:
    (queue / "squeue").write_text("#!/bin/sh\necho 'squeue: error: try later.' >&2; exit 1\n")
    told: list[str] = []
    async with asked_for(tmp_path, place(), told) as jobs:
        watching = asyncio.create_task(jobs.watch())
        await eventually(lambda: told, "what the queue says")
        assert not watching.done()
        watching.cancel()
    assert "squeue says: squeue: error: try later. Stopping" in told[0]


async def test_a_batch_system_that_no_longer_knows_the_jobs_has_answered(
    tmp_path: Path, queue: Path
) -> None:
    error = "slurm_load_jobs error: Invalid job id specified"
    (queue / "squeue").write_text(f"#!/bin/sh\necho '{error}' >&2; exit 1\n")
    async with asked_for(tmp_path, place(), []) as jobs:
        with pytest.raises(WorkerGone, match="have ended"):
            await jobs.watch()


async def test_no_job_is_asked_for_while_there_is_nothing_to_do(
    tmp_path: Path, queue: Path
) -> None:
    told: list[str] = []
    async with asked_for(tmp_path, place(), told, jobs=0) as jobs:
        watching = asyncio.create_task(jobs.watch())
        await eventually(lambda: jobs.cluster.scheduler_info, "the scheduler")
        watching.cancel()
    assert (told, list(queue.glob("job-*"))) == ([], [])


@pytest.mark.parametrize("system", ["slurm", "pbs", "sge", "lsf"])
async def test_a_job_of_each_system_has_a_worker_of_ours(
    tmp_path: Path, queue: Path, system: str
) -> None:
    walltime = "00:30" if system == "lsf" else "00:30:00"
    where = place(system, walltime=walltime, worker_extra_args=["--local-directory", "/scratch"])
    async with asked_for(tmp_path, where, [], jobs=0) as jobs:
        cluster: Any = jobs.cluster
        lines = cluster.job_script().splitlines()
    words = lines[-1].split()
    last = {word: words[at + 1] for at, word in enumerate(words[:-1]) if word.startswith("--")}
    assert lines[-2] == "export PYTHONSAFEPATH=1"
    assert {name: last[name] for name in ("--lifetime", "--nthreads", "--memory-limit")} == {
        "--lifetime": "1680s",
        "--nthreads": "2",
        "--memory-limit": "0",
    }
    assert last["--local-directory"] == "/scratch"
    assert last["--protocol"] == "tls://"
    assert last["--tls-key"].startswith(f"{tmp_path}/data/dask-")
    assert "--no-dashboard" in words


@pytest.mark.filterwarnings("ignore:unclosed cluster")  # it is made before its arguments are read
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cores": None}, "A job of slurm needs `cores` and `memory`"),
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
