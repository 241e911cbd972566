"""The Dask cluster of one command, connected to, and for as long as that runs.

It knows schedulers, workers and certificates, and nothing of answers. Whoever can connect to a
scheduler can run programs as its owner, so that nothing here speaks without TLS.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import dask.config
from distributed import Client, LocalCluster, Security

from tutor.authoring.batch.verdict_file import CannotUse

if TYPE_CHECKING:
    from tutor.authoring.batch.cluster_place import ClusterPlace
    from tutor.paths import Places

SLOTS = 2
"""Chunks that a worker judges at once: while one comes to its end, the other keeps it busy."""

NO_PAGES = "127.0.0.1:0"
"""The address of web pages that are not there: Dask opens a port for them always."""

_COMES_BACK = "1 hour"

_FAILURES = 2
"""Deaths of workers that Dask forgives a chunk, often those of another one; its settings may say
fewer."""


class Connected(NamedTuple):
    """A cluster that is there."""

    client: Client
    workers: int
    """Workers that it has, or will have at most."""
    watch: Callable[[], Coroutine[Any, Any, None]] | None = None
    """What goes on beside the work, and raises where there is no more hope for it."""


@asynccontextmanager
async def connected(
    place: ClusterPlace, places: Places, tell: Callable[[str], None]
) -> AsyncIterator[Connected]:
    """Connect to the cluster, or start it and leave nothing of it behind.

    `tell` is called with what is waited for. Raises CannotUse, ImportError where Dask lacks a part,
    and what a connection does.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # deaths are told as verdicts
    dask.config.set({f"distributed.{part}.http.routes": [] for part in ("scheduler", "worker")})
    if place.kind == "scheduler":
        async with Client(place.address, security=_own(place), asynchronous=True) as client:
            found = await client.scheduler.identity()
            yield Connected(client, max(1, len(found["workers"])))
    elif place.kind == "jobs":
        from tutor.authoring.batch.dask_jobs import jobs_cluster  # an extra of Dask

        async with (
            jobs_cluster(place, places, tell, scheduler_options()) as jobs,
            Client(jobs.cluster, security=jobs.security, asynchronous=True) as client,
        ):
            yield Connected(client, place.workers, jobs.watch)
    else:
        security = Security.temporary()
        async with (
            local_cluster(place.workers, security) as cluster,
            Client(cluster, security=security, asynchronous=True) as client,
        ):
            yield Connected(client, place.workers)


def local_cluster(workers: int, security: Security) -> LocalCluster:
    """Return a cluster of so many workers here, to which nobody else can connect."""
    # on a busy machine a worker may need long to come back, and is not waited for by default
    dask.config.set({"distributed.deploy.lost-worker-timeout": _COMES_BACK})
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=SLOTS,
        processes=True,
        protocol="tls://",
        host="tls://127.0.0.1",
        security=security,  # whoever else has an account here can reach this address, too
        scheduler_kwargs={
            key: scheduler_options()[key] for key in ("allowed_failures", "dashboard")
        },
        dashboard_address=NO_PAGES,
        worker_dashboard_address=NO_PAGES,
        memory_limit=0,  # the tutor's own limits hold; Dask would end the worker with all it judges
        silence_logs=logging.CRITICAL,
        asynchronous=True,
    )


def scheduler_options() -> dict[str, Any]:
    """Return the options of a scheduler that is started for one command."""
    allowed = int(dask.config.get("distributed.scheduler.allowed-failures"))
    return {
        "allowed_failures": min(_FAILURES, allowed),
        "dashboard": False,
        "dashboard_address": NO_PAGES,
    }


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
