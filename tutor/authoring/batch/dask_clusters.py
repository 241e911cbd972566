"""The Dask cluster of one command: connected to, or started and ended with the command.

It knows schedulers, workers and certificates, and nothing of answers. Anybody who can connect to a
scheduler can run programs as its owner, so every connection uses TLS.
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

SLOTS = 32
"""Answers sent to a worker at once. It judges as many as its machine allows, and the others wait
there."""

NO_PAGES = "127.0.0.1:0"
"""Address for the web pages that are turned off: Dask always opens a port for them."""

_COMES_BACK = "1 hour"

_FAILURES = 2
"""Deaths of workers that Dask tolerates for an answer, often caused by another one; its settings
may allow fewer."""


class Connected(NamedTuple):
    """A connected cluster."""

    client: Client
    slots: int
    """Answers that its workers take at once; at most, if there may be fewer workers."""
    watch: Callable[[], Coroutine[Any, Any, None]] | None = None
    """Runs beside the work, and raises an error once there is no more hope for it."""


@asynccontextmanager
async def connected(
    place: ClusterPlace, places: Places, tell: Callable[[str], None]
) -> AsyncIterator[Connected]:
    """Connect to the cluster, or start it and leave nothing of it behind.

    `tell` gets messages about waiting. Raises CannotUse, ImportError if a part of Dask is missing,
    and errors of the connection.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # deaths are reported as verdicts
    dask.config.set({f"distributed.{part}.http.routes": [] for part in ("scheduler", "worker")})
    if place.kind == "scheduler":
        async with Client(place.address, security=_own(place), asynchronous=True) as client:
            found = await client.scheduler.identity()
            slots = sum(worker["nthreads"] for worker in found["workers"].values())
            yield Connected(client, max(1, slots))
    elif place.kind == "jobs":
        from tutor.authoring.batch.dask_jobs import jobs_cluster  # an extra of Dask

        async with (
            jobs_cluster(place, places, tell) as (jobs, security, watch),
            Client(jobs, security=security, asynchronous=True) as client,
        ):
            yield Connected(client, place.workers * SLOTS, watch)
    else:
        security = Security.temporary()
        async with (
            local_cluster(place.workers, security) as cluster,
            Client(cluster, security=security, asynchronous=True) as client,
        ):
            yield Connected(client, place.workers * SLOTS)


def local_cluster(workers: int, security: Security) -> LocalCluster:
    """Return a cluster of local workers, to which nobody else can connect."""
    # a worker on a busy machine may need long to restart; Dask would not wait for it
    dask.config.set({"distributed.deploy.lost-worker-timeout": _COMES_BACK})
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=SLOTS,
        processes=True,
        protocol="tls://",
        host="tls://127.0.0.1",
        security=security,  # other accounts on this machine can reach this address, too
        scheduler_kwargs={
            key: scheduler_options()[key] for key in ("allowed_failures", "dashboard")
        },
        dashboard_address=NO_PAGES,
        worker_dashboard_address=NO_PAGES,
        memory_limit=0,  # the tutor's own limits hold; Dask would kill the worker
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
    """Return the certificates of the file, or those of Dask's settings."""
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
            f"{place.address} needs certificates: name them in a TOML file or in Dask's settings "
            "(`distributed.comm.tls`)."
        )
    return security
