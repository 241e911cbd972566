"""The cluster that `nntutor grade --dask WHERE` names: checked before anything is imported.

A place without encryption is refused here, whatever its other settings.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from tutor.authoring.batch.verdict_file import CannotUse
from tutor.files import read_bytes

Kind = Literal["local", "scheduler", "jobs"]

NEEDS_DASK = (
    "--dask needs Dask, which is not installed with nntutor: run `pip install '.[dask]'` in its "
    "checkout, here and where the workers run."
)

SYSTEMS = {
    "slurm": "SLURMCluster",
    "pbs": "PBSCluster",
    "sge": "SGECluster",
    "lsf": "LSFCluster",
}
"""Batch systems whose jobs can judge, each with its class of dask-jobqueue."""

_MOST_BYTES = 64 * 1024
_LOCAL_WORKERS = 2
_MOST_JOBS = 10
_TLS_FILES = ("ca", "cert", "key")
_OWN_ARGUMENTS = frozenset(
    {
        *("asynchronous", "job_cls", "loop", "n_workers", "name", "nanny", "processes", "protocol"),
        *("scheduler_cls", "security", "silence_logs", "worker_command"),
    }
)
"""Arguments of dask-jobqueue that a file may not set, since safety depends on some of them."""


class ClusterPlace(Struct, frozen=True):
    """The cluster on which answers are judged."""

    kind: Kind
    address: str = ""
    """Address of a running scheduler."""
    workers: int = _LOCAL_WORKERS
    """Number of workers to start without a running scheduler; a maximum for jobs."""
    system: str = ""
    """Batch system of the jobs."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """Arguments of a job for dask-jobqueue."""
    certificates: dict[str, str] = field(default_factory=dict)
    """Files of certificates by `ca`, `cert` and `key`; empty for those of Dask's settings."""


def find_place(where: str) -> ClusterPlace:
    """Return the cluster named `local`, `local:N`, `slurm:N`, `tls://…` or a TOML file.

    Raises CannotUse.
    """
    name, _, number = where.partition(":")
    if not number or number.isdecimal():
        if name == "local":
            return ClusterPlace("local", workers=max(1, int(number or _LOCAL_WORKERS)))
        if name in SYSTEMS:
            return ClusterPlace("jobs", workers=max(1, int(number or _MOST_JOBS)), system=name)
    if "://" in where:
        return ClusterPlace("scheduler", address=_encrypted(where))
    return _from_file(Path(where))


def _encrypted(address: str) -> str:
    if not address.startswith("tls://"):
        raise CannotUse(
            f"{address} is not encrypted: anyone who can connect to such a scheduler can run "
            "programs as you. --dask accepts only `tls://`."
        )
    return address


def _from_file(path: Path) -> ClusterPlace:
    try:
        table = tomllib.loads(read_bytes(path, _MOST_BYTES).decode())
    except OSError as error:
        raise CannotUse(
            f"--dask takes `local`, {_named(SYSTEMS)}, `tls://HOST:PORT` or a TOML file, but "
            f"{path} cannot be read: {error.strerror or error}."
        ) from error
    except ValueError as error:
        raise CannotUse(f"{path} is not TOML: {error}.") from error
    kind = table.pop("kind", None)
    if isinstance(kind, str) and kind in SYSTEMS:
        return _jobs(path, kind, table)
    if kind != "scheduler":
        raise CannotUse(
            f'{path} needs `kind = "scheduler"`, with its `address`, or a batch system: '
            f"{_named(SYSTEMS)}."
        )
    return _scheduler(path, table)


def _jobs(path: Path, system: str, table: dict[str, Any]) -> ClusterPlace:
    most = table.pop("jobs", _MOST_JOBS)
    if type(most) is not int or most < 1:
        raise CannotUse(f"{path}: `jobs` should be the maximum number of jobs.")
    if own := sorted(_OWN_ARGUMENTS & table.keys()):
        raise CannotUse(f"{path}: remove {_named(own)}, because nntutor sets that itself.")
    return ClusterPlace("jobs", workers=most, system=system, arguments=table)


def _scheduler(path: Path, table: dict[str, Any]) -> ClusterPlace:
    address = table.pop("address", "")
    known = all(key in _TLS_FILES and isinstance(file, str) for key, file in table.items())
    if not known or not isinstance(address, str):
        raise CannotUse(
            f"{path}: a scheduler may have only an `address` and the certificate files `ca`, "
            "`cert` and `key`."
        )
    files = {key: str(path.parent / Path(name).expanduser()) for key, name in table.items()}
    return ClusterPlace(kind="scheduler", address=_encrypted(address), certificates=files)


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
