"""A worker for the length of one command, as `nntutor grade` and `nntutor check` need it.

It is synchronous for its callers. However the command ends, also by a signal, the worker is closed
first: else its processes would outlive the command.
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

_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


class StoppedBySignal(KeyboardInterrupt):
    """Raised if a signal stopped the command, once everything is closed."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        """Number of the signal."""

    @property
    def status(self) -> int:
        """Exit status for the signal, as in shells."""
        return 128 + self.number


class NotProtected(Exception):
    """Raised if programs could reach the user's files or network; the message says why."""


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
    """Call the action with a client, close its worker, and return the result.

    `tell` gets messages about waiting if the worker is on another machine. Raises NotProtected,
    before anything is run, if programs are not `trusted` and the kernel cannot keep them from the
    network and the user's files.
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
    """Return the result of the action; a signal cancels it, and raises StoppedBySignal."""
    came: list[int] = []

    async def run_action() -> Result:
        _cancel_on_signals(came)
        return await action()

    with _interrupted_by_signals():
        try:
            return asyncio.run(run_action())
        except asyncio.CancelledError:
            raise StoppedBySignal(came[0] if came else signal.SIGINT) from None


def _heeded() -> list[signal.Signals]:
    """Return the signals that stop the command, without SIGHUP if `nohup` has it ignored."""
    is_kept = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [number for number in _SIGNALS if number != signal.SIGHUP or not is_kept]


def _cancel_on_signals(came: list[int]) -> None:
    """Let signals cancel the current task, whose unwinding closes the worker.

    Their numbers are added to `came`.

    An exception that a handler raises could come in any task, or in the middle of one of asyncio's
    own functions.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def cancel(number: int) -> None:
        came.append(number)
        task.cancel()

    for number in _heeded():
        loop.add_signal_handler(number, cancel, number)


@contextmanager
def _interrupted_by_signals() -> Iterator[None]:
    """Raise StoppedBySignal for signals while there is no task to cancel.

    By default SIGTERM would end the process at once.
    """

    def interrupt(number: int, _frame: object) -> None:
        raise StoppedBySignal(number)

    old_handlers = {number: signal.signal(number, interrupt) for number in _heeded()}
    try:
        yield
    finally:
        for number, handler in old_handlers.items():
            signal.signal(number, handler)
