"""Answers judged by the workers of a Dask cluster, for `nntutor grade --dask`.

The only module that imports Dask, itself imported only where the option is given. Whoever can
connect to a scheduler can run programs as its owner, so that nothing here speaks without TLS.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import platform
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import CancelledError as FutureCancelled
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import dask.config
from distributed import Client, LocalCluster, Security, Worker, WorkerPlugin, get_worker
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from tutor import __version__
from tutor.authoring.batch.answer_lines import read_answer
from tutor.authoring.batch.chunks import ChunkLost, InChunks
from tutor.authoring.batch.cluster_place import NEEDS_DASK
from tutor.authoring.batch.command import default_jobs
from tutor.authoring.batch.judging import WithRunner, WorkerGone
from tutor.authoring.batch.verdict_file import CannotUse
from tutor.authoring.capped_runner import CappedRunner
from tutor.authoring.json_lines import json_line
from tutor.authoring.surroundings import JUDGING, surroundings
from tutor.client.factory import make_client
from tutor.client.short_lived import NotProtected
from tutor.config import Caps, Config
from tutor.control_group import cores

if TYPE_CHECKING:
    from tutor.authoring.batch.cluster_place import ClusterPlace
    from tutor.authoring.batch.command import BatchCommand
    from tutor.client.interface import DescribedClient
    from tutor.course.model import Course
    from tutor.paths import Places

    Result = TypeVar("Result")

_SAME_CODE = (*JUDGING, "authoring", "client")
"""The parts of the tutor that must be the same here and on each worker."""

_SLOTS = 2
"""Chunks that a worker judges at once: while one comes to its end, the other keeps it busy."""

_NO_PAGES = "127.0.0.1:0"
"""The address of web pages that are not there: Dask opens a port for them always."""

_COMES_BACK = "1 hour"

_FAILURES = 2
"""Deaths of workers that Dask forgives a chunk, often those of another one; its settings may say
fewer."""


async def grade_on(
    place: ClusterPlace,
    command: BatchCommand,
    course: Course,
    places: Places,
    *,
    trusted: bool,
    jobs: int | None,
) -> bool:
    """Judge all lines of the command on a cluster; return True if all answers are accepted.

    `jobs` answers are judged at once by each worker, None for as many as its machine allows. Raises
    NotProtected, WorkerGone, and what the command does.
    """
    plugin = JudgingPlugin(course, places, trusted=trusted, jobs=jobs, caps=command.caps)
    try:
        async with _connected(place) as cluster:
            await cluster.client.register_plugin(plugin)
            try:
                sent = Sent(cluster.client, plugin.name)
                torch_version = await sent.torch_version()
                async with InChunks(sent.judge_chunk, cluster.workers * _SLOTS) as chunks:
                    return await command.run_with(chunks, torch_version)
            finally:
                await cluster.client.unregister_worker_plugin(plugin.name)
    except ImportError as missing:  # parts of Dask are packages of their own
        raise CannotUse(NEEDS_DASK) from missing
    except (OSError, TimeoutError, ChunkLost) as error:
        raise WorkerGone(f"The cluster cannot be used: {error}.") from error


class JudgingPlugin(WorkerPlugin):
    """A worker of PyTorch beside each worker of Dask, which judges the answers of its chunks."""

    def __init__(
        self,
        course: Course,
        places: Places,
        *,
        trusted: bool,
        jobs: int | None,
        caps: Caps | None = None,
    ) -> None:
        """Take what each worker needs; all of it is sent there."""
        self.name = f"nntutor-{secrets.token_hex(8)}"  # others may use the same cluster
        self._course = pickle.dumps(course)  # read only once the code is known to be the same
        self._places = places
        self._trusted = trusted
        self._jobs = jobs
        self._caps = caps or Caps()
        self._code = surroundings(_SAME_CODE)
        self._versions = _versions()

    async def setup(self, worker: Worker) -> None:
        """Start the worker of PyTorch, in the loop of the worker of Dask.

        A thread that starts it would take it along when it ends.
        """
        self._client: DescribedClient | None = None
        self._judge: WithRunner | None = None
        self._problem: Exception | None = self._difference()
        if self._problem is None:
            await self._start()

    async def teardown(self, worker: Worker) -> None:
        """Close the worker of PyTorch."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def judge(self, lines: list[bytes]) -> list[bytes]:
        """Return a record for each line."""
        judge = self._ready()
        return [
            json_line(record)
            for record in await asyncio.gather(*(judge.record(read_answer(e)) for e in lines))
        ]

    def torch_version(self) -> str:
        """Return the version of PyTorch here."""
        self._ready()
        assert self._client is not None
        return self._client.describe().torch_version

    def _ready(self) -> WithRunner:
        if self._problem is not None:
            raise self._problem
        assert self._judge is not None
        return self._judge

    def _difference(self) -> Exception | None:
        if surroundings(_SAME_CODE) == self._code:
            return None
        return WorkerGone(
            f"{socket.gethostname()} has {_versions()}, and not what is here, {self._versions}: "
            "the programs of nntutor and its libraries must be the same."
        )

    async def _start(self) -> None:
        jobs = self._jobs or default_jobs()
        self._client = client = make_client(
            Config(network=False, limits=self._caps),
            self._places,
            parallel=jobs,
            parallel_batches=max(1, min(jobs, cores()) // 2),
        )
        await client.start()
        facts = await client.settle()
        if facts.phase != "ready":
            self._problem = WorkerGone(f"On {socket.gethostname()}: {facts.reason}")
        elif not self._trusted and facts.unprotected:
            self._problem = NotProtected(f"On {socket.gethostname()}: {facts.unprotected}")
        else:
            course: Course = pickle.loads(self._course)
            runner = CappedRunner(client, self._caps)
            self._judge = WithRunner(course, runner, at_once=jobs, recover=self._recover)

    async def _recover(self) -> None:
        assert self._client is not None
        await self._client.start()  # it has given up if too many have died in a row
        facts = await self._client.settle()
        if facts.phase != "ready":
            raise WorkerGone(f"On {socket.gethostname()}: {facts.reason}")


class Sent:
    """What is sent to the workers of a cluster, and comes back."""

    def __init__(self, client: Client, plugin: str) -> None:
        self._client = client
        self._plugin = plugin

    async def judge_chunk(self, lines: list[bytes]) -> list[bytes]:
        """Have a chunk judged; raise ChunkLost if the workers that did it have gone."""
        return await self._result(_judge_chunk, self._plugin, lines)

    async def torch_version(self) -> str:
        """Return the version of PyTorch on the workers, which is the same on all."""
        return await self._result(_torch_version, self._plugin)

    async def _result(
        self, function: Callable[..., Coroutine[Any, Any, Result]], *arguments: object
    ) -> Result:
        try:
            future = self._client.submit(function, *arguments, pure=False)
            found: Result = await future.result()
        except (KilledWorker, FutureCancelled, CommClosedError) as error:
            raise ChunkLost(str(error)) from error
        return found


async def _judge_chunk(plugin: str, lines: list[bytes]) -> list[bytes]:
    return await _plugin_here(plugin).judge(lines)


async def _torch_version(plugin: str) -> str:
    return _plugin_here(plugin).torch_version()


def _plugin_here(name: str) -> JudgingPlugin:
    plugin = get_worker().plugins[name]
    assert isinstance(plugin, JudgingPlugin)
    return plugin


class _Cluster(NamedTuple):
    client: Client
    workers: int


@asynccontextmanager
async def _connected(place: ClusterPlace) -> AsyncIterator[_Cluster]:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # deaths are told as verdicts
    dask.config.set({f"distributed.{part}.http.routes": [] for part in ("scheduler", "worker")})
    # on a busy machine a worker may need long to come back, and is not waited for by default
    dask.config.set({"distributed.deploy.lost-worker-timeout": _COMES_BACK})
    if place.kind == "scheduler":
        async with Client(place.address, security=_own(place), asynchronous=True) as client:
            found = await client.scheduler.identity()
            yield _Cluster(client, max(1, len(found["workers"])))
        return
    security = Security.temporary()
    async with (
        local_cluster(place.workers, security) as cluster,
        Client(cluster, security=security, asynchronous=True) as client,
    ):
        yield _Cluster(client, place.workers)


def local_cluster(workers: int, security: Security) -> LocalCluster:
    """Return a cluster of so many workers here, to which nobody else can connect."""
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=_SLOTS,
        processes=True,
        protocol="tls://",
        host="tls://127.0.0.1",
        security=security,  # whoever else has an account here can reach this address, too
        scheduler_kwargs={"allowed_failures": _forgiven(), "dashboard": False},
        dashboard_address=_NO_PAGES,
        worker_dashboard_address=_NO_PAGES,
        memory_limit=0,  # the tutor's own limits hold; Dask would end the worker with all it judges
        silence_logs=logging.CRITICAL,
        asynchronous=True,
    )


def _forgiven() -> int:
    return min(_FAILURES, int(dask.config.get("distributed.scheduler.allowed-failures")))


def _own(place: ClusterPlace) -> Security:
    """Return the certificates of the file, those of Dask's own settings if it names none."""
    files = place.certificates
    try:
        security = Security(
            require_encryption=True,
            **{f"tls_client_{key}": files[key] for key in ("cert", "key") if key in files},
            **({"tls_ca_file": files["ca"]} if "ca" in files else {}),
        )
        found = security.get_connection_args("client")["ssl_context"]
    except OSError as error:
        raise CannotUse(f"The certificates cannot be used: {error}.") from error
    if found is None:
        raise CannotUse(
            f"{place.address} needs certificates: a TOML file names them, or Dask's settings do "
            "(`distributed.comm.tls`)."
        )
    return security


def _versions() -> str:
    return f"nntutor {__version__}, Python {platform.python_version()}"
