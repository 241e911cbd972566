"""Workers of Dask as jobs of a batch system, by dask-jobqueue: submitted, watched and cancelled.

Jobs may wait for hours, be refused, or end before they start to work. Dask waits in silence; this
module reports what the batch system says about them.
"""

from __future__ import annotations

import asyncio
import logging
import shlex
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import dask.config
from distributed import Security
from distributed.core import Status
from distributed.deploy.spec import SpecCluster

from tutor.authoring.batch.batch_systems import (
    SYSTEMS,
    BatchSystem,
    lifetime_options,
    walltime_seconds,
)
from tutor.authoring.batch.dask_clusters import NO_PAGES, SLOTS
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
_ASK_AFTER_S = (10.0, 30.0)
"""Seconds without a worker after which the batch system is asked about the jobs."""
_ASK_EVERY_S = 60.0
_TELL_AFTER_S = 30.0
_TELL_EVERY_S = 300.0
_COME_AGAIN_S = 180.0
"""Seconds in which Dask notices that the jobs have ended, and submits others."""
_CANCELLED_S = 10.0
_MOST_SAID = 3
"""Maximum lines shown of a command's output."""

_SAFE_PATH = "export PYTHONSAFEPATH=1"
"""Keeps files in the command's folder from being imported as modules."""


@dataclass
class _Submitted:
    """The fate of all submitted jobs."""

    system: BatchSystem
    numbers: list[str] = field(default_factory=list)
    """Numbers of the wanted jobs."""
    closed: list[str] = field(default_factory=list)
    """Numbers of the released jobs."""
    refusals: list[str] = field(default_factory=list)
    """Messages of the batch system in place of a number."""
    outlived: int = 0
    """Number of refusals before the last end of a job, after which a new one may be accepted."""

    async def said(self, *, of_closed: bool = False) -> _Said:
        """Ask the batch system about the wanted jobs, or about the released ones."""
        jobs = self.closed if of_closed else self.numbers
        command = self.system.question(jobs)
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            return _Said([], f"{command[0]} cannot be started, {error.strerror or error}")
        out, err = await process.communicate()
        words = err.decode(errors="replace") if process.returncode else ""
        failed = "" if self.system.knows_none(words) else _last_lines(words)
        return _Said(self.system.lines_of(jobs, out.decode(errors="replace")), failed)


class _Said(NamedTuple):
    """The batch system's lines on jobs, and the reason if it did not answer."""

    lines: list[str]
    problem: str


class JobsCluster:
    """The workers of a batch system, between none and the given maximum."""

    def __init__(
        self,
        cluster: SpecCluster,
        security: Security,
        submitted: _Submitted,
        logs: Path,
        begun: float,
        tell: Callable[[str], None],
    ) -> None:
        """Watch a cluster of dask-jobqueue; logs older than `begun` are not of its jobs."""
        self.cluster = cluster
        self.security = security
        self._submitted = submitted
        self._logs = logs
        self._begun = begun
        self._tell = tell
        self._told_refusals = 0

    async def watch(self) -> None:
        """Report what it waits for; raise WorkerGone if no worker will come."""
        had_workers = False
        while True:
            if self.cluster.scheduler_info["workers"]:
                had_workers = True
                self._tell_refusals()
            else:
                await self._wait_for_a_worker(_COME_AGAIN_S if had_workers else 0.0)
            await asyncio.sleep(_LOOK_S)

    async def _wait_for_a_worker(self, come_again_s: float) -> None:
        """Wait for a worker; jobs that ended may be without a successor for `come_again_s`."""
        now = asyncio.get_running_loop().time
        begun = known = now()
        times = chain(_ASK_AFTER_S, count(_ASK_EVERY_S, _ASK_EVERY_S))
        ask_at, tell_at = next(times), _TELL_AFTER_S
        while not self.cluster.scheduler_info["workers"]:
            await asyncio.sleep(_LOOK_S)
            self._give_up_if_refused()
            waited = now() - begun
            if waited < ask_at or not self._submitted.numbers:
                continue
            ask_at = next(times)
            said = await self._submitted.said()
            if not (said.lines or said.problem):
                if now() - known >= come_again_s:
                    words = self._log_words()
                    raise WorkerGone(f"The jobs have ended, but no worker has started.{words}")
                continue
            known = now()
            if waited >= tell_at:
                tell_at = waited + _TELL_EVERY_S
                self._tell_what_is_waited_for(said, waited)

    def _tell_what_is_waited_for(self, said: _Said, waited: float) -> None:
        lines = said.lines or [said.problem]
        more = len(lines) - _MOST_SAID
        words = "; ".join(lines[:_MOST_SAID]) + (f" and {more} more" if more > 0 else "")
        self._tell(
            f"No worker has started after {waited:.0f} s. {self._submitted.system.ask[0]} says: "
            f"{words}. Stopping this command cancels the jobs."
        )

    def _tell_refusals(self) -> None:
        for words in self._submitted.refusals[self._told_refusals :]:
            self._tell(f"A further job was refused: {words}.")
        self._told_refusals = len(self._submitted.refusals)

    def _give_up_if_refused(self) -> None:
        newer = self._submitted.refusals[self._submitted.outlived :]
        if newer and not self._submitted.numbers:
            raise WorkerGone(f"The job was refused: {newer[-1]}.")

    def _log_words(self) -> str:
        """Return the end of the newest log that has content."""
        with suppress(OSError):
            files = [*self._logs.glob("*.err"), *self._logs.glob("*.out")]
            logs = [(at, file) for file in files if (at := file.stat().st_mtime) >= self._begun]
            for _, file in sorted(logs, reverse=True):
                if words := _last_lines(file.read_text(errors="replace")):
                    return f" The last output of one of them: {words}."
        return ""


