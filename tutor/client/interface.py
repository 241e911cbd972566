"""The interface of a client, as the rooms above use it.

They are typed against these Protocols, so that tests, and clients for another machine, need no
processes of this one. This module must not import code that starts processes: it is loaded only
when a client is made, so that the first screen does not wait for it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Protocol

from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, Question, StepLength
from tutor.wire.events import Evaluation, Observation, RunEvent, WorkerStateChanged

if TYPE_CHECKING:
    from tutor.client.connection import Connection
    from tutor.client.memory_shortage import Shortage
    from tutor.client.transcript import TranscriptExcerpt
    from tutor.client.worker_facts import WorkerFacts

OnState = Callable[[WorkerStateChanged], None]
"""Callback for a change of the worker's state; it is called in the event loop."""


class RunHandle(Protocol):
    """Handle on one running program.

    Once the program has ended, only `evaluate` and `forget` have an effect.
    """

    def events(self) -> AsyncIterator[tuple[RunEvent, ...]]:
        """Yield the events of the run in batches, the last of which ends with `RunEnded`.

        May be iterated once. Closing the iterator early ends the run.
        """
        ...

    def stop(self) -> None:
        """Interrupt the program, and kill it if it does not end soon; called again, kill it."""
        ...

    def pause(self, number: int) -> None:
        """Pause before the next phase of the training, or anywhere if there is no phase.

        An event `Paused` with the same number confirms it.
        """
        ...

    def step_phase(self, number: int, length: StepLength = "phase") -> None:
        """Continue to the next phase, step or epoch of the training, and pause there.

        An event `Paused` with the same number confirms it.
        """
        ...

    def resume(self) -> None:
        """Continue, and withdraw any request to pause."""
        ...

    def watch(self, views: tuple[str, ...]) -> None:
        """Report these views of the command during the run, and no others."""
        ...

    def bind(self, numbers: dict[str, int | float]) -> None:
        """Bind names of the program to numbers before its next training step."""
        ...

    def extend(self, seconds: float) -> None:
        """Raise the time limit by that many seconds, up to `Limits.max_seconds`."""
        ...

    async def evaluate(self, expression: str, columns: int = 0) -> Evaluation:
        """Evaluate an expression in the names that the program left at its end.

        Only the newest watched run is kept, if its command asks for it, and only as long as there
        is memory for it and the worker does not fall asleep: after that the outcome is `gone`.
        `columns` is the width in which the value is shown, 0 if unknown.
        """
        ...

    def forget(self) -> None:
        """Release the values that the program left."""
        ...


class Client(Runner, Protocol):
    """The client's interface for the app: programs to watch or judge, and the worker's state."""

    on_state: OnState | None
    """Callback for changes of the worker's state; None for none. It may be set at any time."""

    @property
    def state(self) -> WorkerStateChanged:
        """The current state of the worker."""
        ...

    async def start(self) -> None:
        """Start the worker, and return at once; `on_state` reports its progress."""
        ...

    def shortage(self) -> Shortage | None:
        """Return the shortage of memory; None if there is enough or it is unknown."""
        ...

    def keep_awake(self) -> None:
        """Keep the worker from falling asleep, or wake it, since the learner is at work."""
        ...

    def begin(self, command: Execute, questions: tuple[Question, ...] = ()) -> RunHandle:
        """Start a watched program at once, and return its handle.

        The program does not wait until its events are read, but the caller must read them.
        """
        ...

    @property
    def can_run_ahead(self) -> bool:
        """Return True if `observe_ahead` would harm and delay nothing now."""
        ...

    async def observe_ahead(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run a program that nobody has requested yet; a later request gets this run."""
        ...

    def forget_ahead(self) -> None:
        """End all runs ahead, and drop their results."""
        ...

    def want_spares(self, count: int) -> None:
        """Set the number of spare processes for the next programs."""
        ...

    def stop(self) -> None:
        """Interrupt all programs of the learner, also those of a check; called again, kill them."""
        ...

    async def printed(self) -> TranscriptExcerpt | None:
        """Return a file with all output of the newest watched run; None if it printed nothing."""
        ...

    async def close(self) -> None:
        """End every process, and return when none is left."""
        ...


class DescribedClient(Client, Protocol):
    """A client whose worker can be described, as needed by commands without a screen."""

    @property
    def connection(self) -> Connection | None:
        """Current or last connection to the worker's machine; None for this machine."""
        ...

    def describe(self) -> WorkerFacts:
        """Return the facts of the worker: its protection, and its speed."""
        ...

    async def settle(self) -> WorkerFacts:
        """Wait until the worker is ready or has failed, and return its facts."""
        ...
