"""The client's face: what the rooms above ask of whoever runs programs, here or on another machine.

They are typed against these Protocols, so that tests and later clients need no processes of this
machine. Nothing here imports what starts processes: that is loaded when a client is made.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Protocol

from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, Question
from tutor.wire.events import RunEvent, WorkerStateChanged

if TYPE_CHECKING:
    from tutor.client.memory_shortage import Shortage
    from tutor.client.transcript import TranscriptExcerpt

OnState = Callable[[WorkerStateChanged], None]
"""Called with each change of the worker's state, in the event loop."""


class RunHandle(Protocol):
    """One program under way. Once it has ended, asking it for something does nothing."""

    def events(self) -> AsyncIterator[tuple[RunEvent, ...]]:
        """Yield what the run tells in batches, the last of which ends with `RunEnded`.

        To be taken once. If the iterator is closed early, the run ends.
        """
        ...

    def stop(self) -> None:
        """Ask the program to stop; the second time, end it without asking."""
        ...

    def pause(self, number: int) -> None:
        """Pause before the next phase of its training, or where it stands if it comes to none.

        An event `Paused` with that number tells of it.
        """
        ...

    def step_phase(self, number: int) -> None:
        """Let it go on to the next phase of its training, and pause it there under that number."""
        ...

    def resume(self) -> None:
        """Let it go on for good."""
        ...

    def extend(self, seconds: float) -> None:
        """Give it so much more time, but no more than its limits allow."""
        ...


class Client(Runner, Protocol):
    """What the app needs of a worker client."""

    on_state: OnState | None
    """Whom to tell of the worker's state. May be set later by somebody else than who made it."""

    @property
    def state(self) -> WorkerStateChanged:
        """The worker as it is now."""
        ...

    async def start(self) -> None:
        """Begin to start the worker and return at once; `on_state` tells how it goes on."""
        ...

    def shortage(self) -> Shortage | None:
        """Tell whether there is less memory now than the worker needs."""
        ...

    def keep_awake(self) -> None:
        """Keep the worker from falling asleep, or wake it: the learner is at work."""
        ...

    def begin(self, command: Execute, questions: tuple[Question, ...] = ()) -> RunHandle:
        """Start a program that is watched, at once: it runs while the screen still draws.

        Who begins one takes its events.
        """
        ...

    def want_spares(self, count: int) -> None:
        """Let so many processes wait for the next programs."""
        ...

    def stop(self) -> None:
        """Stop every program of the learner's, also those of a check; again: end them at once."""
        ...

    def printed(self) -> TranscriptExcerpt | None:
        """Give the file with all output of the newest watched run; None if it printed nothing."""
        ...

    async def close(self) -> None:
        """End every process, and wait until none is left."""
        ...
