"""Tells the app about a training while it runs: losses, and now and then the inventory.

Called from the recorder's hooks, in the thread that trains. It never waits: what the app cannot
take now is offered again with the next. The program's own time comes first – taking the
inventory may use a fiftieth of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from tutor.wire.events import InventoryTaken
from tutor.worker.inventory import take_inventory
from tutor.worker.losses import LossSeries
from tutor.worker.ports import Events
from tutor.worker.recorder import Recorder

LOSSES_EVERY = 0.05
INVENTORY_EVERY = 0.25
OWN_SHARE = 0.02
"""Of the elapsed time; above it the inventory is taken half as often."""

UNDECIDED_UP_TO = 64
"""Backward passes without a step after which they are taken for the steps themselves …"""

UNDECIDED_FOR = 1.0
"""… or seconds."""


class Live:
    """Of one run. `finish` sends what is left."""

    def __init__(
        self,
        events: Events,
        namespace: Mapping[str, object],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._events = events
        self._namespace = namespace
        self._clock = clock
        self._thread = threading.get_ident()
        self._series: LossSeries | None = None
        self._sent = 0
        self._started = clock()
        self._next_losses = self._started
        self._next_inventory = self._started + INVENTORY_EVERY
        self._every = INVENTORY_EVERY
        self._used = 0.0

    def __call__(self, recorder: Recorder) -> None:
        """After a step or a backward."""
        now = self._clock()
        if now < self._next_losses or threading.get_ident() != self._thread:
            return
        self._next_losses = now + LOSSES_EVERY
        series = self._series or self._decide(recorder)
        if series is not None:
            self._offer_losses(series)
        if now >= self._next_inventory:
            self._offer_inventory()

    def finish(self, recorder: Recorder) -> None:
        """Waits until the rest of the losses and a last inventory are on their way."""
        series = self._series or recorder.losses()
        for event in series.batches(self._sent):
            self._events.send(event)
        self._events.send(take_inventory(self._namespace))

    def _decide(self, recorder: Recorder) -> LossSeries | None:
        """Which losses are told. The first backward does not show whether a step will follow."""
        waited = self._clock() - self._started >= UNDECIDED_FOR
        if recorder.steps or waited or recorder.backwards >= UNDECIDED_UP_TO:
            self._series = recorder.losses()
        return self._series

    def _offer_losses(self, series: LossSeries) -> None:
        for event in series.batches(self._sent):
            if not self._events.offer(event):
                return
            self._sent += len(event.losses)

    def _offer_inventory(self) -> None:
        started = self._clock()
        inventory: InventoryTaken = take_inventory(self._namespace)
        self._events.offer(inventory)
        now = self._clock()
        self._used += now - started
        if self._used > OWN_SHARE * (now - self._started):
            self._every *= 2
        self._next_inventory = now + self._every
