"""A worker for the length of one command, as `nntutor grade` and `nntutor check` need it.

To its callers it is synchronous. However the command ends, also by a signal, the worker is closed
before: else its processes would outlive the command.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from tutor.client.factory import make_client
from tutor.wire.events import WorkerStateChanged

if TYPE_CHECKING:
    from tutor.client.interface import DescribedClient
    from tutor.config import Config
    from tutor.paths import Places

Result = TypeVar("Result")


class NotProtected(Exception):
    """Programs could reach what is the user's; the message says what, and why."""


def with_worker(
    action: Callable[[DescribedClient], Coroutine[Any, Any, Result]],
    config: Config,
    places: Places,
    *,
    trusted: bool = True,
    parallel_batches: int = 1,
    tell: Callable[[str], None] | None = None,
) -> Result:
    """Return the result of the action, called with a client whose worker is gone afterwards.

    `tell` is called with what is waited for, where the worker is on another machine.
    Raises NotProtected, before anything is run, if programs are not `trusted` and the kernel cannot
    keep them from the network and the user's files.
    """

    def on_state(state: WorkerStateChanged) -> None:
        if tell is not None and state.phase in ("waiting", "unreachable"):
            tell(state.reason)

    async def run_action() -> Result:
        client = make_client(config, places, on_state=on_state, parallel_batches=parallel_batches)
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
    """Have SIGTERM and SIGINT raise KeyboardInterrupt, whose unwinding closes the worker.

    By default SIGTERM would end the process at once, and asyncio would hold a Ctrl+C back until a
    blocking read of the input returns.
    """

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGINT)
    old_handlers = [signal.signal(number, interrupt) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, old_handlers, strict=True):
            signal.signal(number, handler)
