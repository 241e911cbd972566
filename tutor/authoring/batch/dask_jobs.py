"""Workers of Dask as jobs of a batch system, by dask-jobqueue: submitted, watched and cancelled.

Jobs may wait for hours, be refused, or end before they start to work, of all of which Dask tells
nothing.
"""

from __future__ import annotations

import asyncio
import logging
import shlex
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dask.config
from distributed import Security
from distributed.core import Status
from distributed.deploy.spec import SpecCluster

from tutor.authoring.batch.cluster_place import SYSTEMS
from tutor.authoring.batch.dask_clusters import NO_PAGES, SLOTS, scheduler_options
from tutor.authoring.batch.judging import WorkerGone
from tutor.authoring.batch.verdict_file import CannotUse
from tutor.paths import make_private

if TYPE_CHECKING:
    from dask_jobqueue.core import Job

    from tutor.authoring.batch.cluster_place import ClusterPlace
    from tutor.paths import Places

_COMES_BACK = "1 minute"
"""Time that a worker may be absent, as after a death, before its job counts as ended."""
_IDLE_LOOKS = 60
"""Seconds without work after which a job is released: the next may wait in the queue for long."""
_SOON = "1s"
"""Queued work, in seconds of a worker's time, for which another worker is started. It is short, as
little of the file is read ahead: more work follows."""

_LOOK_S = 1.0
_TELL_AFTER_S = 30.0
_TELL_EVERY_S = 300.0
_MOST_SAID = 3
"""Maximum lines shown of a command's output."""

_WORKER_OPTIONS = (
    *("--nthreads", str(SLOTS), "--no-dashboard", "--dashboard-address", NO_PAGES),
    *("--memory-limit", "0"),  # the tutor's own limits hold, as in local_cluster
)
_SAFE_PATH = "export PYTHONSAFEPATH=1"
"""Keeps files in the command's folder from being imported as modules."""


@dataclass
class _Submitted:
    """The answers of the batch system to the jobs it was given."""

    accepted: int = 0
    refusals: list[str] = field(default_factory=list)


@asynccontextmanager
async def jobs_cluster(
    place: ClusterPlace,
    places: Places,
    tell: Callable[[str], None],
) -> AsyncIterator[tuple[SpecCluster, Security, Callable[[], Coroutine[Any, Any, None]]]]:
    """Submit jobs as there is work, and cancel all of them in the end.

    Yields the cluster, its certificates, and a function to run beside the work: it reports waiting,
    and raises WorkerGone if the first job is refused. Keys and logs are in a folder of this run,
    which all machines must see: it is in the data folder, which no answer can read. Raises
    CannotUse, and ImportError without dask-jobqueue.
    """
    dask.config.set({"distributed.deploy.lost-worker-timeout": _COMES_BACK})
    submitted = _Submitted()
    make_cluster, job_class = _classes(place.system)  # also loads Dask's settings for jobs
    named = _settings(place.system) | place.arguments
    shared = named["shared_temp_directory"]
    with _run_folder(Path(str(shared)).expanduser() if shared else places.data) as folder:
        security = _security(folder)
        logs = str(named["log_directory"] or folder)
        own = {
            "shared_temp_directory": None,
            "log_directory": logs,
            "security": security,
            "job_cls": _recording_job(job_class, submitted),
            "processes": 1,
            "worker_extra_args": [*named["worker_extra_args"], *_WORKER_OPTIONS],
            "job_script_prologue": [*named["job_script_prologue"], _SAFE_PATH],
            "scheduler_options": named["scheduler_options"] | scheduler_options(),
            "silence_logs": logging.CRITICAL,
            "asynchronous": True,
        }
        try:
            cluster = make_cluster(**(place.arguments | own))
        except (TypeError, ValueError) as problem:
            words = " ".join(str(problem).split()).partition(", for example:")[0]
            raise CannotUse(f"dask-jobqueue cannot use that for {place.system}: {words}.") from None
        async with cluster:
            cluster.adapt(
                minimum=0, maximum=place.workers, wait_count=_IDLE_LOOKS, target_duration=_SOON
            )
            yield cluster, security, lambda: _watch(cluster, submitted, Path(logs), tell)


