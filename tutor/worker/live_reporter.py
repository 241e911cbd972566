"""Tells the app about a training while it runs: losses, and now and then the inventory.

Called from the recorder's hooks, in the thread that trains. It never waits: what the app cannot
take now is offered again with the next. The program's own time comes first – taking the
inventory may use a fiftieth of it. Only where the app has asked the program to wait, it is told
all there is, and waited for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from tutor.wire.events import InventoryTaken, Paused, Phase
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.inventory import take_inventory
from tutor.worker.loss_series import LossSeries
from tutor.worker.parameter_history import ParameterHistory
from tutor.worker.probes import Probes
from tutor.worker.recorder import Recorder, before_phase
from tutor.worker.stack import learner_line

LOSSES_EVERY = 0.05
INVENTORY_EVERY = 0.25
MAX_OWN_SHARE = 0.02
"""Of the elapsed time; above it the inventory is taken half as often."""

MAX_UNDECIDED_BACKWARDS = 64
"""Backward passes without a step after which they are taken for the steps themselves …"""

MAX_UNDECIDED_SECONDS = 1.0
"""… or seconds."""


class LiveReporter:
    """Of one run. `finish` sends what is left."""

    def __init__(
        self,
        channel: EventChannel,
        namespace: Mapping[str, object],
        clock: Callable[[], float] = time.perf_counter,
        *,
        hold: int = 0,
        flush: Callable[[], None] = lambda: None,
    ) -> None:
        """`hold` is what was asked before the program began; `flush` brings out what it printed."""
        self._channel = channel
        self._flush = flush
        self._parameter_history = ParameterHistory(namespace)
        self._probes = Probes(channel, before_phase, hold)
        self._namespace = namespace
        self._clock = clock
        self._thread = threading.get_ident()
        self._series: LossSeries | None = None
        self._sent = 0
        self._started = clock()
        self._next_losses = self._started
        self._next_inventory = self._started + INVENTORY_EVERY
        self._inventory_interval = INVENTORY_EVERY
        self._inventory_seconds = 0.0

    def before(self, phase: Phase, recorder: Recorder) -> None:
        """Waits if the app has asked for it. What the app sees then is of this moment."""
        if threading.get_ident() != self._thread:
            return
        requested = self._probes.requested
        if requested:
            self._report_all(recorder)
            step = recorder.step_in_progress(phase)
            self._channel.report(Paused(requested, phase, step, learner_line()))
            waiting_since = self._clock()
            try:
                self._probes.wait()
            finally:
                self._started += self._clock() - waiting_since  # no time of the program's

    def after(self, recorder: Recorder) -> None:
        """After a step or a backward."""
        if threading.get_ident() != self._thread:
            return
        self._parameter_history.take(recorder, self._series or recorder.losses())
        now = self._clock()
        if now < self._next_losses:
            return
        self._next_losses = now + LOSSES_EVERY
        series = self._series or self._choose_series(recorder)
        if series is not None:
            self._offer_losses(series)
            self._offer_steps(series)
        if now >= self._next_inventory:
            self._offer_inventory()

    def _report_all(self, recorder: Recorder) -> None:
        self._flush()
        series = self._series or self._choose_series(recorder)
        if series is not None:
            for event in series.batches(self._sent):
                self._channel.report(event)
                self._sent += len(event.losses)
            for step in self._parameter_history.events(series):
                self._channel.report(step)
        self._channel.report(take_inventory(self._namespace))

    def finish(self, recorder: Recorder) -> None:
        """Waits until the rest of the losses and a last inventory are on their way."""
        self._probes.end()
        series = self._series or recorder.losses()
        for event in series.batches(self._sent):
            self._channel.send(event)
        for step in self._parameter_history.events(series):
            self._channel.send(step)
        self._channel.send(take_inventory(self._namespace))

    def _choose_series(self, recorder: Recorder) -> LossSeries | None:
        """Which losses are told. The first backward does not show whether a step will follow."""
        waited = self._clock() - self._started >= MAX_UNDECIDED_SECONDS
        if recorder.steps or waited or recorder.backwards >= MAX_UNDECIDED_BACKWARDS:
            self._series = recorder.losses()
        return self._series

    def _offer_losses(self, series: LossSeries) -> None:
        for event in series.batches(self._sent):
            if not self._channel.offer(event):
                return
            self._sent += len(event.losses)

    def _offer_steps(self, series: LossSeries) -> None:
        for event in self._parameter_history.events(series):
            if not self._channel.offer(event):
                return

    def _offer_inventory(self) -> None:
        started = self._clock()
        inventory: InventoryTaken = take_inventory(self._namespace)
        self._channel.offer(inventory)
        now = self._clock()
        self._inventory_seconds += now - started
        if self._inventory_seconds > MAX_OWN_SHARE * (now - self._started):
            self._inventory_interval *= 2
        self._next_inventory = now + self._inventory_interval
