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

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class NotProtected(Exception):
    """Programs could reach what is the user's; the message says what, and why."""


def with_worker(
    action: Callable[[DescribedClient], Coroutine[Any, Any, Result]],
    config: Config,
    places: Places,
    *,
    trusted: bool = True,
    parallel: int | None = None,
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
        client = make_client(
            config,
            places,
            on_state=on_state,
            parallel=parallel,
            parallel_batches=parallel_batches,
        )
        await client.start()
        try:
            if not trusted and (reason := (await client.settle()).unprotected):
                raise NotProtected(reason)
            return await action(client)
        finally:
            await client.close()

    return run_until_signal(run_action)


def run_until_signal(action: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Return the result of the action; a signal cancels it, and raises KeyboardInterrupt."""

    async def run_action() -> Result:
        _cancel_on_signals()
        return await action()

    with _interrupted_by_signals():
        try:
            return asyncio.run(run_action())
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


def _cancel_on_signals() -> None:
    """Have the signals cancel the current task, whose unwinding closes the worker.

    An exception that a handler raises could come in any task, or in the middle of one of asyncio's
    own functions.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for number in _SIGNALS:
        loop.add_signal_handler(number, task.cancel)


@contextmanager
def _interrupted_by_signals() -> Iterator[None]:
    """Have the signals raise KeyboardInterrupt while no task can be cancelled yet, or any more.

    By default SIGTERM would end the process at once.
    """

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    old_handlers = [signal.signal(number, interrupt) for number in _SIGNALS]
    try:
        yield
    finally:
        for number, handler in zip(_SIGNALS, old_handlers, strict=True):
            signal.signal(number, handler)