@asynccontextmanager
async def jobs_cluster(
    place: ClusterPlace,
    places: Places,
    tell: Callable[[str], None],
    scheduler_options: dict[str, Any],
) -> AsyncIterator[JobsCluster]:
    """Submit jobs as there is work, and cancel all of them in the end.

    Keys and logs are in a folder of this run, which all machines must see: it is in the data
    folder, which no answer can read. Raises CannotUse, and ImportError without dask-jobqueue.
    """
    dask.config.set({"distributed.deploy.lost-worker-timeout": _COMES_BACK})
    submitted = _Submitted(SYSTEMS[place.system])
    make_cluster, job_class = _classes(submitted.system)  # also loads Dask's settings for jobs
    arguments = place.arguments | _own_arguments(place, scheduler_options)
    shared = arguments.pop("shared_temp_directory", None) or _named(place, "shared_temp_directory")
    with _run_folder(Path(str(shared)).expanduser() if shared else places.data) as folder:
        security = _security(folder)
        begun = folder.stat().st_mtime  # by the clock of the file server, which also dates the logs
        arguments["log_directory"] = logs = str(_named(place, "log_directory") or folder)
        try:
            cluster = make_cluster(
                **arguments, security=security, job_cls=_recording_job(job_class, submitted)
            )
        except (TypeError, ValueError) as problem:
            words = str(problem).partition("\n")[0].removesuffix(", for example:")
            raise CannotUse(f"dask-jobqueue cannot use that for {place.system}: {words}.") from None
        try:
            async with cluster:
                cluster.adapt(
                    minimum=0, maximum=place.workers, wait_count=_IDLE_LOOKS, target_duration=_SOON
                )
                yield JobsCluster(cluster, security, submitted, Path(logs), begun, tell)
        finally:
            await _until_cancelled(submitted, tell)


def _classes(system: BatchSystem) -> tuple[Callable[..., SpecCluster], type[Job]]:
    """Return the classes of a cluster and of its jobs.

    The import of dask-jobqueue takes over Ctrl+C: that is undone.
    """
    before = signal.getsignal(signal.SIGINT)
    try:
        import dask_jobqueue
    finally:
        signal.signal(signal.SIGINT, before)
    found = getattr(dask_jobqueue, system.cluster)
    return found, found.job_cls


def _recording_job(base: type[Job], submitted: _Submitted) -> type[Job]:
    """Return a job class that records its number, or why it was refused.

    Dask would silently submit it again each second.
    """

    class RecordingJob(base):  # type: ignore[misc,valid-type] # a class of each batch system
        async def start(self) -> None:
            try:
                await super().start()
            except (OSError, RuntimeError, ValueError) as problem:
                submitted.refusals.append(_refusal(str(problem)))
                self.status = Status.running
            else:
                submitted.numbers.append(self.job_id)

        async def close(self) -> None:
            await super().close()
            if self.job_id in submitted.numbers:
                submitted.numbers.remove(self.job_id)
                submitted.closed.append(self.job_id)
                submitted.outlived = len(submitted.refusals)
            self.status = Status.closed

    return RecordingJob


def _own_arguments(place: ClusterPlace, scheduler_options: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a job that are added, or replace given ones."""
    if not all(_named(place, key) for key in ("cores", "memory")):
        raise CannotUse(
            f"A job of {place.system} needs `cores` and `memory`: in a TOML file with "
            f'`kind = "{place.system}"`, or in Dask\'s settings (`jobqueue.{place.system}`).'
        )
    options = _listed(place, "worker_extra_args")
    seconds = walltime_seconds(SYSTEMS[place.system], str(_named(place, "walltime")))
    if seconds is not None and "--lifetime" not in options:
        options += lifetime_options(seconds)
    options += ["--nthreads", str(SLOTS)]
    options += ["--memory-limit", "0"]  # the tutor's own limits hold, as in local_cluster
    options += ["--no-dashboard", "--dashboard-address", NO_PAGES]
    named = _named(place, "scheduler_options")
    return {
        "processes": 1,
        "worker_extra_args": options,
        "job_script_prologue": [*_listed(place, "job_script_prologue"), _SAFE_PATH],
        "scheduler_options": {**(named if isinstance(named, dict) else {}), **scheduler_options},
        "silence_logs": logging.CRITICAL,
        "asynchronous": True,
    }


def _named(place: ClusterPlace, argument: str) -> object:
    """Return the argument in the file, else the one in Dask's settings, else None."""
    setting = f"jobqueue.{place.system}.{argument.replace('_', '-')}"
    found: object = place.arguments.get(argument) or dask.config.get(setting, None)
    return found


def _listed(place: ClusterPlace, argument: str) -> list[str]:
    found = _named(place, argument)
    return [str(each) for each in found] if isinstance(found, list | tuple) else []


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


async def _until_cancelled(submitted: _Submitted, tell: Callable[[str], None]) -> None:
    """Wait until the batch system has ended the jobs; report those that it has not."""
    until = asyncio.get_running_loop().time() + _CANCELLED_S
    while submitted.closed and (lines := (await submitted.said(of_closed=True)).lines):
        if asyncio.get_running_loop().time() > until:
            tell(f"Not cancelled yet: {'; '.join(lines)}.")
            return
        await asyncio.sleep(_LOOK_S)


def _refusal(problem: str) -> str:
    """Return the command's error output, else its other output, without headings."""
    known, _, error = problem.rpartition("stderr:\n")
    lines = [line for line in known.splitlines() if not line.endswith(":")]
    return _last_lines(error) or _last_lines("\n".join(lines))


def _last_lines(text: str) -> str:
    """Return the last non-empty lines, joined to one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "; ".join(lines[-_MOST_SAID:]).rstrip(".")
