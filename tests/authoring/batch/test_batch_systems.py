"""How batch systems are asked and answer, and how long their jobs may run."""

from __future__ import annotations

import pytest

from tutor.authoring.batch.batch_systems import SYSTEMS, lifetime_options, walltime_seconds


@pytest.mark.parametrize(
    ("system", "walltime", "seconds"),
    [
        ("slurm", "00:30:00", 1800),
        ("slurm", "30", 1800),
        ("slurm", "90:30", 5430),
        ("slurm", "1-2", 93_600),
        ("slurm", "1-02:30", 95_400),
        ("slurm", "1-02:30:15", 95_415),
        ("slurm", "UNLIMITED", None),
        ("slurm", "0", None),
        ("slurm", "1:2:3:4", None),
        ("slurm", "1-", None),
        ("pbs", "48:00:00", 172_800),
        ("sge", "90", 90),
        ("lsf", "90", 5400),
        ("lsf", "01:30", 5400),
        ("lsf", "", None),
        ("pbs", "None", None),
    ],
)
def test_a_time_is_read_as_its_system_writes_it(
    system: str, walltime: str, seconds: float | None
) -> None:
    assert walltime_seconds(SYSTEMS[system], walltime) == seconds


@pytest.mark.parametrize("seconds", [20.0, 600.0, 1800.0, 86_400.0])
def test_a_worker_ends_before_its_job_does(seconds: float) -> None:
    _, lifetime, _, stagger = lifetime_options(seconds)
    first, last = (float(lifetime[:-1]) + sign * float(stagger[:-1]) for sign in (-1, 1))
    assert seconds / 2 < first < last < seconds


def test_the_margin_is_two_minutes_and_one_to_each_side() -> None:
    assert lifetime_options(1800) == ["--lifetime", "1680s", "--lifetime-stagger", "60s"]


@pytest.mark.parametrize(
    ("system", "question", "answer", "told"),
    [
        (
            "slurm",
            "squeue --noheader --format=job %i: %T (%r) --jobs=7,12",
            "job 7: PENDING (Resources)\njob 12: RUNNING (None)\n",
            ["job 7: PENDING (Resources)", "job 12: RUNNING (None)"],
        ),
        (
            "pbs",
            "qstat 7 12",
            "Job id  Name  User  Time Use S Queue\n-----\n7.host  dask ada 0 Q short\n"
            "12.host dask ada 0 C short\n",
            ["7.host dask ada 0 Q short"],
        ),
        (
            "sge",
            "qstat",
            "job-ID prior name\n------\n   7 0.5 dask ada qw\n  70 0.5 mine ada r\n",
            ["7 0.5 dask ada qw"],
        ),
        (
            "lsf",
            "bjobs 7 12",
            "JOBID USER STAT\n7     ada  PEND\n12    ada  EXIT\n",
            ["7 ada PEND"],
        ),
    ],
)
def test_it_is_asked_of_jobs_and_heard_of_those_that_have_not_ended(
    system: str, question: str, answer: str, told: list[str]
) -> None:
    assert " ".join(SYSTEMS[system].question(["7", "12"])) == question
    assert SYSTEMS[system].lines_of(["7", "12"], answer) == told


@pytest.mark.parametrize(
    ("system", "error", "ended"),
    [
        ("slurm", "slurm_load_jobs error: Invalid job id specified", True),
        ("slurm", "slurm_load_jobs error: Unable to contact slurm controller", False),
        ("pbs", "qstat: Unknown Job Id 7.host", True),
        ("pbs", "qstat: 7.host Job has finished, use -x or -H to obtain historical job", True),
        ("pbs", "qstat: cannot connect to server host (errno=111)", False),
        ("sge", "error: unable to contact qmaster using port 6444", False),
        ("lsf", "Job <7> is not found", True),
    ],
)
def test_an_error_tells_whether_the_jobs_have_ended_or_nobody_knows(
    system: str, error: str, ended: bool
) -> None:
    assert SYSTEMS[system].knows_none(error) is ended
