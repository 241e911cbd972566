"""A node in a real Slurm of this machine alone: its queue, its steps, and how a job ends."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.authoring.batch.test_command import Class, plain, until_written
from tests.support.servers import cancel_jobs, jobs, said, slurm_cluster
from tests.support.wait import eventually, wait_until
from tests.support.worker import marked, worker
from tutor.wire.values import IntValue

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

SRUN = ("srun",)


@pytest.fixture(scope="module", autouse=True)
def _cluster() -> Iterator[None]:
    """For all tests of the file; the path of a socket in its folder must be short."""
    folder = Path(tempfile.mkdtemp(prefix="nnt-", dir="/tmp"))
    try:
        with pytest.MonkeyPatch.context() as patch, slurm_cluster(folder, patch):
            yield
    finally:
        shutil.rmtree(folder)


async def test_programs_run_in_a_job_that_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7")
    async with worker(tmp_path, monkeypatch, command=SRUN, spares=1) as running:
        told = "import os; x = os.environ['CUDA_VISIBLE_DEVICES'] == ''"
        observation = await running.observe(told, "int(x) * 42")
        assert observation.answers[0].value == IntValue(42)
        connection = running.client.connection
        assert connection is not None
        assert connection.welcome is not None
        assert jobs() == [connection.welcome.job]
    wait_until(lambda: not jobs(), "the end of the job")


async def test_a_queue_is_told_and_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen(["srun", "--ntasks=1", "sleep", "600"]) as other:
        await eventually(lambda: jobs("%T") == ["RUNNING"], "another job to hold the machine")
        (first,) = jobs()
        async with worker(tmp_path, monkeypatch, command=SRUN, spares=1) as running:
            run = asyncio.create_task(running.observe("x = 1"))
            words = "queued and waiting for resources"
            await eventually(lambda: words in running.client.state.reason, "the word of srun")
            assert running.client.state.phase == "waiting"
            cancel_jobs(first)
            assert (await run).outcome == "finished"
        other.wait()


async def test_a_step_beside_another_one_waits_unless_they_overlap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["salloc", "--no-shell", "--ntasks=1"], check=True, capture_output=True)
    (job,) = jobs()
    monkeypatch.setenv("SLURM_JOB_ID", job)
    with subprocess.Popen(
        ["srun", "--ntasks=1", "sleep", "600"], stderr=subprocess.DEVNULL
    ) as step:
        await eventually(lambda: said("squeue", "-h", "-s").count(f"{job}.0"), "the first step")
        async with worker(tmp_path, monkeypatch, command=SRUN) as running:
            assert "`--overlap`" in running.client.state.reason
            assert running.client.state.phase == "waiting"
        shutil.rmtree(tmp_path / "scratch")
        overlapping = ("srun", "--overlap")
        async with worker(tmp_path, monkeypatch, command=overlapping, spares=1) as running:
            assert (await running.observe("x = 1")).outcome == "finished"
            assert "--overlap" not in running.client.state.reason
        cancel_jobs(job)
        step.wait()


async def test_a_job_that_is_cancelled_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch, command=SRUN, spares=1) as running:
        assert (await running.observe("x = 1")).outcome == "finished"
        cancel_jobs(*jobs())
        await running.until("unreachable")
        assert running.client.state.reason.startswith("The machine was given back")
        await eventually(lambda: running.processes() == [], "all its processes to end")


async def test_an_srun_that_is_killed_leaves_no_process_and_its_folder_goes_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch, command=SRUN, spares=1) as running:
        assert (await running.observe("x = 1")).outcome == "finished"
        # the first of two: the other watches it, and has Slurm end the step
        os.kill(min(running.processes("srun")), signal.SIGKILL)
        await running.until("unreachable")
        await eventually(lambda: running.processes() == [], "all its processes to end")
        await eventually(lambda: not jobs(), "the end of the job")
        await running.client.start()
        assert (await running.observe("x = 1")).outcome == "finished"


def test_answers_are_judged_in_jobs_that_are_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped by Ctrl+C and gone on with: the records are those of plain grading."""
    monkeypatch.setenv("DASK_DISTRIBUTED__WORKER__PRELOAD", '["tests.support.stub_dask_worker"]')
    monkeypatch.setenv("PYTHONPATH", os.getcwd(), prepend=os.pathsep)
    learners = Class(tmp_path)
    learners.write(40, lambda number: f"import time; time.sleep(0.02); y = {2 + number % 2} * x")
    whole = plain(learners.run("--no-dedupe")[1])
    place = tmp_path / "place.toml"
    place.write_text(
        'kind = "slurm"\njobs = 1\ncores = 1\nmemory = "1GB"\njob_directives_skip = ["--mem"]\n'
    )
    options = ("--dask", place, "--resume", learners.out, "--jobs", 1, "--no-dedupe")
    with learners.start(*options) as process:
        until_written(learners, 10)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 130
    wait_until(lambda: not jobs(), "the end of the jobs")
    assert list((tmp_path / "data").glob("dask-*")) == []
    assert learners.run(*options) == (1, b"", "")
    assert plain(learners.out.read_bytes()) == whole
    wait_until(lambda: not marked(learners.mark), "the end of all processes")
