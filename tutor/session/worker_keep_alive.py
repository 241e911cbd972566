"""The worker's lifetime in a session: when it is started, kept awake, and given work ahead of time.

The worker is started before it is needed, since importing PyTorch takes long. The client is made
only then, since importing that is slow too. If memory is short, the learner is told and the worker
is not started until a run is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.session import late

if TYPE_CHECKING:
    from tutor.client.interface import Client
    from tutor.session.core import Hub

AWAY = ("asleep", "unreachable")
"""Phases in which nothing is done until the worker is started again."""


class WorkerKeepAlive:
    """The owner of the client, which wakes its worker and runs the author's programs ahead."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.client: Client | None = None
        """None before the first wake and after the end."""
        self._is_started = False
        """True if the client was asked to start its worker; False while memory was always short."""
        self._has_reported_shortage = False

    def wake(self, *, asked: bool) -> None:
        """Start or wake the worker, or keep it awake.

        Unless the learner has `asked` for a run, the worker is not started while memory is short;
        a notice then says so once. Nor is another machine asked for in place of one that is gone.
        """
        if self.client is None:
            self.client = self._hub.make_client(self._hub.dispatch)
            self._hub.dispatch(self.client.state)
        client = self.client
        phase = client.state.phase
        if phase == "unreachable" and not asked:
            return
        if self._is_started and phase not in AWAY:
            client.keep_awake()
        elif asked or not self._lacks_memory(client):
            self._is_started, self._has_reported_shortage = True, False
            self._hub.background.start(client.start())
            self._observe_soon(client, self._hub.state.step)

    def keep_awake(self) -> None:
        if self.client is not None:
            self.wake(asked=False)

    def observe_ahead(self, step: Step) -> None:
        """Run the author's programs of the step while the learner reads, so that a check is quick.

        A worker that is asleep is not woken for it, nor is another machine asked for.
        """
        client = self.client
        if client is not None and self._is_started and client.state.phase not in AWAY:
            self._observe_soon(client, step)

    async def close(self) -> None:
        client, self.client = self.client, None
        if client is not None:
            await client.close()

    def _observe_soon(self, client: Client, step: Step | None) -> None:
        if step is not None and kind_of(step).has_solution:
            self._hub.background.restart(self._observe(client, step), "ahead")

    async def _observe(self, client: Client, step: Step) -> None:
        await late.import_grading()
        grading = late.grading_of(step)
        client.want_spares(grading.processes(step))
        for command in grading.author_commands(step):
            await client.observe_all(command)

    def _lacks_memory(self, client: Client) -> bool:
        shortage = client.shortage()
        if shortage is not None and not self._has_reported_shortage:
            self._has_reported_shortage = True
            words = (
                f"PyTorch needs about {shortage.needed_mb} MB of memory, but only "
                f"{shortage.available_mb} MB are free: close other programs, or run your code to "
                "start it anyway."
            )
            self._hub.dispatch(replace(client.state, reason=words))
            self._hub.notify(words)
        return shortage is not None
