"""Where a cluster is: what `--dask` takes, and what it refuses before anything is connected to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.authoring.batch.cluster_place import ClusterPlace, find_place
from tutor.authoring.batch.verdict_file import CannotUse


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("local", ClusterPlace("local", workers=2)),
        ("local:4", ClusterPlace("local", workers=4)),
        ("slurm", ClusterPlace("jobs", workers=10, system="slurm")),
        ("lsf:300", ClusterPlace("jobs", workers=300, system="lsf")),
        ("tls://node1:8786", ClusterPlace("scheduler", address="tls://node1:8786")),
    ],
)
def test_a_place_in_a_word(where: str, place: ClusterPlace) -> None:
    assert find_place(where) == place


@pytest.mark.parametrize("address", ["tcp://node1:8786", "ws://node1:8786", "inproc://1"])
def test_what_is_not_encrypted_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(CannotUse, match="is not encrypted"):
        find_place(address)
    file = tmp_path / "place.toml"
    file.write_text(f'kind = "scheduler"\naddress = "{address}"\n')
    with pytest.raises(CannotUse, match="is not encrypted"):
        find_place(str(file))


def test_a_scheduler_with_certificates_beside_the_file(tmp_path: Path) -> None:
    file = tmp_path / "place.toml"
    file.write_text('kind = "scheduler"\naddress = "tls://n:1"\nca = "ca.pem"\nkey = "/k.pem"\n')
    files = {"ca": str(tmp_path / "ca.pem"), "key": "/k.pem"}
    assert find_place(str(file)) == ClusterPlace(
        "scheduler", address="tls://n:1", certificates=files
    )


def test_jobs_in_the_words_of_dask_jobqueue(tmp_path: Path) -> None:
    file = tmp_path / "place.toml"
    file.write_text('kind = "pbs"\njobs = 3\ncores = 4\nqueue = "short"\n')
    assert find_place(str(file)) == ClusterPlace(
        "jobs", workers=3, system="pbs", arguments={"cores": 4, "queue": "short"}
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('kind = "slrum"', 'needs `kind = "scheduler"`, .* a batch system: `slurm`, `pbs`'),
        ('kind = ["slurm"]', "or a batch system"),
        ('kind = "slurm"\njobs = 0', "`jobs` should be the maximum number of jobs"),
        ('kind = "slurm"\njobs = true', "`jobs` should be the maximum number of jobs"),
        (
            'kind = "slurm"\nsecurity = false\nprotocol = "tcp"',
            "remove `protocol`, `security`, because",
        ),
        ("kind = ", "is not TOML"),
        (
            'kind = "scheduler"\naddress = "tls://n:1"\ntoken = "a"',
            "a scheduler may have only an `address`",
        ),
        ('kind = "scheduler"', "is not encrypted"),
    ],
)
def test_a_file_that_names_no_place(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "place.toml"
    file.write_text(content)
    with pytest.raises(CannotUse, match=message):
        find_place(str(file))


def test_no_such_file() -> None:
    with pytest.raises(
        CannotUse, match=r"takes `local`, `slurm`, .* but nowhere cannot be read: No such"
    ):
        find_place("nowhere")
