"""Between the client and the screen: one run streamed, and the runner that grading gets.

No widget is touched here; what happened is handed to a callback.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from tutor.config import Caps
from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation, RunEnded, RunEvent, WorkerStateChanged

if TYPE_CHECKING:
    from tutor.client.memory import Shortage
    from tutor.client.transcript import Printed

Tell = Callable[[tuple[RunEvent, ...]], None]
OnState = Callable[[WorkerStateChanged], None]


RUN_SECONDS = 60.0
"""Of a Run, if the config says nothing."""

MOST_SECONDS = 3_600.0
"""Of a Run, however often it is given more."""


class Client(Runner, Protocol):
    """What the app needs of a worker client."""

    @property
    def state(self) -> WorkerStateChanged:
        """The worker as it is now."""
        ...

    async def start(self) -> None:
        """Begins to start the worker; readiness comes as a state."""
        ...

    def shortage(self) -> Shortage | None:
        """Whether there is less memory now than the worker needs."""
        ...

    def keep_awake(self) -> None:
        """The learner is at work: the worker is not to fall asleep, and to wake if it has."""
        ...

    def run(
        self, command: Execute, questions: tuple[Question, ...] = ()
    ) -> AsyncIterator[tuple[RunEvent, ...]]:
        """Batches of events, the last of which is RunEnded."""
        ...

    def want_spares(self, count: int) -> None:
        """So many processes are to wait for the next programs."""
        ...

    def stop(self) -> None:
        """Ends the run; a second call kills at once."""
        ...

    def extend(self, seconds: float) -> None:
        """Gives the run so much more time."""
        ...

    def hold(self, number: int) -> None:
        """Pauses the run; an event `Paused` with that number tells of it."""
        ...

    def step_phase(self, number: int) -> None:
        """Lets a paused run go on to its next phase, and pauses it there."""
        ...

    def resume(self) -> None:
        """Lets a paused run go on."""
        ...

    def printed(self) -> Printed | None:
        """The file with all output of the newest run; None if there is none."""
        ...

    async def close(self) -> None:
        """Kills every process and waits until none is left."""
        ...


class ObservedClient(Client, Protocol):
    """One that was made by somebody else, and is told later whom to tell of its state."""

    on_state: OnState | None
    """Called with each change of the worker's state, in the event loop."""


async def stream(
    client: Client, command: Execute, questions: tuple[Question, ...], tell: Tell
) -> Observation:
    """Runs the program, tells each batch, and gives what is known at the end."""
    ended = Observation("lost", detail="The worker said nothing of how the run ended.")
    async for batch in client.run(command, questions):
        tell(batch)
        for event in batch:
            if isinstance(event, RunEnded):
                ended = event.observation
    return ended


def capped(command: Execute, caps: Caps) -> Execute:
    """The command within what the learner's config allows at most."""
    limits = command.limits
    seconds = min(limits.seconds, caps.seconds or limits.seconds)
    memory = min(limits.memory_mb, caps.memory_mb or limits.memory_mb)
    return replace(command, limits=replace(limits, seconds=seconds, memory_mb=memory))


def for_run(command: Execute, caps: Caps) -> Execute:
    """The command for a Run, which nobody waits for: it has more time than a check, and can be
    given more while it lasts, within what the learner's config allows at most."""
    limits = command.limits
    most = min(MOST_SECONDS, caps.seconds or MOST_SECONDS)
    wanted = caps.run_seconds or max(RUN_SECONDS, limits.seconds)
    limits = replace(limits, seconds=min(wanted, most), most_seconds=most)
    return capped(replace(command, limits=limits), caps)


class StreamingRunner:
    """A runner for grading: the learner's base run is shown live, all else goes by unseen."""

    def __init__(self, client: Client, tell: Tell, caps: Caps) -> None:
        self._client = client
        self._tell = tell
        self._caps = caps

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """One program of the learner."""
        command = capped(command, self._caps)
        if command.live:
            return await stream(self._client, command, questions, self._tell)
        return await self._client.observe(command, questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Programs of the lesson's author, which keep the lesson's limits."""
        return await self._client.observe_all(command)
