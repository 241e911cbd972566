"""Answers judged by the workers of a Dask cluster, for `nntutor grade --dask`.

Imported only with that option. It knows what is sent to a worker and what comes back;
`dask_clusters` knows where the workers are.
"""

from __future__ import annotations

import asyncio
import pickle
import platform
import secrets
import socket
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError as FutureCancelled
from typing import TYPE_CHECKING, Any, TypeVar

from distributed import Client, Worker, WorkerPlugin, get_worker
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from tutor import __version__
from tutor.authoring.batch.answer_lines import read_answer
from tutor.authoring.batch.cluster_place import NEEDS_DASK
from tutor.authoring.batch.command import default_jobs
from tutor.authoring.batch.dask_clusters import Connected, connected
from tutor.authoring.batch.elsewhere import AnswerLost, Elsewhere
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
"""Parts of the tutor that must be the same here and on each worker."""


async def grade_on(
    place: ClusterPlace,
    command: BatchCommand,
    course: Course,
    places: Places,
    tell: Callable[[str], None],
    *,
    trusted: bool,
    jobs: int | None,
) -> bool:
    """Judge all lines of the command on a cluster; return True if all are accepted.

    Each worker judges `jobs` answers at once, or as many as its machine allows if None. `tell` gets
    messages about waiting. Raises NotProtected, WorkerGone, and errors of the command.
    """
    plugin = JudgingPlugin(course, places, trusted=trusted, jobs=jobs, caps=command.caps)
    try:
        async with connected(place, places, tell) as cluster:
            judging = _judge_there(command, cluster, plugin)
            return await (judging if cluster.watch is None else _watched(judging, cluster.watch()))
    except ImportError as missing:  # parts of Dask are packages of their own
        raise CannotUse(NEEDS_DASK) from missing
    except (OSError, TimeoutError, AnswerLost) as error:
        raise WorkerGone(f"The cluster cannot be used: {error}.") from error


async def _judge_there(command: BatchCommand, cluster: Connected, plugin: JudgingPlugin) -> bool:
    await cluster.client.register_plugin(plugin)
    try:
        sent = Sent(cluster.client, plugin.name)
        torch_version = await sent.torch_version()
        return await command.run_with(Elsewhere(sent.judge, cluster.slots), torch_version)
    finally:
        await cluster.client.unregister_worker_plugin(plugin.name)


async def _watched(work: Coroutine[Any, Any, Result], watch: Coroutine[Any, Any, None]) -> Result:
    """Return the work's result; an error of `watch` ends the work and is raised."""
    working, watching = asyncio.create_task(work), asyncio.create_task(watch)
    try:
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            watching.result()
        return await working
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


class JudgingPlugin(WorkerPlugin):
    """A worker of PyTorch beside each worker of Dask, which judges its answers."""

    def __init__(
        self,
        course: Course,
        places: Places,
        *,
        trusted: bool,
        jobs: int | None,
        caps: Caps | None = None,
    ) -> None:
        """Pack what each worker needs; all of it is sent there."""
        self.name = f"nntutor-{secrets.token_hex(8)}"  # others may use the same cluster
        self._course = pickle.dumps(course)  # unpickled only once the code is known to match
        self._places = places
        self._trusted = trusted
        self._jobs = jobs
        self._caps = caps or Caps()
        self._code = surroundings(_SAME_CODE)
        self._versions = _versions()

    async def setup(self, worker: Worker) -> None:
        """Start the worker of PyTorch, in the loop of the worker of Dask.

        A thread that starts it would end it with itself.
        """
        self._client: DescribedClient | None = None
        self._judge: WithRunner | None = None
        self._problem: Exception | None = self._difference()
        if self._problem is None:
            await self._start()

    async def teardown(self, worker: Worker) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def judge(self, line: bytes) -> bytes:
        return json_line(await self._ready().record(read_answer(line)))

    def torch_version(self) -> str:
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
            f"{socket.gethostname()} has {_versions()}, but this machine has {self._versions}: "
            "nntutor and its libraries must have the same versions."
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
        await self._client.start()  # the client has given up after too many deaths in a row
        facts = await self._client.settle()
        if facts.phase != "ready":
            raise WorkerGone(f"On {socket.gethostname()}: {facts.reason}")


class Sent:
    """The calls to the workers of a cluster."""

    def __init__(self, client: Client, plugin: str) -> None:
        self._client = client
        self._plugin = plugin

    async def judge(self, line: bytes) -> bytes:
        """Judge an answer on a worker; raise AnswerLost if its workers have vanished."""
        return await self._result(_judge, self._plugin, line)

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
            raise AnswerLost(str(error)) from error
        return found


async def _judge(plugin: str, line: bytes) -> bytes:
    return await _plugin_here(plugin).judge(line)


async def _torch_version(plugin: str) -> str:
    return _plugin_here(plugin).torch_version()


def _plugin_here(name: str) -> JudgingPlugin:
    plugin = get_worker().plugins[name]
    assert isinstance(plugin, JudgingPlugin)
    return plugin


def _versions() -> str:
    return f"nntutor {__version__}, Python {platform.python_version()}"
