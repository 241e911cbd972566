"""A worker for one command, as `nntutor grade` and `nntutor check` need it.

Synchronous on the outside. However the command ends, also by a signal, the worker is closed before
that: else its processes would outlive it.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from tutor.client.factory import make_client

if TYPE_CHECKING:
    from tutor.client.client import WorkerClient
    from tutor.config import Config
    from tutor.paths import Places

Result = TypeVar("Result")


class NotProtected(Exception):
    """A program could reach what is the user's. The sentence says what, and why."""


def with_worker(
    action: Callable[[WorkerClient], Coroutine[Any, Any, Result]],
    config: Config,
    places: Places,
    *,
    trusted: bool = True,
) -> Result:
    """Run the action with a worker of its own, which is gone when this returns.

    Raises NotProtected, before anything is run, where programs are not `trusted` and the kernel
    cannot keep them in.
    """

    async def run_action() -> Result:
        client = make_client(config, places)
        await client.start()
        try:
            if not trusted and (reason := (await client.settle()).unprotected):
                raise NotProtected(reason)
            return await action(client)
        finally:
            await client.close()

    with _interrupted_by_signals():
        return asyncio.run(run_action())


@contextmanager
def _interrupted_by_signals() -> Iterator[None]:
    """Lets SIGTERM, and a Ctrl+C during a blocking read, unwind: the worker is closed by that."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGINT)
    old_handlers = [signal.signal(number, interrupt) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, old_handlers, strict=True):
            signal.signal(number, handler)
