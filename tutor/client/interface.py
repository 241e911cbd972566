"""The interface of a client: what the rooms above need of whoever runs programs.

They are typed against these Protocols, so that tests, and clients for another machine, need no
processes of this one. This module must not import what starts processes: that is loaded only when
a client is made, so that the first screen does not wait for it.
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
    """Handle on one program under way.

    Once the program has ended, every request does nothing but `evaluate` and `forget`.
    """

    def events(self) -> AsyncIterator[tuple[RunEvent, ...]]:
        """Yield the events of the run in batches, the last of which ends with `RunEnded`.

        May be iterated once. Closing the iterator early ends the run.
        """
        ...

    def stop(self) -> None:
        """Interrupt the program, which is killed if it does not end soon; called again, kill it."""
        ...

    def pause(self, number: int) -> None:
        """Pause before the next phase of the training, or anywhere if the program comes to none.

        An event `Paused` with the same number confirms it.
        """
        ...

    def step_phase(self, number: int, length: StepLength = "phase") -> None:
        """Go on to the next phase, step or epoch of the training, and pause there.

        An event `Paused` with the same number confirms it.
        """
        ...

    def resume(self) -> None:
        """Go on, and withdraw any pause that was asked for."""
        ...

    def watch(self, views: tuple[str, ...]) -> None:
        """Have these views of the command told of while the program runs, and no others."""
        ...

    def extend(self, seconds: float) -> None:
        """Raise the time limit by so many seconds, up to `Limits.max_seconds`."""
        ...

    async def evaluate(self, expression: str, columns: int = 0) -> Evaluation:
        """Return what comes of an expression on what the program has left when it ended.

        Only the newest watched run is kept, if its command asks for it, and only as long as there
        is memory for it and the worker does not fall asleep: after that the outcome is `gone`.
        `columns` are those that the value is shown in, 0 if unknown.
        """
        ...

    def forget(self) -> None:
        """Give back what the program has left: nobody will ask for it."""
        ...


class Client(Runner, Protocol):
    """What the app needs of a client: programs to watch or to judge, and the worker's state."""

    on_state: OnState | None
    """Callback for changes of the worker's state; None for none. It may be set at any time."""

    @property
    def state(self) -> WorkerStateChanged:
        """The current state of the worker."""
        ...

    async def start(self) -> None:
        """Start the worker, and return at once; `on_state` reports how that goes on."""
        ...

    def shortage(self) -> Shortage | None:
        """Return how short of memory the machine is, None if there is enough or nobody knows."""
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
        """Whether `observe_ahead` may be called now: it would harm and delay nothing."""
        ...

    async def observe_ahead(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Run a program that nobody has asked for yet; when somebody does, this run is given."""
        ...

    def forget_ahead(self) -> None:
        """End all programs that nobody has asked for, and drop what came of them."""
        ...

    def want_spares(self, count: int) -> None:
        """Set how many processes are to wait ready for the next programs."""
        ...

    def stop(self) -> None:
        """Interrupt all programs of the learner, also those of a check; called again, kill them."""
        ...

    async def printed(self) -> TranscriptExcerpt | None:
        """Return a file with all output of the newest watched run, None if it printed nothing."""
        ...

    async def close(self) -> None:
        """End every process, and return when none is left."""
        ...


class DescribedClient(Client, Protocol):
    """A client whose worker can be described, as commands need it, which have no screen."""

    @property
    def connection(self) -> Connection | None:
        """The way to the machine of the worker, as it is or was; None where it is this one."""
        ...

    def describe(self) -> WorkerFacts:
        """Return the facts of the worker: how programs are kept apart, and how fast they run."""
        ...

    async def settle(self) -> WorkerFacts:
        """Wait until the worker is ready or has failed, and return its facts."""
        ...