async def _watch(
    cluster: SpecCluster, submitted: _Submitted, logs: Path, tell: Callable[[str], None]
) -> None:
    now = asyncio.get_running_loop().time
    begun, tell_at, told = now(), _TELL_AFTER_S, 0
    while True:
        await asyncio.sleep(_LOOK_S)
        for words in submitted.refusals[told:]:
            if not submitted.accepted:
                raise WorkerGone(f"The job was refused: {words}.")
            tell(f"A further job was refused: {words}.")
            told += 1
        waited = now() - begun
        if cluster.scheduler_info["workers"] or not submitted.accepted:
            begun, tell_at = now(), _TELL_AFTER_S
        elif waited >= tell_at:
            tell_at = waited + _TELL_EVERY_S
            tell(
                f"No worker has started after {waited:.0f} s: the jobs wait in the queue, or have "
                f"ended.{_log_words(logs)} Stopping this command cancels them."
            )


def _log_words(logs: Path) -> str:
    """Return the end of the newest log that has content."""
    files = [file for end in ("err", "out") for file in logs.glob(f"*.{end}")]
    for file in sorted(files, key=lambda file: file.stat().st_mtime, reverse=True):
        if words := _last_lines(file.read_text(errors="replace")):
            return f" The last lines of {file}: {words}."
    return ""


def _classes(system: str) -> tuple[Callable[..., SpecCluster], type[Job]]:
    """Return the classes of a cluster and of its jobs.

    The import of dask-jobqueue takes over Ctrl+C: that is undone.
    """
    before = signal.getsignal(signal.SIGINT)
    try:
        import dask_jobqueue
    finally:
        signal.signal(signal.SIGINT, before)
    found = getattr(dask_jobqueue, SYSTEMS[system])
    return found, found.job_cls


def _settings(system: str) -> dict[str, Any]:
    """Return Dask's own settings for jobs of a batch system, by the names of arguments."""
    found: dict[str, Any] = dask.config.get(f"jobqueue.{system}")
    return {name.replace("-", "_"): setting for name, setting in found.items()}


def _recording_job(base: type[Job], submitted: _Submitted) -> type[Job]:
    """Return a job class that notes a refusal, after which Dask would submit it again for ever."""

    class RecordingJob(base):  # type: ignore[misc,valid-type] # a class of each batch system
        async def start(self) -> None:
            try:
                await super().start()
            except (OSError, RuntimeError, ValueError) as problem:
                submitted.refusals.append(_refusal(str(problem)))
                self.status = Status.running
            else:
                submitted.accepted += 1

        async def close(self) -> None:
            await super().close()
            self.status = Status.closed

    return RecordingJob


@contextmanager
def _run_folder(parent: Path) -> Iterator[Path]:
    """Make a folder for the owner alone, and remove it with its content at the end."""
    if shlex.quote(str(parent)) != str(parent):  # the path becomes part of a script, unquoted
        raise CannotUse(
            f"The path {parent} cannot be written in a job script: choose another "
            "`shared_temp_directory`."
        )
    try:
        make_private(parent)
        made = tempfile.TemporaryDirectory(prefix="dask-", dir=parent, ignore_cleanup_errors=True)
    except OSError as error:
        raise CannotUse(f"{parent} cannot be written: {error.strerror or error}.") from error
    with made as folder:
        yield Path(folder)


def _security(folder: Path) -> Security:
    """Create certificates for this run alone, in files that the jobs read."""
    roles = ("client", "scheduler", "worker")
    found: Mapping[str, str] = Security.temporary().get_tls_config_for_role("worker")
    files = {key: folder / f"{key}.pem" for key in ("ca_file", "cert", "key")}
    for key, file in files.items():
        file.touch(mode=0o600)
        file.write_text(found[key])
    return Security(
        require_encryption=True,
        tls_ca_file=str(files["ca_file"]),
        **{f"tls_{role}_{key}": str(files[key]) for role in roles for key in ("cert", "key")},
    )


def _refusal(problem: str) -> str:
    """Return the command's error output, else its other output, without headings."""
    known, _, error = problem.rpartition("stderr:\n")
    lines = [line for line in known.splitlines() if not line.endswith(":")]
    return _last_lines(error) or _last_lines("\n".join(lines))


def _last_lines(text: str) -> str:
    """Return the last non-empty lines, joined to one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "; ".join(lines[-_MOST_SAID:]).rstrip(".")
