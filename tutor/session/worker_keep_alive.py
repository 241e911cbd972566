"""When there is a worker, and what waits in it: it is started before it is needed, and only then.

The client is made with the first wake, since to import it is slow. What a program costs in memory
is told before it is taken, except to a learner who asks for a run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.session.background import Background
from tutor.session.events import Event, NoticeGiven
from tutor.session.state import State

if TYPE_CHECKING:
    from tutor.client.interface import Client, OnState
    from tutor.client.memory_shortage import Shortage


class WorkerKeepAlive:
    """Makes the client, wakes its worker, and has programs of the author run ahead."""

    def __init__(
        self,
        state: Callable[[], State],
        dispatch: Callable[[Event], None],
        background: Background,
        make_client: Callable[[OnState], Client],
    ) -> None:
        self._state = state
        self._dispatch = dispatch
        self._background = background
        self._make_client = make_client
        self.client: Client | None = None
        """None until it has been woken the first time."""
        self._is_started = False
        """Whether the client was asked to start its worker."""
        self._has_reported_shortage = False

    def wake(self, *, asked: bool) -> None:
        """Start or wake the worker, for a run that is `asked` for, or one that may be wanted soon:
        in that case not if there is too little memory, which is said."""
        if self.client is None:
            self.client = self._make_client(self._dispatch)
            self._dispatch(self.client.state)
        client = self.client
        if self._is_started and client.state.phase != "asleep":
            client.keep_awake()
        elif asked or not self._lacks_memory(client):
            self._is_started, self._has_reported_shortage = True, False
            self._background.start(client.start())
            self._observe_soon(client, self._state().step)

    def keep_awake(self) -> None:
        """Keep it awake: the learner is at work."""
        if self.client is not None:
            self.wake(asked=False)

    def observe_ahead(self, step: Step) -> None:
        """Have the author's programs run while the learner reads, so that a check is quick. Nobody
        is woken for that."""
        if self.client is not None and self._is_started and self.client.state.phase != "asleep":
            self._observe_soon(self.client, step)

    async def close(self) -> None:
        """End the worker; no process is left."""
        client, self.client = self.client, None
        if client is not None:
            await client.close()

    def _observe_soon(self, client: Client, step: Step | None) -> None:
        if step is None or not kind_of(step).has_solution:
            return
        from tutor.grading.kinds import grading_of  # not needed for the first frame

        client.want_spares(grading_of(step).processes(step))
        self._background.cancel("ahead")
        self._background.start(self._observe(client, step), "ahead")

    async def _observe(self, client: Client, step: Step) -> None:
        from tutor.grading.kinds import grading_of

        for command in grading_of(step).author_commands(step):
            await client.observe_all(command)

    def _lacks_memory(self, client: Client) -> bool:
        shortage = client.shortage()
        if shortage is not None and not self._has_reported_shortage:
            self._has_reported_shortage = True
            words = shortage_words(shortage)
            self._dispatch(replace(client.state, reason=words))
            self._dispatch(NoticeGiven(words))
        return shortage is not None


def shortage_words(shortage: Shortage) -> str:
    """What is missing, and the two ways on."""
    return (
        f"PyTorch needs about {shortage.needed_mb} MB of memory and {shortage.available_mb} MB are "
        "free: close other programs, or run your code to start it all the same."
    )
